-- CreateEnum
CREATE TYPE "currency" AS ENUM ('COINS', 'DIAMONDS');

-- CreateEnum
CREATE TYPE "account_kind" AS ENUM ('WALLET', 'SYSTEM');

-- CreateEnum
CREATE TYPE "stream_status" AS ENUM ('SCHEDULED', 'LIVE', 'ENDED');

-- CreateEnum
CREATE TYPE "top_up_status" AS ENUM ('PENDING', 'SETTLED', 'DECLINED');

-- CreateTable
CREATE TABLE "wallet" (
    "shard" INTEGER NOT NULL,
    "owner_id" TEXT COLLATE "C" NOT NULL,
    "coins" BIGINT NOT NULL DEFAULT 0,
    "diamonds" BIGINT NOT NULL DEFAULT 0,
    "version" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "wallet_pkey" PRIMARY KEY ("shard","owner_id")
);

-- CreateTable
CREATE TABLE "system_account" (
    "shard" INTEGER NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "currency" "currency" NOT NULL,
    "balance" BIGINT NOT NULL,
    "version" BIGINT NOT NULL,

    CONSTRAINT "system_account_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "shard" INTEGER NOT NULL,
    "account_kind" "account_kind" NOT NULL,
    "account_id" TEXT COLLATE "C" NOT NULL,
    "seq" BIGINT NOT NULL,
    "currency" "currency" NOT NULL,
    "amount" BIGINT NOT NULL,
    "balance_after" BIGINT NOT NULL,
    "batch_id" UUID NOT NULL,
    "cause_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("shard","account_kind","account_id","seq")
);

-- CreateTable
CREATE TABLE "answer" (
    "shard" INTEGER NOT NULL,
    "actor_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "refusal" TEXT,
    "result_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "answer_pkey" PRIMARY KEY ("shard","actor_id","key")
);

-- CreateTable
CREATE TABLE "gift_order" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "sender_id" TEXT COLLATE "C" NOT NULL,
    "receiver_id" TEXT COLLATE "C" NOT NULL,
    "stream_id" UUID NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "price_version" INTEGER NOT NULL,
    "price_coins" BIGINT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "coins" BIGINT NOT NULL,
    "diamonds" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_order_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "gift_credit" (
    "shard" INTEGER NOT NULL,
    "order_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "credited_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_credit_pkey" PRIMARY KEY ("shard","order_id")
);

-- CreateTable
CREATE TABLE "stream_gift_totals" (
    "shard" INTEGER NOT NULL,
    "stream_id" UUID NOT NULL,
    "gifts" BIGINT NOT NULL,
    "coins" BIGINT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_gift_totals_pkey" PRIMARY KEY ("shard","stream_id")
);

-- CreateTable
CREATE TABLE "gift" (
    "shard" INTEGER NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "image_url" TEXT,
    "price_version" INTEGER NOT NULL DEFAULT 1,
    "price_coins" BIGINT NOT NULL,
    "on_sale_from" TIMESTAMPTZ(3) NOT NULL,
    "on_sale_until" TIMESTAMPTZ(3),

    CONSTRAINT "gift_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "top_up_product" (
    "shard" INTEGER NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "coins" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "on_sale" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "top_up_product_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "top_up" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" TEXT COLLATE "C" NOT NULL,
    "product_id" TEXT COLLATE "C" NOT NULL,
    "coins" BIGINT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" "top_up_status" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "top_up_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "stream" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "streamer_id" TEXT COLLATE "C" NOT NULL,
    "status" "stream_status" NOT NULL,
    "version" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_pkey" PRIMARY KEY ("shard","id")
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
CREATE INDEX "gift_order_shard_sender_id_id_idx" ON "gift_order"("shard", "sender_id", "id");

-- CreateIndex
CREATE INDEX "top_up_status_created_at_idx" ON "top_up"("status", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_shard_feed_id_source_event_id_key" ON "feed_event"("shard", "feed_id", "source_event_id");

-- What Prisma cannot say.

-- A wallet is never overdrawn, whatever the code above it believes.
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_coins_not_negative" CHECK ("coins" >= 0);
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_diamonds_not_negative" CHECK ("diamonds" >= 0);

-- No empty leg, no free or negative order, no product that pays the buyer.
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_amount_not_zero" CHECK ("amount" <> 0);
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_coins_are_price_times_quantity" CHECK ("coins" > 0 AND "coins" = "price_coins" * "quantity");
ALTER TABLE "gift" ADD CONSTRAINT "gift_price_positive" CHECK ("price_coins" > 0);
ALTER TABLE "top_up_product" ADD CONSTRAINT "top_up_product_positive" CHECK ("coins" > 0 AND "amount_minor" >= 0);
ALTER TABLE "top_up" ADD CONSTRAINT "top_up_settled_or_not" CHECK (("status" = 'PENDING') = ("settled_at" IS NULL));

-- Rows that change with every batch keep room on their page, so that the new version of a row needs no new index entry (HOT updates).
ALTER TABLE "wallet" SET (fillfactor = 60);
ALTER TABLE "system_account" SET (fillfactor = 40);
ALTER TABLE "stream_gift_totals" SET (fillfactor = 40);
ALTER TABLE "feed" SET (fillfactor = 40);
ALTER TABLE "consumer_cursor" SET (fillfactor = 40);
