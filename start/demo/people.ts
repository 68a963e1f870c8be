import { randomUUID } from 'node:crypto';
import type { DemoClient } from './client.ts';
import { pick, type Random } from './random.ts';

/** What a viewer of the demo knows about the place. */
export interface Stage {
  readonly rooms: readonly { readonly streamId: string; readonly roomId: string }[];
  readonly gifts: readonly { readonly id: string; readonly weight: number }[];
}

const TOP_UP_PRODUCT = 'coins-1000';

const LINES = [
  'hello from the back row',
  'this song again, please',
  'first time here, love it',
  'the sound is perfect tonight',
  'wave to Lisbon!',
  'how long have you played?',
  'who else is up this late',
  'that was so good',
  'encore!',
  'greetings from Xiamen',
  'can you play something slow?',
  '👏👏👏',
  'my cat is watching too',
  'what microphone is that?',
] as const;

const THANKS = ['thank you so much', 'you made my evening', 'thank you, that is kind', 'wow, thank you'] as const;

/** Posts one line of chat in one of the rooms. */
export const chat = async (viewer: DemoClient, stage: Stage, random: Random): Promise<void> => {
  await postMessage(viewer, pick(random, stage.rooms).roomId, pick(random, LINES));
};

/** Sends one gift; a viewer without coins buys some first and tries once more, under the same key's rules as any client: a new decision, a new key. */
export const gift = async (viewer: DemoClient, stage: Stage, random: Random): Promise<void> => {
  const streamId = pick(random, stage.rooms).streamId;
  const giftId = pickWeighted(random, stage.gifts);
  const quantity = random() < 0.85 ? 1 : 10;
  if ((await sendGift(viewer, { streamId, giftId, quantity })) !== 'INSUFFICIENT_COINS') return;
  await viewer.ask('mutation DemoTopUp($input: TopUpInput!) { topUp(input: $input) { userErrors { code } } }', {
    input: { productId: TOP_UP_PRODUCT, idempotencyKey: randomUUID() },
  });
  await sendGift(viewer, { streamId, giftId, quantity });
};

/** Says that a viewer watches a room, or still does; and where they were before, that they no longer do. */
export const watch = async (
  viewer: DemoClient,
  { roomId, leftId }: { readonly roomId: string; readonly leftId: string | null },
): Promise<void> => {
  if (leftId !== null)
    await viewer.ask('mutation DemoLeave($input: WatchRoomInput!) { leaveRoom(input: $input) { userErrors { code } } }', {
      input: { roomId: leftId },
    });
  await viewer.ask('mutation DemoJoin($input: WatchRoomInput!) { joinRoom(input: $input) { userErrors { code } } }', { input: { roomId } });
};

/** A streamer answers a gift in the own room. */
export const thank = async (streamer: DemoClient, roomId: string, sender: string, random: Random): Promise<void> => {
  await postMessage(streamer, roomId, `${pick(random, THANKS)}, ${sender}!`);
};

async function postMessage(author: DemoClient, roomId: string, text: string): Promise<void> {
  await author.ask('mutation DemoChat($input: PostMessageInput!) { postMessage(input: $input) { userErrors { code } } }', {
    input: { roomId, text, idempotencyKey: randomUUID() },
  });
}

async function sendGift(viewer: DemoClient, input: { streamId: string; giftId: string; quantity: number }): Promise<string | null> {
  const answer = await viewer.ask<{ sendGift: { userErrors: { code: string }[] } | null }>(
    'mutation DemoGift($input: SendGiftInput!) { sendGift(input: $input) { userErrors { code } } }',
    { input: { ...input, idempotencyKey: randomUUID() } },
  );
  return answer.sendGift?.userErrors[0]?.code ?? null;
}

function pickWeighted(random: Random, gifts: Stage['gifts']): string {
  const total = gifts.reduce((sum, each) => sum + each.weight, 0);
  let left = random() * total;
  for (const each of gifts) {
    left -= each.weight;
    if (left <= 0) return each.id;
  }
  return pick(random, gifts).id;
}
