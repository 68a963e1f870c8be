-- What a stream's gifts add up to moves to the shard of its streamer, whose earnings they are. The shard is computed here as platform/ids.ts does it: FNV-1a over the
-- UTF-8 bytes, MurmurHash3's finaliser, the low 6 bits, then the stored value of that shard.
CREATE FUNCTION pg_temp.times(x BIGINT, y BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
  SELECT (((((x >> 16) * y) & 65535) << 16) + (x & 65535) * y) & 4294967295
$$;

CREATE FUNCTION pg_temp.shard_of(natural_key TEXT) RETURNS INTEGER LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  bytes BYTEA := convert_to(natural_key, 'UTF8');
  hash BIGINT := 2166136261;
BEGIN
  FOR place IN 0 .. length(bytes) - 1 LOOP
    hash := pg_temp.times(hash # get_byte(bytes, place), 16777619);
  END LOOP;
  hash := pg_temp.times(hash # (hash >> 16), 2246822507);
  hash := pg_temp.times(hash # (hash >> 13), 3266489909);
  hash := (hash # (hash >> 16)) & 63;
  RETURN (ARRAY[
    60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45, 101, 3, 113, 52,
    62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59, 22, 12, 11, 44, 18
  ])[hash::INTEGER + 1];
END
$$;

WITH moved AS (
  DELETE FROM "stream_gift_totals" AS totals USING "stream"
  WHERE "stream"."id" = totals."stream_id" AND pg_temp.shard_of("stream"."streamer_id") <> totals."shard"
  RETURNING pg_temp.shard_of("stream"."streamer_id") AS "shard", totals."stream_id", totals."gifts", totals."coins", totals."as_of"
)
INSERT INTO "stream_gift_totals" ("shard", "stream_id", "gifts", "coins", "as_of")
SELECT "shard", "stream_id", "gifts", "coins", "as_of" FROM moved;

DROP FUNCTION pg_temp.shard_of(TEXT);
DROP FUNCTION pg_temp.times(BIGINT, BIGINT);
