-- CreateEnum
CREATE TYPE "gift_kind" AS ENUM ('SINGLE', 'BUNDLE');

-- AlterTable
ALTER TABLE "gift" ADD COLUMN     "cancel_window_seconds" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "combo_window_seconds" INTEGER,
ADD COLUMN     "daily_free" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "daily_quantity_max" INTEGER,
ADD COLUMN     "effect" JSONB,
ADD COLUMN     "kind" "gift_kind" NOT NULL DEFAULT 'SINGLE',
ADD COLUMN     "limited" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "names" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "regions" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "top_up_product" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "gift_price" (
    "shard" INTEGER NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "coins" BIGINT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_price_pkey" PRIMARY KEY ("shard","gift_id","version")
);

-- CreateTable
CREATE TABLE "bundle_item" (
    "shard" INTEGER NOT NULL,
    "bundle_id" TEXT COLLATE "C" NOT NULL,
    "position" INTEGER NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "bundle_item_pkey" PRIMARY KEY ("shard","bundle_id","position")
);

-- CreateTable
CREATE TABLE "trading_policy" (
    "shard" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "day_coins_max" BIGINT,
    "session_coins_max" BIGINT,
    "velocity_orders_max" INTEGER,
    "velocity_window_seconds" INTEGER NOT NULL,
    "combo_window_seconds" INTEGER NOT NULL,
    "leaderboards" BOOLEAN NOT NULL,
    "leaderboard_regions_off" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "leaderboard_consent" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trading_policy_pkey" PRIMARY KEY ("shard")
);

-- CreateTable
CREATE TABLE "catalogue_state" (
    "shard" INTEGER NOT NULL,
    "version" BIGINT NOT NULL,

    CONSTRAINT "catalogue_state_pkey" PRIMARY KEY ("shard")
);

-- CreateTable
CREATE TABLE "catalogue_edit" (
    "shard" INTEGER NOT NULL,
    "actor_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "item_id" TEXT COLLATE "C" NOT NULL,
    "refusal" JSONB,
    "version" BIGINT,
    "before" JSONB,
    "after" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "catalogue_edit_pkey" PRIMARY KEY ("shard","actor_id","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "bundle_item_shard_bundle_id_gift_id_key" ON "bundle_item"("shard", "bundle_id", "gift_id");

-- CreateIndex
CREATE UNIQUE INDEX "catalogue_edit_shard_version_key" ON "catalogue_edit"("shard", "version");

-- What Prisma cannot say.

UPDATE "gift" SET "regions" = '{}' WHERE "regions" IS NULL;
ALTER TABLE "gift" ALTER COLUMN "regions" SET NOT NULL;
ALTER TABLE "trading_policy" ALTER COLUMN "leaderboard_regions_off" SET NOT NULL;

ALTER TABLE "gift" ADD CONSTRAINT "gift_on_sale_for_some_time" CHECK ("on_sale_until" IS NULL OR "on_sale_until" >= "on_sale_from");
ALTER TABLE "gift" ADD CONSTRAINT "gift_windows_and_limits" CHECK (
    "cancel_window_seconds" >= 0 AND "combo_window_seconds" > 0 AND "daily_quantity_max" > 0 AND "daily_free" >= 0 AND "price_version" > 0 AND "version" > 0
);
ALTER TABLE "gift_price" ADD CONSTRAINT "gift_price_version_positive" CHECK ("coins" > 0 AND "version" > 0);
ALTER TABLE "bundle_item" ADD CONSTRAINT "bundle_item_quantity_positive" CHECK ("quantity" > 0 AND "position" >= 0 AND "gift_id" <> "bundle_id");
ALTER TABLE "trading_policy" ADD CONSTRAINT "trading_policy_limits" CHECK (
    "day_coins_max" >= 0 AND "session_coins_max" >= 0 AND "velocity_orders_max" > 0 AND "velocity_window_seconds" > 0 AND "combo_window_seconds" > 0
);
-- An edit either changed something, and then it has its place in the audit, or it was refused.
ALTER TABLE "catalogue_edit" ADD CONSTRAINT "catalogue_edit_done_or_refused" CHECK (("refusal" IS NULL) = ("version" IS NOT NULL AND "after" IS NOT NULL));

-- The first version of every price is the one that the gift has.
INSERT INTO "gift_price" ("shard", "gift_id", "version", "coins", "valid_from") SELECT "shard", "id", "price_version", "price_coins", "on_sale_from" FROM "gift";

-- The one row each, under the shard of 'catalogue'.
INSERT INTO "catalogue_state" ("shard", "version") VALUES (7, 0);
INSERT INTO "trading_policy" ("shard", "version", "velocity_orders_max", "velocity_window_seconds", "combo_window_seconds", "leaderboards", "leaderboard_consent", "updated_at")
VALUES (7, 1, 1000, 10, 10, true, false, now());
