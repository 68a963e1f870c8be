-- Which part of a group's log belongs into whose inbox.
CREATE TABLE "group_stay" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "inbox_seq" BIGINT NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "joined_seq" BIGINT NOT NULL,
    "joined_mark" TEXT NOT NULL COLLATE "C",
    "left_inbox_seq" BIGINT,
    "left_seq" BIGINT,

    CONSTRAINT "group_stay_pkey" PRIMARY KEY ("shard","user_id","inbox_seq"),
    CONSTRAINT "group_stay_left_check" CHECK (("left_seq" IS NULL) = ("left_inbox_seq" IS NULL) AND "left_seq" >= "joined_seq" AND "left_inbox_seq" > "inbox_seq")
);

CREATE INDEX "group_stay_shard_user_id_left_seq_idx" ON "group_stay"("shard", "user_id", "left_seq");
