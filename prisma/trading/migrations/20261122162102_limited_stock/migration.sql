-- CreateEnum
CREATE TYPE "reservation_status" AS ENUM ('HELD', 'SOLD', 'RELEASED', 'RETURNED');

-- CreateTable
CREATE TABLE "gift_stock" (
    "shard" INTEGER NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "total" BIGINT NOT NULL,
    "reserved" BIGINT NOT NULL DEFAULT 0,
    "sold" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_stock_pkey" PRIMARY KEY ("shard","gift_id")
);

-- CreateTable
CREATE TABLE "stock_reservation" (
    "shard" INTEGER NOT NULL,
    "order_id" UUID NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "payer_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "place" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "pieces" INTEGER NOT NULL,
    "sold" INTEGER NOT NULL DEFAULT 0,
    "status" "reservation_status" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_reservation_pkey" PRIMARY KEY ("shard","order_id")
);

-- CreateTable
CREATE TABLE "gift_stock_edit" (
    "shard" INTEGER NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "actor_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "total" BIGINT NOT NULL,
    "total_before" BIGINT,
    "reason" TEXT NOT NULL,
    "refusal" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gift_stock_edit_pkey" PRIMARY KEY ("shard","gift_id","actor_id","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "stock_reservation_shard_gift_id_payer_id_key_place_key" ON "stock_reservation"("shard", "gift_id", "payer_id", "key", "place");

-- CreateIndex
CREATE INDEX "gift_stock_edit_shard_gift_id_id_idx" ON "gift_stock_edit"("shard", "gift_id", "id");

-- What Prisma cannot say.

-- Nothing is sold that is not there, whatever the code above it believes.
ALTER TABLE "gift_stock" ADD CONSTRAINT "gift_stock_never_oversold" CHECK ("reserved" >= 0 AND "sold" >= 0 AND "total" >= "reserved" + "sold");
ALTER TABLE "stock_reservation" ADD CONSTRAINT "stock_reservation_sold_of_its_pieces" CHECK (
  "pieces" > 0 AND "sold" >= 0 AND "sold" <= "pieces" AND ("status" IN ('SOLD', 'RETURNED') OR "sold" = 0) AND ("status" = 'HELD') = ("settled_at" IS NULL));

-- The sweep looks for reservations that nobody settled; nearly all are.
CREATE INDEX "stock_reservation_open_idx" ON "stock_reservation"("expires_at", "order_id") WHERE "status" = 'HELD';

-- One row per gift on sale, changed with every batch.
ALTER TABLE "gift_stock" SET (fillfactor = 40);
ALTER TABLE "stock_reservation" SET (fillfactor = 80);
