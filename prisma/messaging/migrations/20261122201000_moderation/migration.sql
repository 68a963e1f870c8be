-- Bans become one of several sanctions, of conversations of every kind. A messaging process of the version before this one does not find its table
-- afterwards: update all of them together.
ALTER TABLE "room_ban" RENAME TO "sanction";
ALTER INDEX "room_ban_pkey" RENAME TO "sanction_pkey";
ALTER TABLE "sanction" RENAME COLUMN "room_id" TO "conversation_id";
ALTER TABLE "sanction" RENAME COLUMN "banned_by" TO "by_id";
ALTER TABLE "sanction" RENAME COLUMN "banned_at" TO "at";
ALTER TABLE "sanction"
  ADD COLUMN "type" TEXT NOT NULL DEFAULT 'BAN',
  ADD CONSTRAINT "sanction_type_check" CHECK ("type" IN ('BAN', 'TIMEOUT', 'MUTE'));
ALTER TABLE "sanction" ALTER COLUMN "type" DROP DEFAULT;

ALTER TABLE "conversation" ADD COLUMN "policy_version" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "granted_role" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "user_id" TEXT NOT NULL COLLATE "C",
    "role" TEXT NOT NULL CHECK ("role" IN ('MODERATOR', 'VIP', 'MEMBER')),
    "by_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "granted_role_pkey" PRIMARY KEY ("shard","conversation_id","user_id")
);

CREATE TABLE "conversation_policy" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "version" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,

    CONSTRAINT "conversation_policy_pkey" PRIMARY KEY ("shard","conversation_id")
);
