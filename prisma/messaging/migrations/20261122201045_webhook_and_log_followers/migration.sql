-- CreateTable
CREATE TABLE "log_follower" (
    "shard" INTEGER NOT NULL,
    "follower" TEXT NOT NULL COLLATE "C",
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "done_seq" BIGINT NOT NULL DEFAULT 0 CHECK ("done_seq" >= 0),
    "due_at" TIMESTAMPTZ(3),
    "claimed_until" TIMESTAMPTZ(3),

    CONSTRAINT "log_follower_pkey" PRIMARY KEY ("shard","follower","conversation_id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "from_seq" BIGINT NOT NULL,
    "to_seq" BIGINT NOT NULL,
    "state" TEXT NOT NULL CHECK ("state" IN ('WAITING', 'DELIVERED', 'GIVEN_UP')),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_try_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("shard","conversation_id","from_seq")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "from_seq" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "took_ms" INTEGER NOT NULL,
    "status_code" INTEGER,
    "error" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("shard","conversation_id","from_seq","number")
);

-- CreateIndex
CREATE INDEX "log_follower_follower_due_at_idx" ON "log_follower"("follower", "due_at") WHERE "due_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "log_follower_follower_claimed_until_idx" ON "log_follower"("follower", "claimed_until") WHERE "claimed_until" IS NOT NULL;

-- CreateIndex
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery"("created_at");
