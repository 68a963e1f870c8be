-- Rooms become one kind of conversation, and their logs are named like every conversation's. A messaging process of the version before this one
-- does not find its table afterwards: update all of them together.
ALTER TABLE "room" RENAME TO "conversation";
ALTER INDEX "room_pkey" RENAME TO "conversation_pkey";
ALTER TABLE "conversation" RENAME COLUMN "streamer_id" TO "owner_id";
ALTER TABLE "conversation"
  ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'ROOM',
  ADD COLUMN "title" TEXT,
  ADD COLUMN "message_count" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "member_count" INTEGER NOT NULL DEFAULT 0,
  ALTER COLUMN "stream_version" SET DEFAULT 0,
  ADD CONSTRAINT "conversation_kind_check" CHECK ("kind" IN ('ROOM', 'GROUP', 'DIRECT')),
  ADD CONSTRAINT "conversation_status_check" CHECK ("status" IN ('OPEN', 'CLOSED')),
  ADD CONSTRAINT "conversation_member_count_check" CHECK ("member_count" >= 0);
ALTER TABLE "conversation" ALTER COLUMN "kind" DROP DEFAULT;
-- Its counter changes with every batch of messages: room for new versions of a row on its page keeps the index out of it.
ALTER TABLE "conversation" SET (fillfactor = 50);

ALTER TABLE "posting" RENAME COLUMN "room_id" TO "conversation_id";
ALTER TABLE "posting" ADD COLUMN "refusal_message" TEXT;

UPDATE "feed" SET "id" = 'conversation/' || substr("id", 6) WHERE "id" LIKE 'room/%';
UPDATE "feed_event" SET "feed_id" = 'conversation/' || substr("feed_id", 6) WHERE "feed_id" LIKE 'room/%';
UPDATE "feed_consumer" SET "feed_id" = 'conversation/' || substr("feed_id", 6) WHERE "feed_id" LIKE 'room/%';

-- Messages that are there get their numbers.
WITH numbered AS (
  SELECT "shard", "feed_id", "seq", row_number() OVER (PARTITION BY "shard", "feed_id" ORDER BY "seq") AS number
    FROM "feed_event" WHERE "kind" = 'chat.posted'
)
UPDATE "feed_event" AS event SET "payload" = event."payload" || jsonb_build_object('number', numbered.number)
  FROM numbered WHERE event."shard" = numbered."shard" AND event."feed_id" = numbered."feed_id" AND event."seq" = numbered."seq";
UPDATE "conversation" SET "message_count" = counted.messages
  FROM (SELECT "shard", substr("feed_id", 14) AS id, count(*) AS messages FROM "feed_event" WHERE "kind" = 'chat.posted' GROUP BY 1, 2) AS counted
 WHERE "conversation"."shard" = counted."shard" AND "conversation"."id" = counted.id;

-- One book of answers for all commands.
ALTER TABLE "moderation_command" RENAME TO "command";
ALTER INDEX "moderation_command_pkey" RENAME TO "command_pkey";

CREATE TABLE "member" (
    "shard" INTEGER NOT NULL,
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "user_id" TEXT NOT NULL COLLATE "C",
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "read_number" BIGINT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "member_pkey" PRIMARY KEY ("shard","conversation_id","user_id")
) WITH (fillfactor = 80);

CREATE TABLE "membership" (
    "shard" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL COLLATE "C",
    "conversation_id" TEXT NOT NULL COLLATE "C",
    "kind" TEXT NOT NULL CHECK ("kind" IN ('GROUP', 'DIRECT')),
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("shard","user_id","conversation_id")
);
