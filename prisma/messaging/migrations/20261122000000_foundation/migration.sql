-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user_profile" (
    "shard" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "avatar_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_profile_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "room" (
    "shard" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "stream_version" INTEGER NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "room_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "posting" (
    "shard" INTEGER NOT NULL,
    "author_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "floor_seq" BIGINT NOT NULL,
    "refusal" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "posting_pkey" PRIMARY KEY ("shard","author_id","key")
);

-- CreateTable
CREATE TABLE "feed" (
    "shard" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "head_seq" BIGINT NOT NULL,
    "first_seq" BIGINT NOT NULL DEFAULT 1,
    "head_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feed_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "feed_event" (
    "shard" INTEGER NOT NULL,
    "feed_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "v" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "source_event_id" UUID,

    CONSTRAINT "feed_event_pkey" PRIMARY KEY ("shard","feed_id","seq")
);

-- CreateTable
CREATE TABLE "feed_epoch" (
    "shard" INTEGER NOT NULL,
    "epoch" TEXT NOT NULL,
    "system_identifier" TEXT NOT NULL,
    "timeline" INTEGER NOT NULL,
    "turned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feed_epoch_pkey" PRIMARY KEY ("shard")
);

-- CreateTable
CREATE TABLE "feed_consumer" (
    "shard" INTEGER NOT NULL,
    "feed_id" TEXT NOT NULL,
    "consumer" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feed_consumer_pkey" PRIMARY KEY ("shard","feed_id","consumer")
);

-- CreateTable
CREATE TABLE "consumer_cursor" (
    "shard" INTEGER NOT NULL,
    "consumer" TEXT NOT NULL,
    "source_feed" TEXT NOT NULL,
    "cursor" TEXT,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consumer_cursor_pkey" PRIMARY KEY ("shard","consumer","source_feed")
);

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_shard_feed_id_source_event_id_key" ON "feed_event"("shard", "feed_id", "source_event_id");
