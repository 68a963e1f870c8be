-- CreateTable
CREATE TABLE "erasure" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "fence_xid" BIGINT NOT NULL,
    "by_id" TEXT NOT NULL COLLATE "C",
    "reason" TEXT,
    "step" TEXT NOT NULL,
    "place" TEXT[],
    "erased_count" BIGINT NOT NULL DEFAULT 0 CHECK ("erased_count" >= 0),
    "profile_gone_at" TIMESTAMPTZ(3),
    "worked_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("shard","user_id")
);

-- CreateIndex
CREATE INDEX "erasure_completed_at_worked_at_idx" ON "erasure"("completed_at", "worked_at");

-- CreateIndex
CREATE INDEX "conversation_owner_id_id_idx" ON "conversation"("owner_id", "id");

-- CreateIndex
CREATE INDEX "upload_author_id_conversation_id_id_idx" ON "upload"("author_id", "conversation_id", "id");

-- CreateIndex
CREATE INDEX "conversation_pin_by_id_conversation_id_seq_idx" ON "conversation_pin"("by_id", "conversation_id", "seq");

-- CreateIndex
CREATE INDEX "follower_user_id_owner_id_idx" ON "follower"("user_id", "owner_id");

-- CreateIndex
CREATE INDEX "granted_role_user_id_conversation_id_idx" ON "granted_role"("user_id", "conversation_id");

-- CreateIndex
CREATE INDEX "message_reaction_user_id_conversation_id_seq_emoji_idx" ON "message_reaction"("user_id", "conversation_id", "seq", "emoji");

-- CreateIndex
CREATE INDEX "sanction_user_id_conversation_id_idx" ON "sanction"("user_id", "conversation_id");

-- What somebody has announced, and the notices that repeated it: found without reading whole logs. Expressions, which Prisma cannot say.
CREATE INDEX "feed_event_announced_by" ON "feed_event"(("payload" ->> 'byId'), "shard", "feed_id", "seq") WHERE "kind" IN ('announcement.changed', 'announcement.set');
CREATE INDEX "feed_event_welcome" ON "feed_event"("shard", "feed_id", (("payload" ->> 'welcome'))) WHERE "kind" = 'notice.posted' AND "payload" ? 'welcome';
