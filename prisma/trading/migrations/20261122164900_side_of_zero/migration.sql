-- The entry that says what an account holds after a posting is held to the account's side of zero (ledger_entry_system_on_its_side): once is enough.
ALTER TABLE "system_account" DROP CONSTRAINT IF EXISTS "system_account_on_its_side";
-- An upsert's proposed row is checked before it meets the one that is there, and it holds what is to be added, of either sign. What wallets hold is checked wallet by wallet.
ALTER TABLE "ledger_sum" DROP CONSTRAINT IF EXISTS "ledger_sum_wallets_not_negative";
