-- Where members began to read, and whom messages mention.
ALTER TABLE "member" ADD COLUMN "joined_number" BIGINT NOT NULL DEFAULT 0;
UPDATE "member" SET "joined_number" = "read_number";

CREATE INDEX "member_shard_conversation_id_read_number_idx" ON "member"("shard", "conversation_id", "read_number");

CREATE TABLE "mention" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "user_id" TEXT NOT NULL COLLATE "C",
    "number" BIGINT NOT NULL,

    CONSTRAINT "mention_pkey" PRIMARY KEY ("shard","conversation_id","user_id","number")
);
