-- An operator gives the money of a top-up back: the wish, its reason and what was answered to its key have a table of their own.

-- AlterTable
ALTER TABLE "top_up" DROP COLUMN "refund_reason";

-- CreateTable
CREATE TABLE "top_up_refund" (
    "shard" INTEGER NOT NULL,
    "top_up_id" UUID NOT NULL,
    "actor_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "refusal" TEXT,
    "attempt" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "top_up_refund_pkey" PRIMARY KEY ("shard","top_up_id","actor_id","key")
);

-- What Prisma cannot say: a wish is refused, or becomes one of the refunds of its order.
ALTER TABLE "top_up_refund" ADD CONSTRAINT "top_up_refund_refused_or_asked" CHECK (("refusal" IS NULL) = ("attempt" IS NOT NULL));

-- A posting to one of the platform's accounts is proposed as a new row before the account's own row is found, so what gives back never passed the check. What results
-- is checked.
ALTER TABLE "system_account" DROP CONSTRAINT IF EXISTS "system_account_on_its_side";
ALTER TABLE "system_account" ADD CONSTRAINT "system_account_on_its_side" CHECK (
  "version" = 1 OR CASE split_part("id", ':', 1)
    WHEN 'top-up' THEN "balance" <= 0
    WHEN 'bonus-grants' THEN "balance" <= 0
    WHEN 'issuance' THEN "balance" <= 0
    WHEN 'refund-loss' THEN "balance" <= 0
    WHEN 'mirror' THEN "balance" <= 0
    WHEN 'bonus-mirror' THEN "balance" <= 0
    WHEN 'transit' THEN "balance" >= 0
    WHEN 'bonus-transit' THEN "balance" >= 0
    WHEN 'holds' THEN "balance" >= 0
    WHEN 'bonus-holds' THEN "balance" >= 0
    WHEN 'revenue' THEN "balance" >= 0
    WHEN 'bonus-revenue' THEN "balance" >= 0
    ELSE true
  END);
