import { createHash } from 'node:crypto';
import { BOARDS_CLEARED_MAX, BOARDS_PER_SHELF_MAX } from './boards.ts';

/** A Lua script and the name under which Redis keeps it. */
export interface BoardScript {
  readonly text: string;
  readonly sha: string;
}

// KEYS: the shelf's marks, its hold, and the names of generations that are no longer (or not yet) in use. ARGV[1] begins the names of all other keys of the shelf, which carry its generation;
// they share its hash tag, so they lie in its slot. Scores are kept negative: Redis orders equal ones by their names, ascending, and so the highest comes first.
const PRELUDE = `local marks, hold, trash, base = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
local GENERATION = 'generation'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function name(generation, kind) return base .. generation .. ':' .. kind end
local function forget(generation, boards)
  for _, board in ipairs(boards) do
    redis.call('UNLINK', name(generation, 'board:' .. board))
    redis.call('ZREM', name(generation, 'index'), board)
    redis.call('ZREM', name(generation, 'changes'), board)
  end
end
local function add(generation, change)
  local index, changes = name(generation, 'index'), name(generation, 'changes')
  for _, one in ipairs(change.boards) do
    local board, expires, list = one[1], one[2], one[3]
    if expires == 0 or expires > now then
      local members = name(generation, 'board:' .. board)
      for i = 1, #list, 2 do
        if tonumber(redis.call('ZINCRBY', members, list[i + 1], list[i])) == 0 then redis.call('ZREM', members, list[i]) end
      end
      if redis.call('ZCARD', members) > change.trimAbove then redis.call('ZREMRANGEBYRANK', members, change.membersMax, -1) end
      redis.call('ZADD', index, 'GT', expires == 0 and '+inf' or string.format('%.0f', expires), board)
      local version = math.max((tonumber(redis.call('ZSCORE', changes, board) or 0)) + 1, now)
      redis.call('ZADD', changes, string.format('%.0f', version), board)
    end
  end
end
local function contents(staged)
  if staged == '' then return redis.call('HGET', marks, GENERATION) end
  return redis.call('GET', hold) == staged and staged
end
`;

const script = (body: string): BoardScript => {
  const text = `${PRELUDE}${body}`;
  return { text, sha: createHash('sha1').update(text).digest('hex') };
};

/** The change as JSON → 'lost', 'held', 'moved' with the marks, or 'applied'. */
export const APPLY = script(`local change = cjson.decode(ARGV[2])
local generation = redis.call('HGET', marks, GENERATION)
if not generation then return { 'lost' } end
if redis.call('EXISTS', hold) == 1 then return { 'held' } end
for _, move in ipairs(change.moves) do
  if redis.call('HGET', marks, move[1]) ~= move[2] then return { 'moved', redis.call('HGETALL', marks) } end
end
add(generation, change)
for _, move in ipairs(change.moves) do redis.call('HSET', marks, move[1], move[3]) end
local index = name(generation, 'index')
forget(generation, redis.call('ZRANGEBYSCORE', index, '-inf', now, 'LIMIT', 0, ${BOARDS_CLEARED_MAX}))
local changes = name(generation, 'changes')
local over = math.min(redis.call('ZCARD', changes) - ${BOARDS_PER_SHELF_MAX}, ${BOARDS_CLEARED_MAX})
if over > 0 then forget(generation, redis.call('ZRANGE', changes, 0, over - 1)) end
return { 'applied' }`);

/** Token, milliseconds → 'busy', 'lost', or 'whole' with the marks. */
export const HOLD = script(`local held = redis.call('GET', hold)
if held and held ~= ARGV[2] then return { 'busy' } end
redis.call('SET', hold, ARGV[2], 'PX', ARGV[3])
if redis.call('HEXISTS', marks, GENERATION) == 0 then return { 'lost' } end
return { 'whole', redis.call('HGETALL', marks) }`);

/** Token, milliseconds → 1, or 0 when the hold is over. */
export const RENEW = script(`if redis.call('GET', hold) ~= ARGV[2] then return 0 end
return redis.call('PEXPIRE', hold, ARGV[3])`);

/** Token. */
export const RELEASE = script(`if redis.call('GET', hold) == ARGV[2] then redis.call('DEL', hold) end
return 1`);

/** Token, the change as JSON → 1, or 0 when the hold is over. */
export const STAGE = script(`if redis.call('GET', hold) ~= ARGV[2] then return 0 end
redis.call('SADD', trash, ARGV[2])
add(ARGV[2], cjson.decode(ARGV[3]))
return 1`);

/** Token, feeds and cursors in turn → 1, or 0 when the hold is over. */
export const PUBLISH = script(`if redis.call('GET', hold) ~= ARGV[2] then return 0 end
local old = redis.call('HGET', marks, GENERATION)
redis.call('DEL', marks, hold)
redis.call('HSET', marks, GENERATION, ARGV[2])
for i = 3, #ARGV, 2 do redis.call('HSET', marks, ARGV[i], ARGV[i + 1]) end
redis.call('SREM', trash, ARGV[2])
if old then redis.call('SADD', trash, old) end
return 1`);

/** Board, count, member or '' → nil when the shelf is lost, else version, members, entries, rank, score. */
export const READ = script(`local generation = redis.call('HGET', marks, GENERATION)
if not generation then return false end
local expires = redis.call('ZSCORE', name(generation, 'index'), ARGV[2])
if not expires or tonumber(expires) <= now then return { '0', 0, {}, false, false } end
local members, count = name(generation, 'board:' .. ARGV[2]), tonumber(ARGV[3])
local entries = count == 0 and {} or redis.call('ZRANGE', members, 0, count - 1, 'WITHSCORES')
local rank, score = false, false
if ARGV[4] ~= '' then rank, score = redis.call('ZRANK', members, ARGV[4]), redis.call('ZSCORE', members, ARGV[4]) end
return { redis.call('ZSCORE', name(generation, 'changes'), ARGV[2]), redis.call('ZCOUNT', members, '-inf', '(0'), entries, rank, score }`);

/** Staged token or '', offset, count → names. */
export const LIST = script(`local generation = contents(ARGV[2])
if not generation then return {} end
return redis.call('ZRANGE', name(generation, 'index'), '(' .. string.format('%.0f', now), '+inf', 'BYSCORE', 'LIMIT', ARGV[3], ARGV[4])`);

/** Staged token or '', board, offset, last → members and scores in turn. */
export const MEMBERS = script(`local generation = contents(ARGV[2])
if not generation then return {} end
return redis.call('ZRANGE', name(generation, 'board:' .. ARGV[3]), ARGV[4], ARGV[5], 'WITHSCORES')`);

/** Staged token or '', board, members → scores. */
export const SCORES = script(`local generation = contents(ARGV[2])
local scores = {}
for i = 4, #ARGV do scores[i - 3] = generation and redis.call('ZSCORE', name(generation, 'board:' .. ARGV[3]), ARGV[i]) or false end
return scores`);

/** → 1 when there is more to sweep. */
export const SWEEP = script(`local held = redis.call('GET', hold)
for _, generation in ipairs(redis.call('SMEMBERS', trash)) do
  if generation ~= held then
    local index = name(generation, 'index')
    forget(generation, redis.call('ZRANGE', index, 0, ${BOARDS_CLEARED_MAX - 1}))
    if redis.call('EXISTS', index) == 1 then return 1 end
    redis.call('SREM', trash, generation)
    return 1
  end
end
return 0`);

/** KEYS[1]: who leads. Holder, milliseconds → 1 or 0. */
export const LEAD: BoardScript = (() => {
  const text = `local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
  return { text, sha: createHash('sha1').update(text).digest('hex') };
})();
