-- AlterEnum
ALTER TYPE "wallet_action_kind" ADD VALUE 'RESTRICT_SENDER';

-- AlterTable
ALTER TABLE "wallet_action" ADD COLUMN     "restrictions" JSONB;

-- What Prisma cannot say. (A new value of an enum cannot be named in the transaction that adds it: its text can.)
ALTER TABLE "wallet_action" ADD CONSTRAINT "wallet_action_restricts_or_not" CHECK (("kind"::text = 'RESTRICT_SENDER') = ("restrictions" IS NOT NULL));
