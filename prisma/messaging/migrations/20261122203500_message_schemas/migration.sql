CREATE TABLE "message_schema" (
    "shard" INTEGER NOT NULL,
    "name" TEXT NOT NULL COLLATE "C",
    "definition" TEXT,
    "by_id" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_schema_pkey" PRIMARY KEY ("shard","name")
);
