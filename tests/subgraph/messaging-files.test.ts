import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import type { MessageBody } from '../../subgraphs/messaging/domain/message.ts';
import { installedModules } from '../../subgraphs/messaging/modules/installed.ts';
import type { Module } from '../../subgraphs/messaging/modules/module.ts';
import { aDirectWith, aGroupOf, aPerson, send } from '../support/conversations.ts';
import { anObjectStore, CAT, type CreatedUpload, createUpload, putTo, sha256Of, shortBody, uploaded } from '../support/files.ts';
import { aLiveRoom, aMessagingWorld, type MessagingWorld } from '../support/messaging.ts';
import { ask, askData, aUser } from '../support/runtime.ts';

let store: Awaited<ReturnType<typeof anObjectStore>>;
let world: MessagingWorld;
let messaging: RunningSubgraph;
/** What a module is asked about before a message is posted. */
const asked: MessageBody[] = [];
const listener: Module = {
  name: 'listener',
  order: 900,
  beforeSend: {
    budgetMs: 100,
    onFailure: 'open',
    run: ({ body }) => {
      asked.push(body);
      return null;
    },
  },
};

beforeAll(async () => {
  store = await anObjectStore();
  world = await aMessagingWorld({ env: store.env, install: (parts) => [...installedModules(parts), listener] });
  messaging = world.messaging;
});

afterAll(async () => {
  await world.close();
  await store.close();
});

interface ShownMessage {
  readonly id: string;
  readonly type: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly id: string;
    readonly name: string;
    readonly link: { readonly url: string; readonly expiresAt: string } | null;
  }[];
}

const MESSAGE = 'id type text isRecalled attachments { id kind name contentType bytes width height link { url expiresAt } }';

/** A conversation's messages, as this person reads them. */
const messagesOf = async (as: Identity, id: string): Promise<readonly ShownMessage[]> => {
  const { conversation } = await askData<{ conversation: { events: { nodes: readonly { message: ShownMessage }[] } } }>(messaging, {
    as,
    query: `query ($id: ID!) { conversation(id: $id) { events(last: 20, kinds: [CHAT]) { nodes { ... on ChatEvent { message { ${MESSAGE} } } } } } }`,
    variables: { id },
  });
  return conversation.events.nodes.map(({ message }) => message);
};

/** A message, as this person reads it by its id. */
const messageFor = async (as: Identity, id: string): Promise<ShownMessage | null> => {
  const query = `query ($id: ID!) { message(id: $id) { ${MESSAGE} } }`;
  return (await askData<{ message: ShownMessage | null }>(messaging, { as, query, variables: { id } })).message;
};

const change = (verb: string, type: string, as: Identity, input: object) =>
  askData(messaging, {
    as,
    query: `mutation ($input: ${type}!) { ${verb}(input: $input) { userErrors { code } } }`,
    variables: { input: { idempotencyKey: randomUUID(), ...input } },
  });

const aConversation = async () => {
  const [one, other] = [aPerson(), aPerson()];
  return { one, other, conversationId: await aGroupOf(messaging, one.as, [other.id]) };
};

const created = async (as: Identity, input: object): Promise<CreatedUpload> => {
  const { upload, code } = await createUpload(messaging, as, input);
  expect(code).toBeNull();
  if (upload === null) throw new Error('no upload');
  return upload;
};

describe('a file in a message', () => {
  test('is put to a signed address, shown with what was declared, and read at an address that is signed on reading', async () => {
    const { one, other, conversationId } = await aConversation();
    const image = await uploaded(messaging, one.as, { conversationId, width: 640, height: 480, sha256: sha256Of(CAT) });
    expect(await send(messaging, one.as, { conversationId, text: ' look ', attachmentIds: [image] })).toMatchObject({ code: null });
    const file = await uploaded(messaging, one.as, {
      conversationId,
      kind: 'FILE',
      contentType: 'text/plain',
      name: ' r\u00e9sum\u00e9 (1).txt ',
    });
    const another = await uploaded(messaging, one.as, { conversationId });
    expect(await send(messaging, one.as, { conversationId, text: '', attachmentIds: [file, another] })).toMatchObject({ code: null });
    const [picture, mixed] = await messagesOf(other.as, conversationId);
    const form = { kind: 'IMAGE', name: 'cat.png', contentType: 'image/png', bytes: 5 };
    expect(picture).toMatchObject({ type: 'IMAGE', text: 'look', attachments: [{ ...form, id: image, width: 640, height: 480 }] });
    expect(mixed).toMatchObject({
      type: 'FILE',
      text: '',
      attachments: [
        { id: file, width: null },
        { ...form, id: another },
      ],
    });
    // A module, and the webhook as one, sees what is to be sent before it is.
    expect(asked.filter(({ attachments }) => attachments.some(({ id }) => id === image))).toMatchObject([
      { type: 'IMAGE', text: 'look', attachments: [{ ...form, id: image }] },
    ]);
    const [shown, saved] = await Promise.all(
      [picture, mixed].map(async (message) => {
        const link = message?.attachments[0]?.link;
        const leftMs = Date.parse(link?.expiresAt ?? '') - Date.now();
        expect(leftMs > 9 * 60_000 && leftMs <= 15 * 60_000).toBe(true);
        return fetch(link?.url ?? '');
      }),
    );
    expect(await shown?.text()).toBe('meow!');
    expect(await saved?.text()).toBe('meow!');
    expect(Object.fromEntries(shown?.headers ?? [])).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    });
    expect(saved?.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''r%C3%A9sum%C3%A9%20%281%29.txt");
  });

  test('reaches both of a direct conversation by their inboxes, which keep no address', async () => {
    const [one, other] = [aPerson(), aPerson()];
    const conversationId = await aDirectWith(messaging, one.as, other.id);
    await send(messaging, one.as, { conversationId, text: '', attachmentIds: [await uploaded(messaging, one.as, { conversationId })] });
    const { me } = await askData<{ me: { inbox: { nodes: readonly { event?: { message?: ShownMessage } }[] } } }>(messaging, {
      as: other.as,
      query: `{ me { inbox(first: 10) { nodes { ... on InboxConversationEvent { event { ... on ChatEvent { message { ${MESSAGE} } } } } } } } }`,
    });
    const [message] = me.inbox.nodes.flatMap(({ event }) => event?.message ?? []);
    expect((await fetch(message?.attachments[0]?.link?.url ?? '')).status).toBe(200);
    const stored = await world.database.query<{ payload: object }>({
      text: 'SELECT payload FROM feed_event WHERE feed_id = ANY ($1)',
      values: [[`conversation/${conversationId}`, `inbox/${other.id}`, `inbox/${one.id}`]],
    });
    expect(JSON.stringify(stored)).toContain('cat.png');
    expect(JSON.stringify(stored)).not.toMatch(/https?:|Signature/);
  });

  test('is found by its name, filtered by it, and stays when the text is edited', async () => {
    const { one, conversationId } = await aConversation();
    const id = await uploaded(messaging, one.as, { conversationId, name: 'Holiday plans.png' });
    const message = (await send(messaging, one.as, { conversationId, text: 'x', attachmentIds: [id] })).id;
    await change('editMessage', 'EditMessageInput', one.as, { messageId: message, text: '' });
    expect(await messagesOf(one.as, conversationId)).toMatchObject([{ type: 'IMAGE', text: '', attachments: [{ id }] }]);
    const found = () =>
      askData<{ conversation: { search: { nodes: readonly { id: string }[] } } }>(messaging, {
        as: one.as,
        query: 'query ($id: ID!) { conversation(id: $id) { search(query: "holiday") { nodes { id } } } }',
        variables: { id: conversationId },
      });
    await expect.poll(async () => (await found()).conversation.search.nodes[0]?.id).toBe(message);
    await change('addFilter', 'AddFilterInput', one.as, { conversationId, kind: 'KEYWORD', text: 'rude', action: 'REFUSE' });
    await change('addFilter', 'AddFilterInput', one.as, { conversationId, kind: 'KEYWORD', text: 'odd', action: 'MASK' });
    const [owner, rude, odd] = [one.as, 'rude words.png', 'odd words.png'];
    expect(
      await send(messaging, owner, { conversationId, attachmentIds: [await uploaded(messaging, owner, { conversationId, name: rude })] }),
    ).toMatchObject({ code: null });
    const member = aPerson();
    await change('addMembers', 'GroupMembersInput', owner, { groupId: conversationId, userIds: [member.id] });
    const sendNamed = async (name: string) =>
      send(messaging, member.as, { conversationId, attachmentIds: [await uploaded(messaging, member.as, { conversationId, name })] });
    expect(await sendNamed(rude)).toMatchObject({ code: 'FILTERED' });
    expect(await sendNamed(odd)).toMatchObject({ code: null });
    expect((await messagesOf(owner, conversationId)).at(-1)?.attachments[0]?.name).toBe('*** words.png');
  });

  test('goes when its message is taken back: no address any more, and nothing at the old one', async () => {
    const { one, other, conversationId } = await aConversation();
    const upload = await created(one.as, { conversationId });
    expect(await putTo(upload.put, CAT)).toBe(200);
    const message = (await send(messaging, one.as, { conversationId, text: '', attachmentIds: [upload.id] })).id ?? '';
    const url = (await messageFor(other.as, message))?.attachments[0]?.link?.url ?? '';
    expect((await fetch(url)).status).toBe(200);
    expect(await messageFor(aPerson().as, message)).toBeNull();
    for (const none of [`${conversationId}:999`, `${randomUUID()}:1`, 'none']) expect(await messageFor(other.as, none)).toBeNull();
    // What was looked at once stays as it was.
    expect(await putTo(upload.put, CAT)).toBe(412);
    await change('recallMessage', 'MessageInput', one.as, { messageId: message });
    expect(await messagesOf(other.as, conversationId)).toMatchObject([{ type: 'IMAGE', text: '', isRecalled: true, attachments: [] }]);
    await expect.poll(async () => (await fetch(url)).status).toBe(404);
    // Its address may still be in somebody's hands, so it is looked after once more when that holds no longer.
    const late = "SELECT 1 FROM upload WHERE id = $1 AND delete_at > use_before AND delete_at > now() + interval '1 hour'";
    await expect.poll(() => world.database.query({ text: late, values: [upload.id] })).toHaveLength(1);
    expect(await send(messaging, one.as, { conversationId, attachmentIds: [upload.id] })).toMatchObject({ code: 'ATTACHMENT_USED' });
  });
});

describe('the store takes', () => {
  test('just what was declared: another type, length, digest, method, or a changed address is refused', async () => {
    const { one, conversationId } = await aConversation();
    const { put } = await created(one.as, { conversationId, sha256: sha256Of(CAT) });
    expect(await putTo(put, CAT, { 'content-type': 'text/html' })).toBe(403);
    expect(await putTo(put, Buffer.from('meow!!'))).toBe(403);
    expect(await putTo({ ...put, url: put.url.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }, CAT)).toBe(403);
    expect(await putTo({ ...put, url: put.url.replace(conversationId, randomUUID()) }, CAT)).toBe(403);
    expect(await putTo(put, Buffer.from('moo!!'))).toBe(400);
    expect((await fetch(put.url)).status).toBe(403);
    expect(await shortBody(put, 'meo')).toBe('cut');
    expect(await putTo(put, CAT)).toBe(200);
    const preflight = await fetch(put.url, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringContaining('if-none-match'),
    ]);
  });

  test('no file past all that it can hold', async () => {
    const { one, conversationId } = await aConversation();
    const { put } = await created(one.as, { conversationId, kind: 'FILE', contentType: 'application/zip', bytes: 2 * 1024 ** 2 });
    expect(await putTo(put, Buffer.alloc(2 * 1024 ** 2))).toBe(507);
  });
});

describe('an upload', () => {
  test('is for whoever may post there', async () => {
    const { one, other, conversationId } = await aConversation();
    const stranger = aPerson();
    const codeFor = async (as: Identity, input: object = {}) => (await createUpload(messaging, as, { conversationId, ...input })).code;
    expect(await codeFor(stranger.as)).toBe('CONVERSATION_NOT_FOUND');
    expect(await codeFor(one.as, { conversationId: 'none' })).toBe('CONVERSATION_NOT_FOUND');
    await change('sanctionUser', 'SanctionUserInput', one.as, { conversationId, userId: other.id, type: 'MUTE' });
    expect(await codeFor(other.as)).toBe('NOT_ALLOWED');
    const { roomId } = await aLiveRoom(world);
    expect(await codeFor(stranger.as, { conversationId: roomId })).toBeNull();
    const query = 'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } } }';
    const variables = { input: { conversationId, kind: 'IMAGE', contentType: 'image/png', bytes: 1, name: 'a', idempotencyKey: 'a' } };
    expect((await ask(messaging, { as: aUser('reader'), query, variables })).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  test('is for whom the conversation lets send files, and so is a message with one', async () => {
    const { one, other, conversationId } = await aConversation();
    const [mine, theirs] = [await uploaded(messaging, one.as, { conversationId }), await uploaded(messaging, other.as, { conversationId })];
    await change('setPermission', 'SetPermissionInput', one.as, { conversationId, permission: 'ATTACH', least: 'MODERATOR' });
    expect((await createUpload(messaging, other.as, { conversationId })).code).toBe('NOT_ALLOWED');
    expect((await send(messaging, other.as, { conversationId, attachmentIds: [theirs] })).code).toBe('ATTACHMENTS_NOT_ALLOWED');
    expect((await send(messaging, other.as, { conversationId })).code).toBeNull();
    expect((await send(messaging, one.as, { conversationId, attachmentIds: [mine] })).code).toBeNull();
  });

  test('is the same under the same key, with an address that is signed anew; another wish is a conflict', async () => {
    const { one, conversationId } = await aConversation();
    const input = { conversationId, idempotencyKey: randomUUID() };
    const [first, again] = [await created(one.as, input), await created(one.as, input)];
    expect(again).toMatchObject({ id: first.id, useBefore: first.useBefore });
    expect(await putTo(again.put, CAT)).toBe(200);
    expect((await createUpload(messaging, one.as, { ...input, bytes: 6 })).code).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('waits with nineteen others at most, in however many processes they are announced, and is deleted when no message has used it in time', async () => {
    const [{ one, other, conversationId }, twin] = [await aConversation(), await world.twin()];
    // Connected by then, so that both are at it at the same time.
    await createUpload(twin, other.as, { conversationId });
    const wishes = Array.from({ length: 24 }, (_, index) => createUpload(index % 2 === 0 ? messaging : twin, one.as, { conversationId }));
    const outcomes = await Promise.all(wishes);
    expect(outcomes.flatMap(({ code }) => code ?? [])).toEqual(Array(4).fill('TOO_MANY_UPLOADS'));
    const [first] = outcomes.flatMap(({ upload }) => upload ?? []);
    if (first === undefined) throw new Error('none');
    await putTo(first.put, CAT);
    const age = (age: string) =>
      world.database.query({
        text: "UPDATE upload SET use_before = now() - $2::interval, delete_at = now() - $2::interval + interval '1 hour' WHERE author_id = $1",
        values: [one.id, age],
      });
    expect((await createUpload(messaging, one.as, { conversationId })).code).toBe('TOO_MANY_UPLOADS');
    await age('1 second');
    expect(await send(messaging, one.as, { conversationId, attachmentIds: [first.id] })).toMatchObject({ code: 'ATTACHMENT_EXPIRED' });
    await age('2 hours');
    const used = await uploaded(messaging, one.as, { conversationId });
    const message = (await send(messaging, one.as, { conversationId, attachmentIds: [used] })).id;
    // What is taken back wakes who deletes.
    await change('recallMessage', 'MessageInput', one.as, { messageId: message });
    const left = () => world.database.query({ text: 'SELECT id FROM upload WHERE author_id = $1', values: [one.id] });
    await expect.poll(left).toEqual([{ id: used }]);
    expect(await readdir(join(store.folder, 'fanfare', conversationId)).catch(() => [])).toEqual([]);
  });
});

describe('a message', () => {
  const refused = async (as: Identity, conversationId: string, attachmentIds: readonly string[], more: object = {}) =>
    (await send(messaging, as, { conversationId, attachmentIds, ...more })).code;

  test('has files of its sender, of its conversation, that are there, each once, ten at most', async () => {
    const { one, other, conversationId } = await aConversation();
    const elsewhere = await aGroupOf(messaging, one.as, []);
    const id = await uploaded(messaging, one.as, { conversationId });
    expect(await refused(other.as, conversationId, [id])).toBe('ATTACHMENT_NOT_FOUND');
    expect(await refused(one.as, elsewhere, [id])).toBe('ATTACHMENT_NOT_FOUND');
    expect(await refused(one.as, conversationId, ['none'])).toBe('ATTACHMENT_NOT_FOUND');
    expect(await refused(one.as, conversationId, [randomUUID()])).toBe('ATTACHMENT_NOT_FOUND');
    expect(await refused(one.as, conversationId, [id, id])).toBe('TOO_MANY_ATTACHMENTS');
    expect(
      await refused(
        one.as,
        conversationId,
        Array.from({ length: 11 }, () => randomUUID()),
      ),
    ).toBe('TOO_MANY_ATTACHMENTS');
    expect(await refused(one.as, conversationId, [id], { custom: { schema: 'poll', data: '{}' } })).toBe('ATTACHMENTS_AND_CUSTOM');
    expect(await refused(one.as, conversationId, [(await created(one.as, { conversationId })).id, id])).toBe('ATTACHMENT_MISSING');
    expect(await refused(one.as, conversationId, [id])).toBeNull();
    expect(await messagesOf(one.as, conversationId)).toHaveLength(1);
  });

  test('and no other has a file, however many want it at once, in how many processes', async () => {
    const { one, conversationId } = await aConversation();
    const twin = await world.twin();
    const [first, second] = [await uploaded(messaging, one.as, { conversationId }), await uploaded(messaging, one.as, { conversationId })];
    const wishes = Array.from({ length: 12 }, (_, index) => ({
      on: index % 2 === 0 ? messaging : twin,
      input: {
        conversationId,
        attachmentIds: index % 3 === 0 ? [first, second] : [index % 3 === 1 ? first : second],
        idempotencyKey: randomUUID(),
      },
    }));
    const outcomes = await Promise.all(wishes.map(({ on, input }) => send(on, one.as, input)));
    const messages = await messagesOf(one.as, conversationId);
    expect(messages.flatMap(({ attachments }) => attachments.map(({ id }) => id)).toSorted()).toEqual([first, second].toSorted());
    expect(outcomes.filter(({ id }) => id !== null)).toHaveLength(messages.length);
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([null, 'ATTACHMENT_USED']));
    // A key keeps its answer, also where the file is used by now.
    const again = await Promise.all(wishes.map(({ input }) => send(twin, one.as, input)));
    expect(again).toEqual(outcomes);
  });

  test('that waits for a moderator keeps its files: they are seen with it, posted with it, and go with it', async () => {
    const { one, other, conversationId } = await aConversation();
    await change('addFilter', 'AddFilterInput', one.as, { conversationId, kind: 'KEYWORD', text: 'doubtful', action: 'HOLD' });
    const hold = async () => {
      const id = await uploaded(messaging, other.as, { conversationId, name: 'doubtful cat.png' });
      const input = { conversationId, attachmentIds: [id], idempotencyKey: randomUUID() };
      const { sendMessage } = await askData<{ sendMessage: { held: { id: string } } }>(messaging, {
        as: other.as,
        query: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { held { id } userErrors { code } } }',
        variables: { input },
      });
      const { heldMessage } = await askData<{ heldMessage: ShownMessage }>(messaging, {
        as: one.as,
        query: 'query ($id: ID!) { heldMessage(id: $id) { id type text attachments { id name link { url expiresAt } } } }',
        variables: { id: sendMessage.held.id },
      });
      const url = heldMessage.attachments[0]?.link?.url ?? '';
      expect([heldMessage.attachments[0]?.name, await (await fetch(url)).text()]).toEqual(['doubtful cat.png', 'meow!']);
      return { id, url, heldMessageId: heldMessage.id };
    };
    const [good, bad] = [await hold(), await hold()];
    expect(await refused(other.as, conversationId, [good.id])).toBe('ATTACHMENT_USED');
    const review = ({ heldMessageId }: { readonly heldMessageId: string }, decision: string) =>
      change('reviewHeldMessage', 'ReviewHeldMessageInput', one.as, { heldMessageId, decision });
    // Longer than a file waits for its message.
    await world.database.query({ text: "UPDATE upload SET use_before = now() - interval '1 minute' WHERE id = $1", values: [good.id] });
    expect(await review(good, 'APPROVE')).toEqual({ reviewHeldMessage: { userErrors: [] } });
    await review(bad, 'REJECT');
    expect(await messagesOf(one.as, conversationId)).toMatchObject([{ type: 'IMAGE', attachments: [{ id: good.id }] }]);
    await expect.poll(async () => (await fetch(bad.url)).status).toBe(404);
    expect((await fetch(good.url)).status).toBe(200);
  });

  test('waits while the store is away: nothing is lost, and a known key has its answer', async () => {
    const away = await anObjectStore();
    const other = await aMessagingWorld({ env: away.env });
    const one = aPerson();
    const conversationId = await aGroupOf(other.messaging, one.as, []);
    const ids = [await uploaded(other.messaging, one.as, { conversationId }), await uploaded(other.messaging, one.as, { conversationId })];
    const [known, waiting] = ids.map((id) => ({ conversationId, attachmentIds: [id], idempotencyKey: randomUUID() }));
    const said = await send(other.messaging, one.as, known ?? {});
    await away.stop();
    expect(await send(other.messaging, one.as, waiting ?? {})).toEqual({ id: null, code: 'FILES_UNAVAILABLE' });
    expect(await send(other.messaging, one.as, known ?? {})).toEqual(said);
    expect(await other.database.query({ text: 'SELECT id FROM upload WHERE event_id IS NULL', values: [] })).toEqual([{ id: ids[1] }]);
    await other.close();
    await away.close();
  });

  test('carries no files where there is no store for them', async () => {
    const bare = await aMessagingWorld();
    const one = aPerson();
    const conversationId = await aGroupOf(bare.messaging, one.as, []);
    expect((await createUpload(bare.messaging, one.as, { conversationId })).code).toBe('UPLOADS_OFF');
    await bare.close();
  });
});
