-- CreateEnum
CREATE TYPE "hold_status" AS ENUM ('PENDING', 'POSTED', 'VOIDED', 'EXPIRED');

-- AlterTable
ALTER TABLE "gift_credit" ADD COLUMN     "receiver_id" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "gift_order" ADD COLUMN     "cancellable_until" TIMESTAMPTZ(3),
ADD COLUMN     "entry_seq" BIGINT;

-- CreateTable
CREATE TABLE "gift_hold" (
    "shard" INTEGER NOT NULL,
    "order_id" UUID NOT NULL,
    "sender_id" TEXT COLLATE "C" NOT NULL,
    "coins" BIGINT NOT NULL,
    "bonus_coins" BIGINT NOT NULL,
    "status" "hold_status" NOT NULL,
    "posts_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "gift_hold_pkey" PRIMARY KEY ("shard","order_id")
);

-- CreateTable
CREATE TABLE "gift_refund" (
    "shard" INTEGER NOT NULL,
    "order_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "operator_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "reason" TEXT NOT NULL,
    "receiver_id" TEXT COLLATE "C" NOT NULL,
    "diamonds" BIGINT NOT NULL,
    "diamonds_lost" BIGINT NOT NULL,
    "refunded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_refund_pkey" PRIMARY KEY ("shard","order_id")
);

-- CreateTable
CREATE TABLE "gift_refund_return" (
    "shard" INTEGER NOT NULL,
    "order_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "returned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_refund_return_pkey" PRIMARY KEY ("shard","order_id")
);

-- CreateIndex
CREATE INDEX "gift_hold_status_posts_at_order_id_idx" ON "gift_hold"("status", "posts_at", "order_id");

-- CreateIndex
CREATE INDEX "gift_hold_shard_sender_id_status_idx" ON "gift_hold"("shard", "sender_id", "status");

-- CreateIndex
CREATE INDEX "gift_credit_shard_receiver_id_order_id_idx" ON "gift_credit"("shard", "receiver_id", "order_id");

-- What Prisma cannot say.

-- A hold is final or not; nothing is held, given back or lost that is less than nothing.
ALTER TABLE "gift_hold" ADD CONSTRAINT "gift_hold_ended_or_not" CHECK (("status" = 'PENDING') = ("ended_at" IS NULL));
ALTER TABLE "gift_hold" ADD CONSTRAINT "gift_hold_not_negative" CHECK ("coins" >= 0 AND "bonus_coins" >= 0 AND "posts_at" < "expires_at");
ALTER TABLE "gift_refund" ADD CONSTRAINT "gift_refund_not_negative" CHECK ("diamonds" >= 0 AND "diamonds_lost" >= 0);

-- Who received what is known from the orders of the same database. Credits of orders in other databases keep a null: none exist before this version.
UPDATE "gift_credit" SET "receiver_id" = "gift_order"."receiver_id" FROM "gift_order" WHERE "gift_order"."id" = "gift_credit"."order_id";
