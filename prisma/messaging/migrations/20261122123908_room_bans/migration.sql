-- AlterTable
ALTER TABLE "room" ADD COLUMN     "streamer_id" TEXT;

-- CreateTable
CREATE TABLE "room_ban" (
    "shard" INTEGER NOT NULL,
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "banned_by" TEXT NOT NULL,
    "reason" TEXT,
    "banned_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "room_ban_pkey" PRIMARY KEY ("shard","room_id","user_id")
);

-- CreateTable
CREATE TABLE "moderation_command" (
    "shard" INTEGER NOT NULL,
    "actor_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "answer" JSONB,

    CONSTRAINT "moderation_command_pkey" PRIMARY KEY ("shard","actor_id","key")
);
