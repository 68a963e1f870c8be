import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Identity, Scope } from '#platform/identity/identity.ts';
import type { SendContext } from '../../subgraphs/messaging/data/moduleEvents.ts';
import type { Settled, Verdict } from '../../subgraphs/messaging/data/sendRules.ts';
import { installedModules } from '../../subgraphs/messaging/modules/installed.ts';
import type { Module } from '../../subgraphs/messaging/modules/module.ts';
import { withDeadline } from '../support/deadline.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld, roomLog } from '../support/messaging.ts';
import { noShouting } from '../support/modules/noShouting.ts';
import { askData, aUser } from '../support/runtime.ts';

let world: MessagingWorld;
let roomId: string;
/** What the module says to each message before the lane. */
let says: (context: SendContext) => Verdict | Promise<Verdict>;
/** What became of drafts, as the module's rules are told. */
let told: { readonly text: string; readonly what: Settled }[];
/** Who came, went and read, as the module is told. */
let moved: string[] = [];
let posted: (texts: readonly string[]) => void;

const probe: Module = {
  name: 'probe',
  order: 1,
  beforeSend: { budgetMs: 50, onFailure: 'closed', run: (context) => says(context) },
  rules: { open: async () => ({ decide: () => null, settled: ({ body }, what) => void told.push({ text: body.text, what }) }) },
  onJoin: { budgetMs: 1_000, run: ({ conversationId, userIds }) => void moved.push(`${conversationId} + ${userIds.toSorted().join()}`) },
  onLeave: { budgetMs: 1_000, run: ({ conversationId, userIds }) => void moved.push(`${conversationId} - ${userIds.toSorted().join()}`) },
  onRead: { budgetMs: 1_000, run: ({ conversationId, userId, number }) => void moved.push(`${conversationId} ${userId} ${number}`) },
  afterAppend: {
    budgetMs: 1_000,
    run: ({ events }) => posted(events.flatMap((event) => (event.__typename === 'ChatEvent' ? [event.message.text] : []))),
  },
};

beforeAll(async () => {
  world = await aMessagingWorld({ install: (parts) => [noShouting(), ...installedModules(parts), probe] });
  ({ roomId } = await aLiveRoom(world));
});
beforeEach(() => {
  says = () => null;
  told = [];
  moved = [];
  posted = () => undefined;
});
afterAll(() => world.close());

interface Answer {
  readonly event: { readonly message: { readonly text: string } } | null;
  readonly held: { readonly reason: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly reason: string | null; readonly message: string }[];
}

const post = async (as: Identity, text: string, key: string = randomUUID()): Promise<Answer> => {
  const { postMessage } = await askData<{ postMessage: Answer }>(world.messaging, {
    as,
    query: `mutation ($input: PostMessageInput!) {
      postMessage(input: $input) { event { message { text } } held { reason } userErrors { code reason message } } }`,
    variables: { input: { roomId, text, idempotencyKey: key } },
  });
  return postMessage;
};
const anAuthor = (...more: readonly Scope[]): Identity => aUser(`author-${randomUUID()}`, 'chat:write', ...more);
const textsInRoom = async (): Promise<readonly unknown[]> =>
  (await roomLog(world.messaging.feeds, roomId)).map(({ payload }) => payload['text']);
const REFUSE: Verdict = { type: 'refuse', code: 'BAD_DAY', message: 'Not today.' };

describe('what modules say before the lane', () => {
  test('a refusal reaches the author with the code of the module, and its key keeps it', async () => {
    const [as, key] = [anAuthor(), randomUUID()];
    says = () => REFUSE;
    const refused = await post(as, 'refused once', key);
    expect(refused).toMatchObject({ event: null, userErrors: [{ code: 'REFUSED', reason: 'BAD_DAY', message: 'Not today.' }] });
    says = () => null;
    expect(await post(as, 'refused once', key)).toEqual(refused);
    expect(await textsInRoom()).not.toContain('refused once');
    expect(told).toEqual([{ text: 'refused once', what: 'refused' }]);
  });

  test('a message that was posted stays its key’s answer, whatever is said now', async () => {
    const [as, key] = [anAuthor(), randomUUID()];
    const first = await post(as, 'posted once', key);
    for (const verdict of [REFUSE, { type: 'hold', reason: 'a word' } as const]) {
      says = () => verdict;
      expect(await post(as, 'posted once', key)).toEqual(first);
    }
    says = () => Promise.reject(new Error('broken'));
    expect(await post(as, 'posted once', key)).toEqual(first);
    expect((await textsInRoom()).filter((text) => text === 'posted once')).toHaveLength(1);
  });

  test('a message is posted as they change it, and its key belongs to what was sent', async () => {
    const [as, key] = [anAuthor(), randomUUID()];
    says = ({ body }) => ({ type: 'change', body: { ...body, text: `${body.text}, gently` } });
    const first = await post(as, 'said', key);
    expect(first.event?.message.text).toBe('said, gently');
    says = () => null;
    expect(await post(as, 'said', key)).toEqual(first);
    expect((await post(as, 'said, gently', key)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  });

  test('what is held is told to the rules with its reason, kept, and not posted', async () => {
    says = () => ({ type: 'hold', reason: 'a word' });
    expect(await post(anAuthor(), 'held once')).toMatchObject({ event: null, held: { reason: 'CHECK' }, userErrors: [] });
    expect(told).toEqual([{ text: 'held once', what: { heldFor: 'a word' } }]);
    expect(await textsInRoom()).not.toContain('held once');
  });

  test('what is to be held and the rules refuse is refused', async () => {
    says = () => ({ type: 'hold', reason: 'a word' });
    expect((await post(anAuthor(), 'A'.repeat(41))).userErrors).toMatchObject([{ code: 'REFUSED', reason: 'SHOUTING' }]);
  });

  test('while a module that has to be asked is out of order nothing is posted and no key is used up', async () => {
    const [as, key] = [anAuthor(), randomUUID()];
    for (const broken of [() => Promise.reject(new Error('broken')), () => new Promise<never>(() => undefined)]) {
      says = broken;
      expect((await post(as, 'late', key)).userErrors).toMatchObject([{ code: 'MODULE_UNAVAILABLE', reason: null }]);
    }
    says = () => null;
    expect((await post(as, 'late', key)).event?.message.text).toBe('late');
  });

  test('they hear who says it, and where', async () => {
    const heard: SendContext[] = [];
    says = (context) => {
      heard.push(context);
      return null;
    };
    const as = anAuthor('ops:write');
    await post(as, 'hello');
    expect(heard).toMatchObject([
      {
        conversation: { id: roomId, kind: 'ROOM', status: 'OPEN' },
        author: { id: as.kind === 'user' ? as.id : '', isOperator: true },
        body: { text: 'hello' },
      },
    ]);
  });
});

test('what happens after COMMIT hurts no sender, and the next message is told again', async () => {
  const heard: string[] = [];
  const second = Promise.withResolvers<void>();
  posted = (texts) => {
    // What the test before has posted may still be told.
    heard.push(...texts.filter((text) => text.startsWith('told')));
    if (heard.includes('told again')) second.resolve();
    else throw new Error('broken');
  };
  expect((await post(anAuthor(), 'told')).userErrors).toEqual([]);
  expect((await post(anAuthor(), 'told again')).userErrors).toEqual([]);
  await withDeadline(second.promise, 'the second message');
  expect(heard).toEqual(['told', 'told again']);
});

test('who comes to a group, reads in it, leaves it or is taken out is told in that order', async () => {
  const [ann, ben, cem] = ['ann', 'ben', 'cem'].map((name) => `${name}-${randomUUID()}`) as [string, string, string];
  const as = (id: string): Identity => aUser(id, 'chat:write');
  const change = async (who: string, mutation: string, type: string, input: object): Promise<string> => {
    const { answer } = await askData<{ answer: { group: { id: string } | null } }>(world.messaging, {
      as: as(who),
      query: `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { group { id } userErrors { code } } }`,
      variables: { input: { idempotencyKey: randomUUID(), ...input } },
    });
    return answer.group?.id ?? '';
  };
  const groupId = await change(ann, 'createGroup', 'CreateGroupInput', { title: 'Fans', userIds: [ben, cem] });
  await askData(world.messaging, {
    as: as(ann),
    query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }',
    variables: { input: { conversationId: groupId, text: 'hello', idempotencyKey: randomUUID() } },
  });
  await askData(world.messaging, {
    as: as(ben),
    query: 'mutation ($input: MarkReadInput!) { markRead(input: $input) { userErrors { code } } }',
    variables: { input: { conversationId: groupId, messageNumber: 1 } },
  });
  await change(ben, 'leaveGroup', 'GroupInput', { groupId });
  await change(ann, 'removeMembers', 'GroupMembersInput', { groupId, userIds: [cem] });
  await expect
    .poll(() => moved.filter((line) => line.startsWith(groupId)))
    .toEqual([`${groupId} + ${[ann, ben, cem].join()}`, `${groupId} ${ben} 1`, `${groupId} - ${ben}`, `${groupId} - ${cem}`]);
});

describe('the module of CONTRIBUTING.md', () => {
  test('is this one, and has at most 30 lines', async () => {
    const [document, code] = await Promise.all([
      readFile(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8'),
      readFile(new URL('../support/modules/noShouting.ts', import.meta.url), 'utf8'),
    ]);
    const [, shown = ''] = /## A module of messaging in 30 lines\n.*?```ts\n(.*?)```/s.exec(document) ?? [];
    expect(shown).toBe(code.replace('../../../subgraphs/messaging/modules/module.ts', './module.ts'));
    expect(shown.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  test('works without any change of the core', async () => {
    expect((await post(anAuthor(), 'HELLO THERE')).event?.message.text).toBe('hello there');
    expect(await post(anAuthor(), 'HELLO'.repeat(9))).toMatchObject({ event: null, userErrors: [{ code: 'REFUSED', reason: 'SHOUTING' }] });
    expect((await post(anAuthor('ops:write'), 'HELLO THERE')).event?.message.text).toBe('HELLO THERE');
    expect((await post(anAuthor(), 'OK! 123')).event?.message.text).toBe('ok! 123');
    expect((await post(anAuthor(), '12345')).event?.message.text).toBe('12345');
  });
});
