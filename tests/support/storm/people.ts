import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type GraphQLAnswer, postMessage, request, sendGift } from '../clients.ts';
import type { Random } from '../random.ts';
import { untilAccepted } from '../retry.ts';
import { type Journal, repeat } from './journal.ts';

/** Somebody who uses the platform over HTTP until `until` aborts, one request at a time, each sent with its key until it is answered. */
export interface Person {
  readonly url: string;
  readonly user: string;
  readonly token: string;
  readonly random: Random;
  readonly journal: Journal;
  readonly rooms: readonly [string, ...string[]];
  /** Mean of the pauses between two requests. */
  readonly pauseMs: number;
  readonly until: AbortSignal;
}

const PRODUCTS = { 'coins-100': 100n, 'coins-1000': 1_000n } as const;
/** Of the viewers' requests: how many are chat, old keys again, top-ups, and pages that are looked at. The rest are gifts. */
const CHAT_SHARE = 0.35;
const REPEAT_SHARE = 0.12;
const TOP_UP_SHARE = 0.08;
const READ_SHARE = 0.15;
/** Of the gifts: how many go to a stream that comes and goes, where a refusal is as good an answer. */
const GUEST_GIFT_SHARE = 0.1;
/** Streamers change something less often than viewers. */
const STREAMER_PAUSE_FACTOR = 8;

/** Chats, buys coins, sends gifts, and sends old keys again. */
export const liveAsViewer = async (person: Person): Promise<void> => {
  await act(person, () => buyCoins(person, 'coins-1000'));
  await repeatedly(person, person.pauseMs, async () => {
    const dice = person.random.next();
    if (dice < CHAT_SHARE) return chat(person);
    if (dice < CHAT_SHARE + REPEAT_SHARE) return askAgain(person);
    if (dice < CHAT_SHARE + REPEAT_SHARE + TOP_UP_SHARE) return buyCoins(person, person.random.pick(['coins-100', 'coins-1000']));
    if (dice < CHAT_SHARE + REPEAT_SHARE + TOP_UP_SHARE + READ_SHARE) return look(person);
    return give(person);
  });
};

/** Makes streams in the own channel, takes them live and ends them. */
export const liveAsStreamer = async (person: Person): Promise<void> => {
  const channelId = await channelOf(person);
  let streamId: string | null = null;
  await repeatedly(person, person.pauseMs * STREAMER_PAUSE_FACTOR, async () => {
    const { streams } = person.journal;
    const status = streamId === null ? 'ENDED' : streams.get(streamId);
    if (streamId === null || status === 'ENDED') {
      streamId = await changeStream(person, 'createStream', { channelId, title: `${person.user} in the storm` });
      streams.set(streamId, 'SCHEDULED');
    } else if (status === 'SCHEDULED') {
      await changeStream(person, 'startStream', { streamId });
      streams.set(streamId, 'LIVE');
    } else {
      await changeStream(person, 'endStream', { streamId });
      streams.set(streamId, 'ENDED');
    }
  });
};

async function repeatedly(person: Person, meanPauseMs: number, work: () => Promise<void>): Promise<void> {
  while (!person.until.aborted) {
    await pause(meanPauseMs * 2 * person.random.next());
    if (!person.until.aborted) await act(person, work);
  }
}

/** A request that fails for good is a finding, and no reason to stop. */
async function act(person: Person, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? ` (${JSON.stringify(error.cause) ?? ''} ${String(error.cause)})` : '';
    person.journal.faults.push(`${person.user}: ${String(error)}${cause}`);
  }
}

/** Sends until it is answered, notes what must not change in the answer, and resolves with it all. */
async function settle<Data>(
  { user, journal }: Person,
  send: () => Promise<GraphQLAnswer<Data>>,
  essence: (data: Data) => unknown,
  isForNow?: (data: Data) => boolean,
): Promise<Data> {
  const data = await untilAccepted(send, isForNow);
  const again = async (): Promise<string> => JSON.stringify(essence(await untilAccepted(send, isForNow)));
  journal.told.push({ user, answer: JSON.stringify(essence(data)), again });
  return data;
}

async function chat(person: Person): Promise<void> {
  const roomId = person.random.pick(person.rooms);
  const input = { roomId, text: `${person.user} says ${person.random.below(1_000_000)}`, idempotencyKey: randomUUID() };
  const { postMessage: answer } = await settle(
    person,
    () => postMessage(person.url, person.token, input),
    ({ postMessage: { event, userErrors } }) => [event?.seq, event?.message.id, userErrors.map(({ code }) => code)],
    ({ postMessage: { userErrors } }) => userErrors[0]?.code === 'RATE_LIMITED',
  );
  if (answer.event === null) throw new Error(`a message was refused: ${JSON.stringify(answer)}`);
  person.journal.chats.push({ roomId, eventId: answer.event.message.id, seq: answer.event.seq });
}

async function give(person: Person): Promise<void> {
  const { random, journal } = person;
  const guests = [...journal.streams.keys()];
  const guest = random.chance(GUEST_GIFT_SHARE) ? guests[random.below(guests.length)] : undefined;
  const input = {
    streamId: guest ?? random.pick(person.rooms),
    giftId: random.pick(['rose', 'rose', 'rose', 'lollipop', 'lollipop', 'rocket', 'snowflake']),
    quantity: 1 + random.below(5),
    idempotencyKey: randomUUID(),
  };
  const { sendGift: answer } = await settle(
    person,
    () => sendGift(person.url, person.token, input),
    ({ sendGift: { order, userErrors } }) => [order?.id, order?.coins, userErrors.map(({ code }) => code)],
  );
  if (answer.order !== null)
    journal.gifts.push({ orderId: answer.order.id, senderId: person.user, streamId: input.streamId, coins: BigInt(answer.order.coins) });
}

interface TopUpAnswer {
  readonly topUp: { readonly wallet: { readonly version: number } | null; readonly userErrors: readonly { readonly code: string }[] };
}

async function buyCoins(person: Person, productId: keyof typeof PRODUCTS): Promise<void> {
  const input = { productId, idempotencyKey: randomUUID() };
  const document = 'mutation TopUp($input: TopUpInput!) { topUp(input: $input) { wallet { version } userErrors { code } } }';
  const { topUp: answer } = await settle(
    person,
    () => request<TopUpAnswer>(person.url, document, { input }, person.token),
    ({ topUp: { wallet, userErrors } }) => [wallet === null, userErrors],
  );
  if (answer.userErrors.length > 0) throw new Error(`a top-up was refused: ${JSON.stringify(answer)}`);
  const { boughtCoins } = person.journal;
  boughtCoins.set(person.user, (boughtCoins.get(person.user) ?? 0n) + PRODUCTS[productId]);
}

const PAGE = `query Page($roomId: ID!) {
  me { displayName wallet { coins version } }
  liveStreams { nodes { id title channel { handle } giftTotals { gifts coins } } }
  room(id: $roomId) { events(last: 5) { nodes { seq ... on GiftEvent { gift { name } sender { displayName } } } } }
}`;

/** Looks at a page that all subgraphs have a part in. */
async function look({ url, token, random, rooms }: Person): Promise<void> {
  await untilAccepted(() => request(url, PAGE, { roomId: random.pick(rooms) }, token));
}

async function askAgain({ journal, random }: Person): Promise<void> {
  const told = journal.told[random.below(journal.told.length)];
  if (told !== undefined) await repeat(journal, told);
}

async function channelOf(person: Person): Promise<string> {
  const { me } = await untilAccepted(() =>
    request<{ me: { channel: { id: string } } }>(person.url, '{ me { channel { id } } }', {}, person.token),
  );
  return me.channel.id;
}

interface StreamAnswer {
  readonly change: { readonly stream: { readonly id: string } | null; readonly userErrors: readonly { readonly code: string }[] };
}

async function changeStream(person: Person, field: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const inputType = field === 'createStream' ? 'CreateStreamInput' : 'StreamInput';
  const document = `mutation Change($input: ${inputType}!) { change: ${field}(input: $input) { stream { id } userErrors { code } } }`;
  const input = { ...fields, idempotencyKey: randomUUID() };
  const { change } = await settle(
    person,
    () => request<StreamAnswer>(person.url, document, { input }, person.token),
    ({ change: { stream, userErrors } }) => [stream?.id, userErrors],
  );
  if (change.stream === null) throw new Error(`${field} was refused: ${JSON.stringify(change)}`);
  return change.stream.id;
}
