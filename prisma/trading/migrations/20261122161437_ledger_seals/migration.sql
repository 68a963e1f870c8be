-- CreateTable
CREATE TABLE "ledger_unsealed" (
    "shard" INTEGER NOT NULL,
    "batch_id" UUID NOT NULL,

    CONSTRAINT "ledger_unsealed_pkey" PRIMARY KEY ("shard","batch_id")
);

-- CreateTable
CREATE TABLE "ledger_seal" (
    "shard" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "batch_id" UUID NOT NULL,
    "entries" INTEGER NOT NULL,
    "digest" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "ledger_seal_pkey" PRIMARY KEY ("shard","seq")
);

-- CreateTable
CREATE TABLE "ledger_chain" (
    "shard" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_chain_pkey" PRIMARY KEY ("shard")
);

-- CreateTable
CREATE TABLE "ledger_sum" (
    "shard" INTEGER NOT NULL,
    "account_group" TEXT COLLATE "C" NOT NULL,
    "currency" "currency" NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "ledger_sum_pkey" PRIMARY KEY ("shard","account_group","currency")
);

-- CreateIndex
CREATE INDEX "ledger_seal_batch_id_idx" ON "ledger_seal" USING BRIN ("batch_id") WITH (autosummarize = on);

-- CreateIndex
CREATE INDEX "ledger_entry_batch_id_idx" ON "ledger_entry" USING BRIN ("batch_id") WITH (autosummarize = on);

-- What Prisma cannot say.

-- Whatever was posted before there were seals waits for them now.
INSERT INTO "ledger_unsealed" ("shard", "batch_id") SELECT DISTINCT "shard", "batch_id" FROM "ledger_entry";

ALTER TABLE "ledger_seal" ADD CONSTRAINT "ledger_seal_counts_positive" CHECK ("seq" > 0 AND "entries" > 0);
ALTER TABLE "ledger_seal" ADD CONSTRAINT "ledger_seal_sha256" CHECK (octet_length("digest") = 32 AND octet_length("hash") = 32);
ALTER TABLE "ledger_chain" ADD CONSTRAINT "ledger_chain_seq_not_negative" CHECK ("seq" >= 0 AND octet_length("hash") = 32);
-- All wallets of a shard together are never overdrawn either.
ALTER TABLE "ledger_sum" ADD CONSTRAINT "ledger_sum_wallets_not_negative" CHECK ("account_group" <> 'wallets' OR "amount" >= 0);

-- Rows that change with every round keep room on their page, as elsewhere.
ALTER TABLE "ledger_chain" SET (fillfactor = 40);
ALTER TABLE "ledger_sum" SET (fillfactor = 40);
-- Rows come and go by the thousand: cleared away before the index grows with what is gone.
ALTER TABLE "ledger_unsealed" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
