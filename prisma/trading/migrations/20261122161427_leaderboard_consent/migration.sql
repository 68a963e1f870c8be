-- CreateTable
CREATE TABLE "leaderboard_consent" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "show_spend" BOOLEAN NOT NULL,
    "hidden" BOOLEAN NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leaderboard_consent_pkey" PRIMARY KEY ("shard","user_id")
);
