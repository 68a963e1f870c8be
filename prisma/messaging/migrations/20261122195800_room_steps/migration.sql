-- CreateTable
CREATE TABLE "room_step" (
    "shard" INTEGER NOT NULL,
    "room_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "step" TEXT NOT NULL CHECK ("step" IN ('FULL', 'BATCHED', 'SAMPLED_2', 'SAMPLED_5', 'SAMPLED_20', 'SLOW_MODE_SUGGESTED')),
    "pinned" BOOLEAN NOT NULL,
    "changed_by" TEXT,
    "messages_per_second" INTEGER,
    "viewers" INTEGER,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "room_step_pkey" PRIMARY KEY ("shard","room_id","seq")
);
