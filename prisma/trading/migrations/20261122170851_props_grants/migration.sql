-- AlterEnum
ALTER TYPE "wallet_action_kind" ADD VALUE 'GRANT_PROPS';
ALTER TYPE "wallet_action_kind" ADD VALUE 'TAKE_BACK_PROPS';

-- AlterTable
ALTER TABLE "wallet_action" ADD COLUMN     "props" JSONB;

-- Who granted and took back, and why, is in the log of wallet actions.
ALTER TABLE "backpack_lot" DROP CONSTRAINT "backpack_lot_source_has_its_marks";
ALTER TABLE "backpack_lot" DROP COLUMN "reason",
DROP COLUMN "taken_back_by",
DROP COLUMN "taken_back_reason";
ALTER TABLE "backpack_lot" ADD CONSTRAINT "backpack_lot_source_has_its_marks" CHECK (
  ("source" = 'DAILY') = ("day" IS NOT NULL) AND ("source" = 'GRANT') = ("granted_by" IS NOT NULL));
