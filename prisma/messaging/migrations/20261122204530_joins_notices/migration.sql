-- CreateTable
CREATE TABLE "joins_notice" (
    "shard" INTEGER NOT NULL,
    "room_id" TEXT NOT NULL COLLATE "C",
    "told_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "joins_notice_pkey" PRIMARY KEY ("shard","room_id")
);
