import { ask } from '../clients.ts';
import { eventually, type Platform } from '../platform.ts';
import { few } from '../storm/truth.ts';
import type { Talker } from './circle.ts';
import { type Device, INBOX_FIELDS, type SeenEvent, type ShownEvent, seenOf } from './device.ts';
import { type ChatJournal, readKeyOf, type ToldMessage } from './talk.ts';

/** How long everybody may take to get everything, once the platform is left alone. */
const SETTLE_MS_MAX = 90_000;
/** Keys that are sent again at the end, and people who read their whole inbox anew by pages. */
const REPEATS_MAX = 500;
const READERS_MAX = 20;
const PAGE = 500;

export interface LoggedEvent extends SeenEvent {
  readonly author: string | null;
}

/** The logs of conversations in messaging's database, by conversation. */
export type Logs = ReadonlyMap<string, readonly LoggedEvent[]>;

export const readLogs = async (platform: Platform, conversationIds: readonly string[]): Promise<Logs> => {
  const rows = await platform.sql<{
    feed: string;
    seq: string;
    id: string;
    text: string | null;
    number: string | null;
    author: string | null;
  }>(
    'messaging',
    `SELECT feed_id AS feed, seq, id, payload->>'text' AS text, payload->>'number' AS number, payload->>'authorId' AS author
       FROM feed_event WHERE feed_id = ANY($1) ORDER BY feed_id, seq`,
    [conversationIds.map((id) => `conversation/${id}`)],
  );
  const logs = new Map<string, LoggedEvent[]>(conversationIds.map((id) => [id, []]));
  for (const { feed, seq, id, text, number, author } of rows)
    logs
      .get(feed.slice('conversation/'.length))
      ?.push({ seq: Number(seq), id, text, number: number === null ? null : Number(number), author });
  return logs;
};

/** What is to be held against each other: `before`: the logs when the devices began. */
export interface Witnesses {
  readonly people: readonly Talker[];
  readonly devices: readonly Device[];
  /** Where each device's inbox began, by device. */
  readonly cursors: ReadonlyMap<Device, string>;
  readonly before: Logs;
  readonly journal: ChatJournal;
}

/** What is wrong, in sentences, once nobody acts any more. Empty when every view of every conversation is what the database has. */
export const faultsOfChat = async (platform: Platform, witnesses: Witnesses): Promise<readonly string[]> => {
  const { devices, before, journal } = witnesses;
  const { told } = journal;
  const late: string[] = [];
  let logs = await readLogs(platform, [...before.keys()]);
  await eventually(
    'every device has everything',
    async () => {
      logs = await readLogs(platform, [...before.keys()]);
      return devices.every((device) => viewFaults(device, witnesses, logs).length === 0);
    },
    SETTLE_MS_MAX,
  ).catch((error: unknown) => late.push(String(error)));
  return [
    ...late,
    ...few(journal.faults),
    ...few(devices.flatMap(({ faults }) => faults)),
    ...few(devices.flatMap((device) => viewFaults(device, witnesses, logs))),
    ...few(logFaults(told, logs, before)),
    ...few(await answerFaults(told)),
    ...few(await readerFaults(witnesses, logs)),
    ...few(await unreadFaults(witnesses, logs)),
  ];
};

/** What came after what was there before. */
const since = (logs: Logs, before: Logs, conversationId: string): readonly LoggedEvent[] =>
  (logs.get(conversationId) ?? []).slice(before.get(conversationId)?.length ?? 0);

const lineOf = ({ seq, id, text }: SeenEvent): string => `${seq} ${id} ${text}`;

/** A device saw of each of its conversations what its log has, each event once and in order, and nothing of others. */
const viewFaults = ({ user, seen }: Device, { people, before }: Witnesses, logs: Logs): readonly string[] => {
  const person = people.find((each) => each.user === user);
  const own = person === undefined ? [] : [person.roomId, ...person.conversations];
  return [
    ...own.flatMap((id) => differences(`${user} in ${id}`, seen.get(id) ?? [], since(logs, before, id))),
    ...[...seen.keys()].filter((id) => !own.includes(id)).map((id) => `${user} saw something of ${id}, which is none of theirs`),
  ];
};

const differences = (who: string, seen: readonly SeenEvent[], logged: readonly SeenEvent[]): readonly string[] => {
  const different = logged.findIndex((event, index) => lineOf(event) !== (seen[index] === undefined ? '' : lineOf(seen[index])));
  if (different < 0 && seen.length === logged.length) return [];
  return [`${who} saw ${seen.length} events where the log has ${logged.length}; the first that differs is ${different}`];
};

/** Every log is numbered without gaps, and holds each acknowledged message at its place, and no other. */
const logFaults = (told: readonly ToldMessage[], logs: Logs, before: Logs): readonly string[] => {
  const expected = new Map(told.map((each) => [`${each.conversationId} ${each.seq}`, `${each.author} ${each.number} ${each.text}`]));
  const twice = told.length - expected.size;
  return [
    ...(twice === 0 ? [] : [`${twice} messages were told a place that another one has`]),
    ...[...logs].flatMap(([id, log]) => {
      const wrong = log.findIndex(({ seq }, index) => seq !== index + 1);
      const messages = log.filter(({ number }) => number !== null);
      const numbered = messages.findIndex(({ number }, index) => number !== index + 1);
      return wrong < 0 && numbered < 0 ? [] : [`the log of ${id} has a gap at ${wrong}, its messages one at ${numbered}`];
    }),
    ...[...logs.keys()].flatMap((id) =>
      since(logs, before, id).flatMap(({ seq, author, number, text }) => {
        if (number === null) return [];
        const place = `${id} ${seq}`;
        const is = expected.get(place) === `${author} ${number} ${text}`;
        expected.delete(place);
        return is ? [] : [`the message at ${place} was never acknowledged like this`];
      }),
    ),
    ...[...expected].map(([place, what]) => `${what} was acknowledged at ${place} and is not there`),
  ];
};

/** Old keys get their old answers. */
const answerFaults = async (told: readonly ToldMessage[]): Promise<readonly string[]> => {
  const step = Math.max(1, Math.ceil(told.length / REPEATS_MAX));
  const faults: string[] = [];
  for (const { author, answer, again } of told.filter((_, index) => index % step === 0)) {
    const now = await again().catch(String);
    if (now !== answer) faults.push(`${author} was first told ${answer}, and then ${now}`);
  }
  return faults;
};

interface InboxPage {
  readonly me: {
    readonly inbox: {
      readonly nodes: readonly { readonly conversationId?: string; readonly event?: ShownEvent }[];
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
    };
  };
}

const PAGES = `query Inbox($after: Cursor, $first: Int!) {
  me { inbox(after: $after, first: $first) { nodes { ${INBOX_FIELDS} } pageInfo { endCursor hasNextPage } } }
}`;

/** Somebody who was away all the time, and reads the inbox by pages, has the same. */
const readerFaults = async ({ people, devices, cursors, before }: Witnesses, logs: Logs): Promise<readonly string[]> => {
  const faults: string[] = [];
  const readers = people.filter((_, index) => index % Math.max(1, Math.ceil(people.length / READERS_MAX)) === 0);
  for (const { user, token, url, conversations } of readers) {
    const device = devices.find((each) => each.user === user);
    let after = device === undefined ? undefined : cursors.get(device);
    const seen = new Map<string, SeenEvent[]>(conversations.map((id) => [id, []]));
    for (let more = true; more; ) {
      const { inbox } = (await ask<InboxPage>(await url(), PAGES, { after, first: PAGE }, token)).me;
      for (const { conversationId, event } of inbox.nodes)
        if (conversationId !== undefined && event !== undefined) seen.get(conversationId)?.push(seenOf(event));
      ({ endCursor: after, hasNextPage: more } = inbox.pageInfo);
    }
    for (const id of conversations) faults.push(...differences(`${user}'s pages of ${id}`, seen.get(id) ?? [], since(logs, before, id)));
  }
  return faults;
};

interface UnreadAnswer {
  readonly me: { readonly unreadCount: number };
  readonly conversation: { readonly messageCount: number; readonly unreadCount: number };
}

const UNREAD = `query Unread($id: ID!) {
  me { unreadCount }
  conversation(id: $id) { messageCount ... on Group { unreadCount } ... on DirectConversation { unreadCount } }
}`;

/** What somebody has not read is what came after their own last message and after what they have said that they have read. */
const unreadFaults = async ({ people, journal }: Witnesses, logs: Logs): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const { user, token, url, conversations } of people) {
    let [sum, told] = [0, 0];
    for (const id of conversations) {
      const messages = (logs.get(id) ?? []).filter(({ number }) => number !== null);
      const own = messages.findLastIndex(({ author }) => author === user) + 1;
      const expected = messages.length - Math.max(own, journal.read.get(readKeyOf(user, id)) ?? 0);
      const { me, conversation } = await ask<UnreadAnswer>(await url(), UNREAD, { id }, token);
      if (conversation.messageCount !== messages.length || conversation.unreadCount !== expected)
        faults.push(
          `${user} has ${conversation.unreadCount} of ${conversation.messageCount} messages of ${id} unread instead of ${expected} of ${messages.length}`,
        );
      sum += expected;
      told = me.unreadCount;
    }
    if (told !== sum) faults.push(`${user} has ${told} messages unread in all instead of ${sum}`);
  }
  return faults;
};
