-- CreateEnum
CREATE TYPE "wallet_action_kind" AS ENUM ('FREEZE', 'UNFREEZE', 'GRANT_BONUS_COINS');

-- AlterTable
ALTER TABLE "ledger_entry" ADD COLUMN     "bonus_coins_after" BIGINT,
ADD COLUMN     "coins_after" BIGINT,
ADD COLUMN     "diamonds_after" BIGINT;

-- CreateTable
CREATE TABLE "wallet_action" (
    "shard" INTEGER NOT NULL,
    "owner_id" TEXT COLLATE "C" NOT NULL,
    "actor_id" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "id" UUID NOT NULL,
    "kind" "wallet_action_kind" NOT NULL,
    "reason" TEXT NOT NULL,
    "bonus_coins" BIGINT,
    "fingerprint" TEXT NOT NULL,
    "refusal" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wallet_action_pkey" PRIMARY KEY ("shard","owner_id","actor_id","key")
);

-- What Prisma cannot say.

-- Entries from before get what their wallet held with them.
UPDATE "ledger_entry" SET "coins_after" = held.coins, "bonus_coins_after" = held.bonus_coins, "diamonds_after" = held.diamonds
FROM (
  SELECT "shard", "account_id", "seq",
    sum("amount") FILTER (WHERE "currency" = 'COINS') OVER one AS coins,
    sum("amount") FILTER (WHERE "currency" = 'BONUS_COINS') OVER one AS bonus_coins,
    sum("amount") FILTER (WHERE "currency" = 'DIAMONDS') OVER one AS diamonds
  FROM "ledger_entry" WHERE "account_kind" = 'WALLET'
  WINDOW one AS (PARTITION BY "shard", "account_id" ORDER BY "seq")
) AS held
WHERE "ledger_entry"."shard" = held."shard" AND "ledger_entry"."account_kind" = 'WALLET' AND "ledger_entry"."account_id" = held."account_id"
  AND "ledger_entry"."seq" = held."seq";
UPDATE "ledger_entry" SET "coins_after" = coalesce("coins_after", 0), "bonus_coins_after" = coalesce("bonus_coins_after", 0),
  "diamonds_after" = coalesce("diamonds_after", 0)
WHERE "account_kind" = 'WALLET';

-- An entry of a wallet tells all of its balances, and the same as its own; one of the platform's accounts tells its own alone.
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_tells_the_wallet" CHECK (
  CASE WHEN "account_kind" = 'SYSTEM' THEN "coins_after" IS NULL AND "bonus_coins_after" IS NULL AND "diamonds_after" IS NULL
  ELSE "coins_after" >= 0 AND "bonus_coins_after" >= 0 AND "diamonds_after" >= 0 AND "coins_after" IS NOT NULL AND "bonus_coins_after" IS NOT NULL
    AND "diamonds_after" IS NOT NULL
    AND "balance_after" = CASE "currency" WHEN 'COINS' THEN "coins_after" WHEN 'BONUS_COINS' THEN "bonus_coins_after" ELSE "diamonds_after" END
  END);

ALTER TABLE "wallet_action" ADD CONSTRAINT "wallet_action_grants_something" CHECK (("kind" = 'GRANT_BONUS_COINS') = ("bonus_coins" IS NOT NULL));
ALTER TABLE "wallet_action" ADD CONSTRAINT "wallet_action_bonus_coins_positive" CHECK ("bonus_coins" > 0);
