-- AlterTable
ALTER TABLE "answer" ADD COLUMN     "detail" JSONB;

-- AlterTable
ALTER TABLE "gift_order" ADD COLUMN     "backpack_pieces" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "bonus_coins" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "combo_count" INTEGER,
ADD COLUMN     "combo_id" UUID;

-- AlterTable
ALTER TABLE "wallet" ADD COLUMN     "day_coins" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "sender_rules" JSONB,
ADD COLUMN     "spent_day" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "window_orders" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "window_started_ms" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "sender_stream" (
    "shard" INTEGER NOT NULL,
    "sender_id" TEXT COLLATE "C" NOT NULL,
    "stream_id" UUID NOT NULL,
    "coins" BIGINT NOT NULL,
    "combo_gift_id" TEXT COLLATE "C" NOT NULL,
    "combo_id" UUID NOT NULL,
    "combo_count" INTEGER NOT NULL,
    "combo_until_ms" BIGINT NOT NULL,

    CONSTRAINT "sender_stream_pkey" PRIMARY KEY ("shard","sender_id","stream_id")
);

-- CreateTable
CREATE TABLE "sender_gift" (
    "shard" INTEGER NOT NULL,
    "sender_id" TEXT COLLATE "C" NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "day" INTEGER NOT NULL,
    "pieces" INTEGER NOT NULL,

    CONSTRAINT "sender_gift_pkey" PRIMARY KEY ("shard","sender_id","gift_id")
);

-- What Prisma cannot say.

-- An order is paid with pieces out of the backpack, bonus coins and coins, and with nothing else.
ALTER TABLE "gift_order" DROP CONSTRAINT "gift_order_coins_are_price_times_quantity";
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_is_paid" CHECK (
    "quantity" > 0 AND "coins" >= 0 AND "bonus_coins" >= 0 AND "diamonds" >= 0 AND "backpack_pieces" BETWEEN 0 AND "quantity"
    AND "coins" + "bonus_coins" = "price_coins" * ("quantity" - "backpack_pieces")
);
ALTER TABLE "gift_order" ADD CONSTRAINT "gift_order_continues_a_combo_or_not" CHECK (("combo_id" IS NULL) = ("combo_count" IS NULL));
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_spending_not_negative" CHECK ("day_coins" >= 0 AND "window_orders" >= 0);
ALTER TABLE "sender_stream" ADD CONSTRAINT "sender_stream_counts" CHECK ("coins" >= 0 AND "combo_count" > 0);
ALTER TABLE "sender_gift" ADD CONSTRAINT "sender_gift_pieces_positive" CHECK ("pieces" > 0);

-- A sender's row of a stream changes with every gift.
ALTER TABLE "sender_stream" SET (fillfactor = 80);
