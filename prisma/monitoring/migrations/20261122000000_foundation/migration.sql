-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "metric_reporter" (
    "shard" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "last_reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metric_reporter_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "metric_report" (
    "shard" INTEGER NOT NULL,
    "reporter_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metric_report_pkey" PRIMARY KEY ("shard","reporter_id","key")
);

-- CreateTable
CREATE TABLE "metric_series" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "reporter_id" TEXT NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "last_value" DOUBLE PRECISION NOT NULL,
    "last_received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metric_series_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "metric_sample" (
    "shard" INTEGER NOT NULL,
    "series_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "metric_sample_pkey" PRIMARY KEY ("shard","series_id","at")
);

-- CreateTable
CREATE TABLE "alert" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "open" BOOLEAN,
    "summary" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3),
    "clear_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "lease" (
    "shard" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("shard","name")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "alert_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_try_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "shard" INTEGER NOT NULL,
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "took_ms" INTEGER NOT NULL,
    "status_code" INTEGER,
    "error" TEXT,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("shard","delivery_id","number")
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
CREATE INDEX "metric_report_reported_at_idx" ON "metric_report"("reported_at");

-- CreateIndex
CREATE INDEX "metric_series_family_name_idx" ON "metric_series"("family", "name");

-- CreateIndex
CREATE INDEX "metric_series_reporter_id_idx" ON "metric_series"("reporter_id");

-- CreateIndex
CREATE INDEX "metric_series_last_at_idx" ON "metric_series"("last_at");

-- CreateIndex
CREATE INDEX "alert_id_idx" ON "alert"("id");

-- CreateIndex
CREATE INDEX "alert_state_id_idx" ON "alert"("state", "id");

-- CreateIndex
CREATE INDEX "alert_resolved_at_idx" ON "alert"("resolved_at");

-- CreateIndex
CREATE UNIQUE INDEX "alert_shard_rule_service_open_key" ON "alert"("shard", "rule", "service", "open");

-- CreateIndex
CREATE INDEX "webhook_delivery_next_try_at_idx" ON "webhook_delivery"("next_try_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_alert_id_event_seq_idx" ON "webhook_delivery"("alert_id", "event_seq");

-- CreateIndex
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_shard_event_id_key" ON "webhook_delivery"("shard", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_shard_feed_id_source_event_id_key" ON "feed_event"("shard", "feed_id", "source_event_id");

