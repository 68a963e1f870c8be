-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "channel" (
    "shard" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "live_stream_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "channel_handle" (
    "shard" INTEGER NOT NULL,
    "handle" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,

    CONSTRAINT "channel_handle_pkey" PRIMARY KEY ("shard","handle")
);

-- CreateTable
CREATE TABLE "stream" (
    "shard" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "channel_id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "stream_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "stream_command" (
    "shard" INTEGER NOT NULL,
    "actor_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_command_pkey" PRIMARY KEY ("shard","actor_id","key")
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
CREATE INDEX "stream_status_started_at_id_idx" ON "stream"("status", "started_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_shard_feed_id_source_event_id_key" ON "feed_event"("shard", "feed_id", "source_event_id");
