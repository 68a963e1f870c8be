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
