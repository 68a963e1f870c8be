-- Written again and again while somebody is online: room for that on each page.
CREATE TABLE "user_seen" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_seen_pkey" PRIMARY KEY ("shard","user_id")
) WITH (fillfactor = 70);

CREATE TABLE "presence_privacy" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "online" TEXT NOT NULL CHECK ("online" IN ('EVERYONE', 'CONTACTS', 'NOBODY')),
    "last_seen" TEXT NOT NULL CHECK ("last_seen" IN ('EVERYONE', 'CONTACTS', 'NOBODY')),

    CONSTRAINT "presence_privacy_pkey" PRIMARY KEY ("shard","user_id")
) WITH (fillfactor = 90);
