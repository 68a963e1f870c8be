import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from '../clients.ts';
import type { Random } from '../random.ts';
import { untilAccepted } from '../retry.ts';
import type { Talker } from './circle.ts';

/** A message as its author was told about it. */
export interface ToldMessage {
  readonly author: string;
  readonly conversationId: string;
  readonly text: string;
  /** What must never change in the answers to its key: place, event and number. */
  readonly answer: string;
  readonly seq: number;
  readonly number: number;
  /** Sends it again with its key; resolves with the same part of that answer. */
  readonly again: () => Promise<string>;
}

interface SendAnswer {
  readonly sendMessage: {
    readonly event: {
      readonly id: string;
      readonly seq: number;
      readonly message: { readonly id: string; readonly messageNumber: number };
    } | null;
    readonly userErrors: readonly { readonly code: string }[];
  };
}

const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { event { id seq message { id messageNumber } } userErrors { code } }
}`;
/** Refusals for now. */
const FOR_NOW: ReadonlySet<string> = new Set(['RATE_LIMITED', 'MODULE_UNAVAILABLE']);
/** A third of what somebody says goes to their room; the rest to groups and direct conversations. */
const ROOM_SHARE = 1 / 3;

/** Of what somebody does, so much is to note what they have read. */
const READ_SHARE = 0.15;

/** What people were told while the storm went on. */
export interface ChatJournal {
  readonly told: ToldMessage[];
  /** Up to which messageNumber people have said that they have read, by `readKeyOf`. */
  readonly read: Map<string, number>;
  /** Refusals, and answers that never came, in sentences. */
  readonly faults: string[];
}

export const readKeyOf = (user: string, conversationId: string): string => `${user} ${conversationId}`;

export interface TalkOptions {
  readonly random: Random;
  /** Mean of the pauses. */
  readonly pauseMs: number;
  /** The messageNumber of the newest message of a conversation that the own device has shown; 0 before the first. */
  readonly newestSeen: (conversationId: string) => number;
  readonly enough: (said: number) => boolean;
}

/** Says one thing after the other, each until it is answered, with pauses between, until `enough`; now and then notes what was read instead. */
export const talk = async (talker: Talker, { random, pauseMs, newestSeen, enough }: TalkOptions, journal: ChatJournal): Promise<void> => {
  for (let said = 0; !enough(said); ) {
    await pause(pauseMs * 2 * random.next());
    const others = talker.conversations;
    const other = others[random.below(others.length)] ?? talker.roomId;
    const reads = random.chance(READ_SHARE);
    const conversationId = random.chance(ROOM_SHARE) ? talker.roomId : other;
    if (!reads) said += 1;
    const act = reads
      ? markRead(talker, other, newestSeen(other), journal)
      : say(talker, conversationId, `${talker.user} says "${said}"`, journal);
    await act.catch((error: unknown) => {
      journal.faults.push(`${talker.user}: ${String(error)} ${error instanceof Error ? JSON.stringify(error.cause) : ''}`);
    });
  }
};

interface ReadAnswer {
  readonly markRead: { readonly conversation: { readonly id: string } | null; readonly userErrors: readonly { readonly code: string }[] };
}

const MARK = 'mutation Read($input: MarkReadInput!) { markRead(input: $input) { conversation { id } userErrors { code } } }';

const markRead = async (
  { user, token, url }: Talker,
  conversationId: string,
  messageNumber: number,
  { read }: ChatJournal,
): Promise<void> => {
  const { markRead: answer } = await untilAccepted(
    async () => request<ReadAnswer>(await url(), MARK, { input: { conversationId, messageNumber } }, token),
    ({ markRead: { userErrors } }) => userErrors[0]?.code === 'RATE_LIMITED',
  );
  if (answer.conversation === null) throw new Error(`what was read was refused: ${JSON.stringify(answer.userErrors)}`);
  const key = readKeyOf(user, conversationId);
  read.set(key, Math.max(read.get(key) ?? 0, messageNumber));
};

const say = async ({ user, token, url }: Talker, conversationId: string, text: string, { told }: ChatJournal): Promise<void> => {
  const variables = { input: { conversationId, text, idempotencyKey: randomUUID() } };
  const send = () =>
    untilAccepted(
      async () => request<SendAnswer>(await url(), SEND, variables, token),
      ({ sendMessage: { userErrors } }) => FOR_NOW.has(userErrors[0]?.code ?? ''),
    );
  const { event, userErrors } = (await send()).sendMessage;
  if (event === null) throw new Error(`a message was refused: ${JSON.stringify(userErrors)}`);
  told.push({
    author: user,
    conversationId,
    text,
    answer: JSON.stringify(event),
    seq: event.seq,
    number: event.message.messageNumber,
    again: async () => JSON.stringify((await send()).sendMessage.event),
  });
};
