import { randomFillSync } from 'node:crypto';

/** Logical shards: 64, never renumbered. A shard's INDEX is 0 to 63; its VALUE (what `shard` columns hold) comes from a fixed table chosen so that
 * each falls in its own one of Citus' 64 equal hash ranges. */
export const SHARD_COUNT = 64;

/** The stored value of each shard: SHARDS[i] is the smallest non-negative int4 whose PostgreSQL `hashint4` falls into the i-th of 64 equal ranges of
 * the int32 hash space, which is how Citus divides it. Rows carry these values: never change them. */
export const SHARDS: readonly number[] = [
  60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45, 101, 3, 113, 52,
  62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59, 22, 12, 11, 44, 18,
];

// One call of the system's generator costs more than a UUID: 512 ids' worth are fetched at a time.
const RANDOM_BYTES = 8_192;
/** A UUIDv7 has 48 bits for its time. */
const MS_MAX = 2 ** 48 - 1;
const RANDOM_BYTES_PER_ID = 10;
const random = new Uint8Array(RANDOM_BYTES);
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

// The only changing state of this module: how much of the random pool is used up. An id never sees the same bytes twice.
let randomUsed = RANDOM_BYTES;

/** A new UUIDv7 in lower case: 48 bits of `nowMs` (epoch milliseconds), the rest random. Ids of one millisecond are in no order among themselves. */
export const newId = (nowMs: number = Date.now()): string => {
  const at = takeRandom();
  return format(nowMs, at, 0x80 | (byteAt(at + 2) & 0x3f));
};

/** The lowest UUID of a millisecond: ids of `newId` and `newIdInShard` from that moment on are above it, earlier ones below. */
export const firstIdAt = (atMs: number): string => {
  const time = Math.min(Math.max(0, Math.trunc(atMs)), MS_MAX)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
};

/** A UUIDv7 that carries a shard index (0 to 63) under the variant bits, in byte 8, for rows whose shard can't be hashed back from another key. */
export const newIdInShard = (shardIndex: number, nowMs: number = Date.now()): string => {
  if (!Number.isInteger(shardIndex) || shardIndex < 0 || shardIndex >= SHARD_COUNT) {
    throw new RangeError(`a shard index is 0 to ${SHARD_COUNT - 1}, not ${shardIndex}`);
  }
  return format(nowMs, takeRandom(), 0x80 | shardIndex);
};

/** The shard index (0 to 63) that `newIdInShard` put into an id. Throws RangeError when it is not a UUID: check with `isUuid` at the border. */
export const shardIndexOfId = (id: string): number => {
  if (!isUuid(id)) throw new RangeError('only a UUID carries a shard');
  return Number.parseInt(id.slice(19, 21), 16) & 0x3f;
};

/** When a UUIDv7 was made, in epoch milliseconds: its first 48 bits. Throws RangeError when it is not a UUID. */
export const millisecondsOfId = (id: string): number => {
  if (!isUuid(id)) throw new RangeError('only a UUID carries a time');
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
};

/** The same for any text: null for what is no UUIDv7. */
export const timeMsOfId = (id: string): number | null => (isUuid(id) && id[14] === '7' ? millisecondsOfId(id) : null);

/** Whether a text is a UUID in the form that PostgreSQL prints: lower case, with dashes. Any version. */
export const isUuid = (text: string): boolean => text.length === 36 && UUID_PATTERN.test(text);

/** The shard index (0 to 63) of a natural key: FNV-1a 32 over its UTF-8 bytes, then MurmurHash3's finaliser (FNV's low bits alone see only the low bits
 * of each byte), then the low 6 bits. Rows lie where this function put them: it never changes (tests pin it). */
export const shardIndexOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    if (unit > 0x7f) return finalise(hashBytes(Buffer.from(key, 'utf8')));
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return finalise(hash);
};

/** What a `shard` column holds for a natural key. */
export const shardOf = (key: string): number => shardAt(shardIndexOf(key));

/** What a `shard` column holds for a shard index (0 to 63). */
export const shardAt = (shardIndex: number): number => {
  const value = SHARDS[shardIndex];
  if (value === undefined) throw new RangeError(`a shard index is 0 to ${SHARD_COUNT - 1}, not ${shardIndex}`);
  return value;
};

const hashBytes = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
};

const finalise = (fnv: number): number => {
  let hash = fnv;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0x3f;
};

const takeRandom = (): number => {
  if (randomUsed + RANDOM_BYTES_PER_ID > RANDOM_BYTES) {
    randomFillSync(random);
    randomUsed = 0;
  }
  const at = randomUsed;
  randomUsed += RANDOM_BYTES_PER_ID;
  return at;
};

const byteAt = (index: number): number => random[index] ?? 0;
const hexAt = (index: number): string => HEX[byteAt(index)] ?? '';

const format = (nowMs: number, at: number, byte8: number): string => {
  const time = nowMs.toString(16).padStart(12, '0');
  const version = 0x70 | (byteAt(at) & 0x0f);
  const head = `${time.slice(0, 8)}-${time.slice(8)}-${HEX[version] ?? ''}${hexAt(at + 1)}-${HEX[byte8] ?? ''}${hexAt(at + 3)}`;
  return `${head}-${hexAt(at + 4)}${hexAt(at + 5)}${hexAt(at + 6)}${hexAt(at + 7)}${hexAt(at + 8)}${hexAt(at + 9)}`;
};
