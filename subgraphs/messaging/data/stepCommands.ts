import { z } from 'zod';
import type { Feeds } from '#platform/feed/feed.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { RoomStep } from '../domain/ladder.ts';
import { PIN_BUCKET } from '../domain/limits.ts';
import { type PinRefusal, pinRefusalOf } from '../domain/pinRefusal.ts';
import type { Room } from '../domain/room.ts';
import type { CommandFamily, CommandLane } from './commandLane.ts';
import type { Loaders } from './loaders.ts';
import { changeSteps } from './roomSteps.ts';
import { type SubmitParts, submitCommand, type Wish } from './submitCommand.ts';

/** That an operator holds a room on a step; null: releases it. */
export interface PinAction {
  readonly roomId: string;
  readonly step: RoomStep | null;
}

export type PinAnswer = { readonly ok: true } | { readonly ok: false; readonly code: 'ROOM_NOT_FOUND' | 'IDEMPOTENCY_CONFLICT' };

const answerParser: z.ZodType<PinAnswer> = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.enum(['ROOM_NOT_FOUND', 'IDEMPOTENCY_CONFLICT']) }),
]);

/** What operators decide about rooms' steps; see changeSteps. */
export const pinCommands = (feeds: Pick<Feeds, 'append'>): CommandFamily<PinAction, PinAnswer> => ({
  name: 'room-pins',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answerParser.parse(stored),
  decide: async (tx, commands) => {
    const decided = await changeSteps(
      tx,
      feeds,
      commands.map(({ actorId: by, action }) => ({ ...action, by, load: null, sinceSeq: null })),
    );
    return decided.map(({ room }) => (room?.kind === 'ROOM' ? { ok: true } : { ok: false, code: 'ROOM_NOT_FOUND' }));
  },
});

export interface PinParts extends SubmitParts {
  readonly live: { readonly pins: CommandLane<PinAction, PinAnswer> };
  readonly loaders: Pick<Loaders, 'rooms'>;
}

/** Submits an operator's wish; see submitCommand. */
export const pinStep = async (
  viewer: Viewer,
  wish: Wish<PinAction>,
  { live, loaders, store, signal }: PinParts,
): Promise<{ readonly room: Room | null; readonly userErrors: readonly PinRefusal[] }> => {
  const { answer, retryAfterMs } = await submitCommand(live.pins, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return { room: null, userErrors: [pinRefusalOf('RATE_LIMITED', retryAfterMs)] };
  return answer.ok
    ? { room: await loaders.rooms.load(wish.action.roomId), userErrors: [] }
    : { room: null, userErrors: [pinRefusalOf(answer.code)] };
};

const PACE = { name: 'pins', bucket: PIN_BUCKET };
