import { createHash } from 'node:crypto';
import { connectRedis, type RedisCommands } from '#platform/redis/connect.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { evaluate } from './evaluate.ts';
import { answerInTime } from './in-time.ts';
import { createMemoryStore } from './memory.ts';
import { createRedisBoards } from './redis-boards.ts';
import { createRedisPresence } from './redis-presence.ts';
import { STORE_TIMEOUT_MS, type Store, type TokenBucket, type TokenVerdict } from './store.ts';

/** Takes tokens from the bucket KEYS[1] (capacity, refill per second, cost) by the server's clock. Answers { taken, retryAfterMs }. The same as `takeFrom` in tokens.ts; tokens are kept as
 * text with enough digits, since Redis cuts Lua numbers to integers. An idle bucket is full after a while and then need not be kept. */
const TAKE_TOKENS = `local capacity, refill, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(capacity, (tonumber(state[1]) or capacity) + math.max(0, now - (tonumber(state[2]) or now)) * refill / 1000)
local taken, wait = 0, 0
if tokens >= cost then
  tokens, taken = tokens - cost, 1
elseif cost > capacity then
  wait = capacity
else
  wait = cost - tokens
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], math.max(1000, math.ceil(capacity * 1000 / refill)))
return { taken, taken == 1 and 0 or math.max(1, math.ceil(wait * 1000 / refill)) }`;

const TAKE_TOKENS_SHA = createHash('sha1').update(TAKE_TOKENS).digest('hex');

export interface RedisStoreOptions {
  /** What Redis has to answer in, in milliseconds. Default STORE_TIMEOUT_MS. */
  readonly timeoutMs?: number;
}

/** The store over Redis. Connects in the background; what Redis does not answer in time is answered as if the store were empty, and rate limits by this process's own count. */
export const createRedisStore = async (
  urls: readonly string[],
  telemetry: Telemetry,
  { timeoutMs = STORE_TIMEOUT_MS }: RedisStoreOptions = {},
): Promise<Store> => {
  const commands = await connectRedis(urls, telemetry, 'store');
  const own = createMemoryStore();
  const failures = telemetry.counter('fanfare_store_failures_total', 'Calls that Redis did not answer in time.', ['call']);
  const failed = (call: string): void => failures.inc({ call });
  const inTime = <Answer>(call: Promise<Answer>, onFailure: () => void): Promise<Answer | null> => answerInTime(call, timeoutMs, onFailure);
  return {
    takeTokens: async (key, bucket, cost = 1) => {
      const verdict = await inTime(takeTokens(commands, tokensKey(key), bucket, cost), () => failed('takeTokens'));
      return verdict ?? own.takeTokens(key, bucket, cost);
    },
    get: async (key) => {
      const value = await inTime(commands.send(cacheKey(key), ['GET', cacheKey(key)]), () => failed('get'));
      return typeof value === 'string' ? value : null;
    },
    set: async (key, value, ttlMs) => {
      if (ttlMs <= 0) await inTime(commands.send(cacheKey(key), ['DEL', cacheKey(key)]), () => failed('set'));
      else await inTime(commands.send(cacheKey(key), ['SET', cacheKey(key), value, 'PX', String(Math.ceil(ttlMs))]), () => failed('set'));
    },
    delete: async (key) => {
      await inTime(commands.send(cacheKey(key), ['DEL', cacheKey(key)]), () => failed('delete'));
    },
    boards: createRedisBoards(commands, failed, timeoutMs),
    presence: createRedisPresence(commands, failed, timeoutMs),
    close: async () => {
      commands.close();
      await own.close();
    },
  };
};

// The braces are Redis Cluster's hash tag: what belongs to one key lies on one node.
const tokensKey = (key: string): string => `tokens:{${key}}`;
const cacheKey = (key: string): string => `cache:{${key}}`;

const takeTokens = async (
  commands: RedisCommands,
  key: string,
  { capacity, refillPerSecond }: TokenBucket,
  cost: number,
): Promise<TokenVerdict> => {
  const args = [String(capacity), String(refillPerSecond), String(cost)];
  const answer = await evaluate(commands, { text: TAKE_TOKENS, sha: TAKE_TOKENS_SHA }, { keys: [key], args });
  const [taken, retryAfterMs] = Array.isArray(answer) ? answer : [];
  if (typeof taken !== 'number' || typeof retryAfterMs !== 'number')
    throw new Error('the token script answered something else than two numbers');
  return { taken: taken === 1, retryAfterMs };
};
