import { createHash } from 'node:crypto';
import type { RedisCommands } from '#platform/redis/connect.ts';
import { evaluate } from './evaluate.ts';
import { answerInTime } from './in-time.ts';
import { PRESENCE_EXPIRED_MAX, type Presence, type PresenceAnswer } from './presence.ts';

/** Changes the sorted set KEYS[1], whose scores are the ends of the leases by the server's clock (lease in ms, most members, how many are forgotten at most, how many are renewed, these, those
 * that are ended). Answers { count, places of the new among those renewed, places of those that were there among those ended, the forgotten }. */
const UPDATE = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl, most, renewed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local count = redis.call('ZCARD', KEYS[1])
local joined, left, last = {}, {}, string.format('%.0f', now + ttl)
for i = 1, renewed do
  if count >= most then
    redis.call('ZADD', KEYS[1], 'XX', last, ARGV[4 + i])
  elseif redis.call('ZADD', KEYS[1], last, ARGV[4 + i]) == 1 then
    count = count + 1
    joined[#joined + 1] = i - 1
  end
end
for i = 1, #ARGV - 4 - renewed do
  if redis.call('ZREM', KEYS[1], ARGV[4 + renewed + i]) == 1 then
    count = count - 1
    left[#left + 1] = i - 1
  end
end
local expired = redis.call('ZRANGE', KEYS[1], '-inf', string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, ARGV[3])
if #expired > 0 then redis.call('ZREM', KEYS[1], unpack(expired)) end
if renewed > 0 then redis.call('PEXPIRE', KEYS[1], ttl) end
return { count - #expired, joined, left, expired }`;

/** Members of KEYS[1] whose leases hold, at most ARGV[1]. */
const MEMBERS = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGE', KEYS[1], '+inf', string.format('(%.0f', now), 'BYSCORE', 'REV', 'LIMIT', 0, ARGV[1])`;

const scriptOf = (text: string) => ({ text, sha: createHash('sha1').update(text).digest('hex') });
const UPDATE_SCRIPT = scriptOf(UPDATE);
const MEMBERS_SCRIPT = scriptOf(MEMBERS);

/** Presence over Redis: one sorted set per set. `failed` hears which call was not answered within `timeoutMs`. */
export const createRedisPresence = (commands: RedisCommands, failed: (call: string) => void, timeoutMs: number): Presence => {
  const ask = <Answer>(call: string, work: Promise<Answer>): Promise<Answer | null> => answerInTime(work, timeoutMs, () => failed(call));
  const members = async (set: string, limit: number): Promise<readonly string[]> =>
    listOf(await evaluate(commands, MEMBERS_SCRIPT, { keys: [keyOf(set)], args: [String(limit)] })).map(String);
  return {
    update: (set, { renew, end, ttlMs, membersMax }) => {
      const key = keyOf(set);
      const args = [String(Math.ceil(ttlMs)), String(membersMax), String(PRESENCE_EXPIRED_MAX), String(renew.length), ...renew, ...end];
      const answer = evaluate(commands, UPDATE_SCRIPT, { keys: [key], args });
      return ask(
        'presence.update',
        answer.then((value) => updateOf(value, renew, end)),
      );
    },
    count: (set) => ask('presence.count', commands.send(keyOf(set), ['ZCARD', keyOf(set)]).then(Number)),
    members: (set, limit) => ask('presence.members', members(set, limit)),
    // Sent together, and each to its set's node: sets lie on many.
    membersOf: (sets, limit) => ask('presence.membersOf', Promise.all(sets.map((set) => members(set, limit)))),
  };
};

// The braces are Redis Cluster's hash tag, as in all keys of the store.
const keyOf = (set: string): string => `presence:{${set}}`;

const updateOf = (answer: unknown, renew: readonly string[], end: readonly string[]): PresenceAnswer => {
  const [count, joined, left, expired] = listOf(answer);
  if (typeof count !== 'number') throw new Error('the presence script answered without a count');
  const at = (names: readonly string[], places: unknown): string[] => listOf(places).flatMap((place) => names[Number(place)] ?? []);
  return { count, joined: at(renew, joined), left: at(end, left), expired: listOf(expired).map(String) };
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
