-- CreateTable
CREATE TABLE "upload" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "id" UUID NOT NULL,
    "author_id" TEXT NOT NULL COLLATE "C",
    "kind" TEXT NOT NULL CHECK ("kind" IN ('IMAGE', 'FILE')),
    "content_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL CHECK ("bytes" > 0),
    "name" TEXT NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "sha256" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "use_before" TIMESTAMPTZ(3) NOT NULL,
    "event_id" UUID,
    "delete_at" TIMESTAMPTZ(3),

    CONSTRAINT "upload_pkey" PRIMARY KEY ("shard","conversation_id","id")
);

-- CreateIndex
CREATE INDEX "upload_author_id_use_before_idx" ON "upload"("author_id", "use_before");

-- CreateIndex
CREATE INDEX "upload_delete_at_idx" ON "upload"("delete_at") WHERE "delete_at" IS NOT NULL;
