-- AlterEnum
ALTER TYPE "currency" ADD VALUE 'BONUS_COINS';

-- AlterTable
ALTER TABLE "system_account" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01 00:00:00 +00:00';

-- AlterTable
ALTER TABLE "wallet" ADD COLUMN     "bonus_coins" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01 00:00:00 +00:00',
ADD COLUMN     "frozen_at" TIMESTAMPTZ(3),
ADD COLUMN     "frozen_reason" TEXT,
ADD COLUMN     "settings_version" BIGINT NOT NULL DEFAULT 0;

-- What Prisma cannot say.

-- From here on no entry is dated before the one before it in its account.
UPDATE "wallet" SET "changed_at" = last."at"
FROM (SELECT "shard", "account_id", max("at") AS "at" FROM "ledger_entry" WHERE "account_kind" = 'WALLET' GROUP BY 1, 2) AS last
WHERE last."shard" = "wallet"."shard" AND last."account_id" = "wallet"."owner_id";
UPDATE "system_account" SET "changed_at" = last."at"
FROM (SELECT "shard", "account_id", max("at") AS "at" FROM "ledger_entry" WHERE "account_kind" = 'SYSTEM' GROUP BY 1, 2) AS last
WHERE last."shard" = "system_account"."shard" AND last."account_id" = "system_account"."id";

-- Nothing that must not be negative ever is, whatever the code above it believes.
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_bonus_coins_not_negative" CHECK ("bonus_coins" >= 0);
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_counts_not_negative" CHECK ("version" >= 0 AND "settings_version" >= 0);
ALTER TABLE "wallet" ADD CONSTRAINT "wallet_frozen_for_a_reason" CHECK (("frozen_at" IS NULL) = ("frozen_reason" IS NULL));
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_seq_positive" CHECK ("seq" > 0);
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_wallet_not_negative" CHECK ("balance_after" >= 0 OR "account_kind" = 'SYSTEM');

-- Each of the platform's accounts stays on its side of zero: what gives is never positive, what takes is never negative.
ALTER TABLE "system_account" ADD CONSTRAINT "system_account_on_its_side" CHECK (
  CASE split_part("id", ':', 1)
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
