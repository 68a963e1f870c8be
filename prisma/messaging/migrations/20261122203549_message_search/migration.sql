-- CreateTable
CREATE TABLE "message_search" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "terms" tsvector NOT NULL,

    CONSTRAINT "message_search_pkey" PRIMARY KEY ("shard","conversation_id","seq")
);

-- CreateIndex
CREATE INDEX "message_search_terms_idx" ON "message_search" USING GIN ("terms");
