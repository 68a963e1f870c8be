-- CreateTable
CREATE TABLE "served_shard" (
    "shard" INTEGER NOT NULL,
    "served_since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "served_shard_pkey" PRIMARY KEY ("shard")
);

-- Until now there was one database: where somebody has a wallet, it is the one with all shards. A new database notes at its first start which it has.
INSERT INTO "served_shard" ("shard", "served_since")
SELECT value, now() FROM unnest(ARRAY[
  60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45, 101, 3, 113, 52,
  62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59, 22, 12, 11, 44, 18
]) AS all_shards (value)
WHERE EXISTS (SELECT FROM "wallet");
