import { randomUUID } from 'node:crypto';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { STREAMERS, streamId, viewerId } from './world.ts';

/** Half of all gifts go to the most popular streamer. */
const HOT_SHARE = 0.5;
/** Clients that retry. */
const REPEATED_SHARE = 0.01;
const REMEMBERED = 2_000;

const GIFTS = [
  { id: 'rose', share: 0.6 },
  { id: 'lollipop', share: 0.35 },
  { id: 'rocket', share: 0.05 },
] as const;

/** An endless, seeded stream of gifts as a large platform sees them, from that many senders. */
export const createWorkload = (seed: number, senders: number): (() => GiftCommand) => {
  const random = mulberry32(seed);
  const remembered: GiftCommand[] = [];
  return () => {
    if (remembered.length === REMEMBERED && random() < REPEATED_SHARE)
      return remembered[Math.floor(random() * REMEMBERED)] ?? next(random, senders);
    const command = next(random, senders);
    if (remembered.length < REMEMBERED) remembered.push(command);
    else remembered[Math.floor(random() * REMEMBERED)] = command;
    return command;
  };
};

const next = (random: () => number, senders: number): GiftCommand => ({
  senderId: viewerId(Math.floor(random() * senders)),
  streamId: streamId(random() < HOT_SHARE ? 0 : Math.floor(random() * STREAMERS)),
  giftId: pickGift(random()),
  quantity: random() < 0.8 ? 1 : 10,
  idempotencyKey: randomUUID(),
});

const pickGift = (point: number): string => {
  let left = point;
  for (const { id, share } of GIFTS) {
    if (left < share) return id;
    left -= share;
  }
  return GIFTS[0].id;
};

/** Mulberry32: a small seeded generator with a period of 2^32. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};
