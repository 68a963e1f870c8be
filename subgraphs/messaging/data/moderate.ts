import { fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import { MODERATION_BUCKET } from '../domain/limits.ts';
import { type ModerationRefusal, moderationRefusalOf } from '../domain/moderationRefusal.ts';
import type { Role } from '../domain/role.ts';
import { type ModerationAction, moderationFault, type Sanction } from '../domain/sanction.ts';
import type { CommandLane } from './commandLane.ts';
import type { ModerationAnswer } from './moderationAnswer.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

export interface ModerationParts extends SubmitParts {
  readonly lanes: { readonly moderation: CommandLane<ModerationAction, ModerationAnswer> };
}

/** An answer as the graph shows it. */
export interface ModerationPayload {
  readonly sanction: Sanction | null;
  readonly role: Role | null;
  readonly recalledMessageCount: number;
  readonly userErrors: readonly ModerationRefusal[];
}

/** A wish about a person. `raw`: the input as it came, for the fingerprint, behind the verb. `place`: the input field that names the conversation. */
export interface ModerationWish {
  readonly key: string;
  readonly action: ModerationAction;
  readonly raw: readonly [verb: string, ...(string | null)[]];
  readonly place: 'roomId' | 'conversationId';
}

/** Submits a moderator's wish about a person; see submitCommand. */
export const moderate = async (
  viewer: Viewer,
  { key, action, raw: [verb, ...raw], place }: ModerationWish,
  { lanes, store, signal }: ModerationParts,
): Promise<ModerationPayload> => {
  const refused = (refusal: ModerationRefusal): ModerationPayload => ({
    sanction: null,
    role: null,
    recalledMessageCount: 0,
    userErrors: [refusal],
  });
  const fault = moderationFault(action) ?? (isUuid(action.conversationId) ? null : 'ROOM_NOT_FOUND');
  if (fault !== null) return refused(moderationRefusalOf(fault, place));
  const wish = { key, fingerprint: fingerprintOf(verb, ...raw), action };
  const { answer, retryAfterMs } = await submitCommand(lanes.moderation, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return refused(moderationRefusalOf('RATE_LIMITED', place, retryAfterMs));
  if (!answer.ok) return refused(moderationRefusalOf(answer.code, place));
  return { sanction: answer.sanction, role: answer.role, recalledMessageCount: answer.recalled ?? 0, userErrors: [] };
};

const PACE = { name: 'moderation', bucket: MODERATION_BUCKET };
