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

/** Says one thing after the other, each until it is answered, with pauses between, until `enough`. A refusal, or no answer at all, is a fault. */
export const talk = async (
  talker: Talker,
  { random, pauseMs, enough }: { readonly random: Random; readonly pauseMs: number; readonly enough: (said: number) => boolean },
  told: ToldMessage[],
  faults: string[],
): Promise<void> => {
  for (let said = 0; !enough(said); said += 1) {
    await pause(pauseMs * 2 * random.next());
    const others = talker.conversations;
    const conversationId = random.chance(ROOM_SHARE) ? talker.roomId : (others[random.below(others.length)] ?? talker.roomId);
    await say(talker, conversationId, `${talker.user} says "${said}"`, told).catch((error: unknown) => {
      faults.push(`${talker.user}: ${String(error)} ${error instanceof Error ? JSON.stringify(error.cause) : ''}`);
    });
  }
};

const say = async ({ user, token, url }: Talker, conversationId: string, text: string, told: ToldMessage[]): Promise<void> => {
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
