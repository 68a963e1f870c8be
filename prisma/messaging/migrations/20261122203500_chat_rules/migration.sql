CREATE TABLE "chat_trace" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "key" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "chat_trace_pkey" PRIMARY KEY ("shard","conversation_id","key")
);
CREATE INDEX "chat_trace_shard_conversation_id_at_idx" ON "chat_trace"("shard", "conversation_id", "at");

CREATE TABLE "follower" (
    "shard" INTEGER NOT NULL,
    "owner_id" TEXT NOT NULL COLLATE "C",
    "user_id" TEXT NOT NULL COLLATE "C",
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "follower_pkey" PRIMARY KEY ("shard","owner_id","user_id")
);
