import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryBus } from '#platform/bus/memory.ts';
import type { Database } from '#platform/database/database.ts';
import { openDatabase } from '#platform/database/open.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { openFeeds } from '#platform/feed/feeds.ts';
import { newId } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import { blockCommands } from '../../subgraphs/messaging/data/blockCommands.ts';
import { type Command, openCommandLane, runCommands } from '../../subgraphs/messaging/data/commandLane.ts';
import { groupCommands } from '../../subgraphs/messaging/data/groupCommands.ts';
import { openPostingLane, type PostCommand, type PostOutcome, runPostings } from '../../subgraphs/messaging/data/postingLane.ts';
import type { BlockAction, BlockAnswer } from '../../subgraphs/messaging/domain/block.ts';
import { directIdOf, type GroupAction, type GroupAnswer } from '../../subgraphs/messaging/domain/group.ts';
import { type Deed, GroupOracle } from '../support/group-oracle.ts';
import { groupTruth, wrongWith } from '../support/group-truth.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aPost, postedMessage, postingParts } from '../support/posting.ts';
import { createRandom, type Random } from '../support/random.ts';
import { aTelemetry } from '../support/telemetry.ts';

const telemetry = aTelemetry('messaging');
let database: Database;
let feeds: Feeds;

beforeAll(async () => {
  database = await openDatabase({ name: 'messaging', url: await aDatabaseUrl('messaging'), telemetry });
  feeds = await openFeeds({ database, bus: createMemoryBus(), telemetry });
});

afterAll(async () => {
  await feeds.close();
  await database.close();
});

/** People, and the conversations that somebody has made so far. */
interface Scene {
  readonly people: readonly [string, ...string[]];
  readonly groups: string[];
}

const aScene = (): Scene => ({ people: people(7), groups: [randomUUID()] });

const people = (count: number): [string, ...string[]] => {
  const [first = '', ...rest] = Array.from({ length: count }, () => `person-${randomUUID()}`);
  return [first, ...rest];
};

/** Something that may be possible or not, by anybody. */
const aDeed = (random: Random, scene: Scene): Deed => {
  const actorId = random.pick(scene.people);
  const others = scene.people.filter((id) => id !== actorId) as [string, ...string[]];
  const [userId, userIds] = [random.pick(others), others.filter(() => random.chance(0.3))];
  const id = scene.groups[random.below(scene.groups.length)] ?? '';
  const what = random.next();
  if (what < 0.35) return { family: 'postings', actorId, conversationId: random.chance(0.5) ? id : directIdOf(actorId, userId) };
  if (what < 0.45) return { family: 'blocks', actorId, action: { type: random.chance(0.4) ? 'block' : 'unblock', userId } };
  return { family: 'groups', actorId, action: anAction(random, { id, userId, userIds, actorId, scene }) };
};

const anAction = (
  random: Random,
  { id, userId, userIds, actorId, scene }: { id: string; userId: string; userIds: readonly string[]; actorId: string; scene: Scene },
): GroupAction => {
  const what = random.next();
  if (what < 0.12) {
    const fresh = newId();
    scene.groups.push(fresh);
    return { type: 'create', id: fresh, title: 'x', isPublic: random.chance(0.5), userIds };
  }
  if (what < 0.3) return { type: 'openDirect', id: directIdOf(actorId, userId), userId };
  if (what < 0.5) return { type: 'add', id, userIds: [userId, ...userIds] };
  if (what < 0.62) return { type: 'remove', id, userIds: [userId] };
  if (what < 0.75) return { type: 'leave', id };
  if (what < 0.85) return { type: 'join', id };
  if (what < 0.91) return { type: 'transfer', id, userId };
  return random.chance(0.3) ? { type: 'close', id } : { type: 'setVisibility', id, isPublic: random.chance(0.6) };
};

const commandOf = <Action>(actorId: string, action: Action): Command<Action> => ({
  actorId,
  key: randomUUID(),
  fingerprint: 'f',
  isOperator: false,
  action,
});

const postOf = (authorId: string, conversationId: string): PostCommand =>
  aPost({ authorId, key: randomUUID(), fingerprint: 'f', conversationId }, 'hi');

const spoken = (answer: GroupAnswer | BlockAnswer): string => (answer.ok ? 'ok' : answer.code);
const spokenPost = (outcome: PostOutcome): string => (outcome.ok ? String(postedMessage(outcome).messageNumber) : outcome.code);

/** Runs deeds of one family in one transaction, as a lane's batch; their answers. */
const runBatch = (batch: readonly Deed[]): Promise<readonly string[]> =>
  database.transaction('batch', async (tx) => {
    const [first] = batch;
    if (first?.family === 'groups') {
      const commands = batch.flatMap((deed) => (deed.family === 'groups' ? [commandOf(deed.actorId, deed.action)] : []));
      return (await runCommands(groupCommands(postingParts(feeds)))(tx, commands)).map(spoken);
    }
    if (first?.family === 'blocks') {
      const commands = batch.flatMap((deed) => (deed.family === 'blocks' ? [commandOf(deed.actorId, deed.action)] : []));
      return (await runCommands(blockCommands(feeds))(tx, commands)).map(spoken);
    }
    const posts = batch.flatMap((deed) => (deed.family === 'postings' ? [postOf(deed.actorId, deed.conversationId)] : []));
    return (await runPostings(postingParts(feeds))(tx, posts)).map(spokenPost);
  });

test.each([1, 2])('batches answer as one deed after the other would, and leave what that would leave (seed %i)', async (seed) => {
  const random = createRandom(seed);
  const [scene, oracle] = [aScene(), new GroupOracle()];
  const mismatches: string[] = [];
  const codes = new Set<string>();
  for (let round = 0; round < 25; round += 1) {
    const deeds = Array.from({ length: 1 + random.below(30) }, () => aDeed(random, scene));
    for (const family of ['groups', 'blocks', 'postings'] as const) {
      const batch = deeds.filter((deed) => deed.family === family);
      if (batch.length === 0) continue;
      const answers = await runBatch(batch);
      for (const [index, deed] of batch.entries()) {
        const [said, expected] = [answers[index], oracle.does(deed)];
        codes.add(expected);
        if (said !== expected) mismatches.push(`${JSON.stringify(deed)}: ${said}, not ${expected}`);
      }
    }
  }
  expect(mismatches).toEqual([]);
  for (const code of ['BLOCKED', 'BLOCKING', 'CONVERSATION_NOT_FOUND', 'NOT_ALLOWED', 'OWNER_MUST_STAY', 'NOT_A_MEMBER'])
    expect(codes).toContain(code);
  const truth = await groupTruth(database, scene.people);
  expect(wrongWith(truth)).toEqual([]);
  for (const [id, { members, ownerId, messages }] of oracle.groups) {
    const row = truth.conversations.get(id);
    expect([row?.ownerId, row?.messageCount, truth.members.get(id) ?? []]).toEqual([ownerId, messages, [...members].toSorted()]);
  }
  for (const [id, { messages }] of oracle.directs) expect(truth.conversations.get(id)?.messageCount).toBe(messages);
});

/** One messaging process: its lanes. */
interface Process {
  readonly groups: Lane<Command<GroupAction>, GroupAnswer>;
  readonly blocks: Lane<Command<BlockAction>, BlockAnswer>;
  readonly postings: Lane<PostCommand, PostOutcome>;
}

const aProcess = (): Process => ({
  groups: openCommandLane({ database, telemetry }, groupCommands(postingParts(feeds))),
  blocks: openCommandLane({ database, telemetry }, blockCommands(feeds)),
  postings: openPostingLane({ database, telemetry, ...postingParts(feeds) }),
});

const submit = async ({ groups, blocks, postings }: Process, deed: Deed): Promise<string> => {
  if (deed.family === 'groups') return spoken(await groups.submit(commandOf(deed.actorId, deed.action)));
  if (deed.family === 'blocks') return spoken(await blocks.submit(commandOf(deed.actorId, deed.action)));
  return spokenPost(await postings.submit(postOf(deed.actorId, deed.conversationId)));
};

test('two processes at once leave logs, members, lists and inboxes that agree with each other and with every answer', async () => {
  const random = createRandom(3);
  const scene = aScene();
  const processes = [aProcess(), aProcess()] as const;
  const posted: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const deeds = Array.from({ length: 60 }, () => aDeed(random, scene));
    const answers = await Promise.all(deeds.map((deed) => submit(random.pick(processes), deed)));
    for (const [index, deed] of deeds.entries())
      if (deed.family === 'postings' && /^\d+$/.test(answers[index] ?? ''))
        posted.push(`${deed.conversationId} ${answers[index]} ${deed.actorId}`);
  }
  await Promise.all(processes.flatMap((each) => [each.groups.close(), each.blocks.close(), each.postings.close()]));
  const truth = await groupTruth(database, scene.people);
  expect(wrongWith(truth)).toEqual([]);
  const logged = [...truth.logs].flatMap(([id, log]) => log.flatMap((event) => chatIn(id, event)));
  expect(logged.toSorted()).toEqual(posted.toSorted());
  expect(posted.length).toBeGreaterThan(50);
});

const chatIn = (id: string, { kind, payload }: FeedEvent): readonly string[] =>
  kind === 'chat.posted' ? [`${id} ${String(payload['number'])} ${String(payload['authorId'])}`] : [];
