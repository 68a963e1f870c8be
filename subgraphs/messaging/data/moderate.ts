import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { Ban, ModerationAction, ModerationAnswer } from '../domain/ban.ts';
import { MODERATION_BUCKET } from '../domain/limits.ts';
import { type ModerationRefusal, moderationRefusalOf } from '../domain/moderationRefusal.ts';
import type { CommandLane } from './commandLane.ts';
import { type SubmitParts, submitCommand, type Wish } from './submitCommand.ts';

export interface ModerationParts extends SubmitParts {
  readonly lanes: { readonly moderation: CommandLane<ModerationAction, ModerationAnswer> };
}

/** An answer as the graph shows it. */
export interface ModerationPayload {
  readonly ban: Ban | null;
  readonly userErrors: readonly ModerationRefusal[];
}

/** Submits a moderator's wish; see submitCommand. */
export const moderate = async (viewer: Viewer, wish: Wish<ModerationAction>, parts: ModerationParts): Promise<ModerationPayload> => {
  const { lanes, store, signal } = parts;
  const { answer, retryAfterMs } = await submitCommand(lanes.moderation, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return { ban: null, userErrors: [moderationRefusalOf('RATE_LIMITED', retryAfterMs)] };
  return answer.ok ? { ban: answer.ban, userErrors: [] } : { ban: null, userErrors: [moderationRefusalOf(answer.code)] };
};

const PACE = { name: 'moderation', bucket: MODERATION_BUCKET };
