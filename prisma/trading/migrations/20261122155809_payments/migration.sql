-- A top-up order gets the states that come after paying, what belongs to its payment, and a moment at which somebody looks at it; what payment providers tell by webhook is
-- recorded.

ALTER TYPE "top_up_status" ADD VALUE 'EXPIRED';
ALTER TYPE "top_up_status" ADD VALUE 'REFUNDING';
ALTER TYPE "top_up_status" ADD VALUE 'REFUNDED';

-- DropIndex
DROP INDEX "top_up_status_created_at_idx";

-- AlterTable
ALTER TABLE "top_up" ADD COLUMN "bonus_coins" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "expires_at" TIMESTAMPTZ(3) NOT NULL DEFAULT (now() + '01:00:00'::interval),
ADD COLUMN "looks" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "payment_id" TEXT COLLATE "C",
ADD COLUMN "provider" TEXT COLLATE "C" NOT NULL DEFAULT 'development',
ADD COLUMN "refund_reason" TEXT,
ADD COLUMN "refunded_at" TIMESTAMPTZ(3),
ADD COLUMN "refunds" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN "watch_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "top_up_product" ADD COLUMN "bonus_coins" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "payment_event" (
    "shard" INTEGER NOT NULL,
    "provider" TEXT COLLATE "C" NOT NULL,
    "event_id" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT NOT NULL,
    "top_up_id" UUID NOT NULL,
    "payment_id" TEXT COLLATE "C" NOT NULL,
    "fact" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "look_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_event_pkey" PRIMARY KEY ("shard","provider","event_id")
);

-- CreateIndex
CREATE INDEX "payment_event_shard_top_up_id_idx" ON "payment_event"("shard", "top_up_id");

-- CreateIndex
CREATE INDEX "payment_event_look_at_idx" ON "payment_event"("look_at") WHERE "look_at" IS NOT NULL;

-- CreateIndex
CREATE INDEX "top_up_shard_owner_id_id_idx" ON "top_up"("shard", "owner_id", "id");

-- CreateIndex
CREATE INDEX "top_up_watch_at_idx" ON "top_up"("watch_at") WHERE "watch_at" IS NOT NULL;

-- What Prisma cannot say.

-- Nobody has to look at what was final before there was anything to look at.
UPDATE "top_up" SET "watch_at" = NULL WHERE "status" <> 'PENDING';

-- A declined order was never settled; a settled one was, and stays so when it is refunded.
ALTER TABLE "top_up" DROP CONSTRAINT "top_up_settled_or_not";
ALTER TABLE "top_up" ADD CONSTRAINT "top_up_settled_has_time" CHECK ("status" <> 'SETTLED' OR "settled_at" IS NOT NULL);
ALTER TABLE "top_up" ADD CONSTRAINT "top_up_positive" CHECK ("coins" > 0 AND "bonus_coins" >= 0 AND "amount_minor" >= 0 AND "refunds" >= 0);
ALTER TABLE "top_up_product" ADD CONSTRAINT "top_up_product_bonus_not_negative" CHECK ("bonus_coins" >= 0);
