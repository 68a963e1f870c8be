-- Few events have a source. The others are not in this index any more: that makes an append cheaper, and PostgreSQL cannot take it for the way to read a log from a place on,
-- for which it would read all of the log (as it does while a table has no statistics).
-- DropIndex
DROP INDEX "feed_event_shard_feed_id_source_event_id_key";

-- CreateIndex
CREATE UNIQUE INDEX "feed_event_shard_feed_id_source_event_id_key" ON "feed_event"("shard", "feed_id", "source_event_id") WHERE "source_event_id" IS NOT NULL;
