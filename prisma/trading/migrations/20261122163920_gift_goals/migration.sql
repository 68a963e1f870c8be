-- CreateTable
CREATE TABLE "gift_goal" (
    "shard" INTEGER NOT NULL,
    "stream_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "gift_id" TEXT,
    "target" BIGINT NOT NULL,
    "current" BIGINT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "reached_at" TIMESTAMPTZ(3),

    CONSTRAINT "gift_goal_pkey" PRIMARY KEY ("shard","stream_id","position")
);

-- What Prisma cannot say.
ALTER TABLE "gift_goal" ALTER COLUMN "gift_id" TYPE TEXT COLLATE "C";
ALTER TABLE "gift_goal" ADD CONSTRAINT "gift_goal_amounts" CHECK ("target" > 0 AND "current" >= 0);
ALTER TABLE "gift_goal" SET (fillfactor = 60);
