-- CreateTable
CREATE TABLE "held_message" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "id" UUID NOT NULL,
    "author_id" TEXT NOT NULL COLLATE "C",
    "reason" TEXT NOT NULL CHECK ("reason" IN ('FILTER', 'LINK', 'CHECK')),
    "detail" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL CHECK ("state" IN ('OPEN', 'APPROVED', 'REJECTED', 'EXPIRED')),
    "settled_by_id" TEXT COLLATE "C",
    "settled_at" TIMESTAMPTZ(3),
    "settled_reason" TEXT,
    "seq" BIGINT CHECK (("seq" IS NOT NULL) = ("state" = 'APPROVED')),

    CONSTRAINT "held_message_pkey" PRIMARY KEY ("shard","conversation_id","id")
);

-- CreateTable
CREATE TABLE "report_case" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "report_count" INTEGER NOT NULL CHECK ("report_count" > 0),
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL CHECK ("state" IN ('OPEN', 'DISMISSED', 'RECALLED', 'ACTED')),
    "settled_by_id" TEXT COLLATE "C",
    "settled_at" TIMESTAMPTZ(3),
    "settled_reason" TEXT,

    CONSTRAINT "report_case_pkey" PRIMARY KEY ("shard","conversation_id","id")
);

-- CreateTable
CREATE TABLE "report" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "case_id" UUID NOT NULL,
    "reporter_id" TEXT NOT NULL COLLATE "C",
    "reason" TEXT NOT NULL,
    "comment" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "report_pkey" PRIMARY KEY ("shard","conversation_id","case_id","reporter_id")
);

-- CreateIndex
CREATE INDEX "held_message_shard_conversation_id_state_at_id_idx" ON "held_message"("shard", "conversation_id", "state", "at", "id");

-- CreateIndex
CREATE INDEX "held_message_state_at_id_idx" ON "held_message"("state", "at", "id");

-- CreateIndex
CREATE INDEX "report_case_state_at_id_idx" ON "report_case"("state", "at", "id");

-- CreateIndex
CREATE INDEX "report_case_shard_conversation_id_state_at_id_idx" ON "report_case"("shard", "conversation_id", "state", "at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "report_case_shard_conversation_id_seq_user_id_key" ON "report_case"("shard", "conversation_id", "seq", "user_id");

-- CreateIndex
CREATE INDEX "held_message_author_id_idx" ON "held_message"("author_id");

-- CreateIndex
CREATE INDEX "report_reporter_id_idx" ON "report"("reporter_id");
