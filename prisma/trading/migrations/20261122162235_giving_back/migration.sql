-- AlterTable
ALTER TABLE "gift_hold" ADD COLUMN     "contents" JSONB NOT NULL DEFAULT '[]';

-- A gift that is taken back gives back what it counted against the day's limit: perhaps nothing is left of it.
ALTER TABLE "sender_gift" DROP CONSTRAINT "sender_gift_pieces_positive";
ALTER TABLE "sender_gift" ADD CONSTRAINT "sender_gift_pieces_not_negative" CHECK ("pieces" >= 0);

-- The platform's accounts stay on their sides of zero, checked where the balance is known: an upsert checks the row that it proposes, whose balance is the amount
-- alone, so what goes back out of an account was refused there.
ALTER TABLE "system_account" DROP CONSTRAINT "system_account_on_its_side";
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_system_on_its_side" CHECK (
  "account_kind" = 'WALLET' OR CASE split_part("account_id", ':', 1)
    WHEN 'top-up' THEN "balance_after" <= 0
    WHEN 'bonus-grants' THEN "balance_after" <= 0
    WHEN 'issuance' THEN "balance_after" <= 0
    WHEN 'refund-loss' THEN "balance_after" <= 0
    WHEN 'mirror' THEN "balance_after" <= 0
    WHEN 'bonus-mirror' THEN "balance_after" <= 0
    WHEN 'transit' THEN "balance_after" >= 0
    WHEN 'bonus-transit' THEN "balance_after" >= 0
    WHEN 'holds' THEN "balance_after" >= 0
    WHEN 'bonus-holds' THEN "balance_after" >= 0
    WHEN 'revenue' THEN "balance_after" >= 0
    WHEN 'bonus-revenue' THEN "balance_after" >= 0
    ELSE true
  END);
