CREATE TABLE "message_version" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "version" INTEGER NOT NULL CHECK ("version" >= 1),
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "event_seq" BIGINT NOT NULL,
    "event_id" UUID NOT NULL,

    CONSTRAINT "message_version_pkey" PRIMARY KEY ("shard","conversation_id","seq","version")
);

CREATE TABLE "recalled_message" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "author_id" TEXT NOT NULL COLLATE "C",
    "by_id" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,
    "payload" JSONB NOT NULL,
    "versions" JSONB NOT NULL,

    CONSTRAINT "recalled_message_pkey" PRIMARY KEY ("shard","conversation_id","seq")
);

CREATE TABLE "message_reaction" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "emoji" TEXT NOT NULL COLLATE "C",
    "user_id" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_reaction_pkey" PRIMARY KEY ("shard","conversation_id","seq","emoji","user_id")
);

-- Counts change with every reaction: room for new versions of a row on its page keeps the index out of it.
CREATE TABLE "reaction_count" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "emoji" TEXT NOT NULL COLLATE "C",
    "count" INTEGER NOT NULL CHECK ("count" >= 1),
    "first_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reaction_count_pkey" PRIMARY KEY ("shard","conversation_id","seq","emoji")
) WITH (fillfactor = 70);

CREATE TABLE "conversation_pin" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "seq" BIGINT NOT NULL,
    "by_id" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversation_pin_pkey" PRIMARY KEY ("shard","conversation_id","seq")
);

CREATE TABLE "announcement" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "text" TEXT,
    "by_id" TEXT NOT NULL COLLATE "C",
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "announcement_pkey" PRIMARY KEY ("shard","conversation_id")
);
