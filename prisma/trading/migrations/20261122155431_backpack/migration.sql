-- CreateEnum
CREATE TYPE "lot_source" AS ENUM ('DAILY', 'GRANT');

-- AlterTable
ALTER TABLE "wallet" ADD COLUMN     "backpack_pieces" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "backpack_lot" (
    "shard" INTEGER NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" TEXT COLLATE "C" NOT NULL,
    "gift_id" TEXT COLLATE "C" NOT NULL,
    "source" "lot_source" NOT NULL,
    "granted" INTEGER NOT NULL,
    "pieces_left" INTEGER NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,
    "expired" INTEGER NOT NULL DEFAULT 0,
    "taken_back" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "granted_at" TIMESTAMPTZ(3) NOT NULL,
    "grant_id" UUID NOT NULL,
    "day" DATE,
    "granted_by" TEXT COLLATE "C",
    "reason" TEXT,
    "taken_back_by" TEXT COLLATE "C",
    "taken_back_reason" TEXT,

    CONSTRAINT "backpack_lot_pkey" PRIMARY KEY ("shard","id")
);

-- CreateTable
CREATE TABLE "backpack_use" (
    "shard" INTEGER NOT NULL,
    "order_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "pieces" INTEGER NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL,
    "returned_at" TIMESTAMPTZ(3),

    CONSTRAINT "backpack_use_pkey" PRIMARY KEY ("shard","order_id","lot_id")
);

-- CreateIndex
CREATE INDEX "backpack_lot_shard_grant_id_idx" ON "backpack_lot"("shard", "grant_id");

-- CreateIndex
CREATE UNIQUE INDEX "backpack_lot_shard_owner_id_day_gift_id_key" ON "backpack_lot"("shard", "owner_id", "day", "gift_id");

-- What Prisma cannot say.

-- The gift lane, the page of a backpack and the sweep look for lots with pieces left only; most lots are used up.
CREATE INDEX "backpack_lot_open_idx" ON "backpack_lot"("shard", "owner_id", "gift_id") WHERE "pieces_left" > 0;
CREATE INDEX "backpack_lot_expiring_idx" ON "backpack_lot"("expires_at", "id") WHERE "pieces_left" > 0 AND "expires_at" IS NOT NULL;

-- No piece is made or lost by using it.
ALTER TABLE "backpack_lot" ADD CONSTRAINT "backpack_lot_pieces_are_conserved" CHECK (
  "granted" > 0 AND "pieces_left" >= 0 AND "used" >= 0 AND "expired" >= 0 AND "taken_back" >= 0
  AND "granted" = "pieces_left" + "used" + "expired" + "taken_back");
ALTER TABLE "backpack_lot" ADD CONSTRAINT "backpack_lot_source_has_its_marks" CHECK (
  ("source" = 'DAILY') = ("day" IS NOT NULL) AND ("source" = 'GRANT') = ("granted_by" IS NOT NULL AND "reason" IS NOT NULL));
ALTER TABLE "backpack_use" ADD CONSTRAINT "backpack_use_pieces_positive" CHECK ("pieces" > 0);
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_backpack_pieces_not_negative" CHECK ("backpack_pieces" >= 0);

-- A lot changes with every order that takes from it.
ALTER TABLE "backpack_lot" SET (fillfactor = 80);
