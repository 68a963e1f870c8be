-- Groups that anybody may find and join.
ALTER TABLE "conversation" ADD COLUMN "is_public" BOOLEAN NOT NULL DEFAULT false;

-- Members in the order in which they joined, and conversations of one user in the order in which they came to them.
CREATE INDEX "member_shard_conversation_id_joined_at_user_id_idx" ON "member"("shard", "conversation_id", "joined_at", "user_id");
CREATE INDEX "membership_shard_user_id_joined_at_conversation_id_idx" ON "membership"("shard", "user_id", "joined_at", "conversation_id");

-- A direct conversation is in its people's lists from its first message on.
DELETE FROM "membership" WHERE "kind" = 'DIRECT' AND NOT EXISTS (
  SELECT FROM "conversation" WHERE "conversation"."id" = "membership"."conversation_id" AND "message_count" > 0
);

CREATE TABLE "user_block" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "blocked_id" TEXT NOT NULL COLLATE "C",
    "blocked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_block_pkey" PRIMARY KEY ("shard","user_id","blocked_id")
);

CREATE TABLE "block_list" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "version" BIGINT NOT NULL,
    "block_count" INTEGER NOT NULL CHECK ("block_count" >= 0),

    CONSTRAINT "block_list_pkey" PRIMARY KEY ("shard","user_id")
) WITH (fillfactor = 80);
