import type { Queryable } from '#platform/database/database.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import {
  DEFAULT_PRIVACY,
  PRESENCE_PRIVACY_BUCKET,
  type PresencePrivacy,
  type PrivacyAction,
  type PrivacyAnswer,
  type PrivacyRefusal,
  privacyRefusalOf,
} from '../domain/presence.ts';
import type { CommandLane } from './commandLane.ts';
import { privacyOf } from './presenceRows.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

export interface PrivacyParts extends SubmitParts {
  readonly lanes: { readonly presence: CommandLane<PrivacyAction, PrivacyAnswer> };
}

/** What came of a wish: what holds after it. */
export interface PrivacyResult {
  readonly privacy: PresencePrivacy | null;
  readonly userErrors: readonly PrivacyRefusal[];
}

/** Submits whom this viewer wants to show their presence; see submitCommand. */
export const changePresencePrivacy = async (
  viewer: Viewer,
  { key, action }: { readonly key: string; readonly action: PrivacyAction },
  { lanes, store, signal }: PrivacyParts,
): Promise<PrivacyResult> => {
  if (action.online === null && action.lastSeen === null) return refused(privacyRefusalOf('NOTHING_TO_SET'));
  const wish = { key, fingerprint: fingerprintOf('presence.privacy', action.online, action.lastSeen), action };
  const { answer, retryAfterMs } = await submitCommand(lanes.presence, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return refused(privacyRefusalOf('RATE_LIMITED', retryAfterMs));
  if (!answer.ok) return refused(privacyRefusalOf(answer.code));
  const { online, lastSeen } = answer;
  return { privacy: { online, lastSeen }, userErrors: [] };
};

/** To whom somebody shows their presence, said or not. */
export const readOwnPrivacy = async (database: Queryable, userId: string): Promise<PresencePrivacy> =>
  (await privacyOf(database, [userId])).get(userId) ?? DEFAULT_PRIVACY;

const PACE = { name: 'presence-privacy', bucket: PRESENCE_PRIVACY_BUCKET };

const refused = (refusal: PrivacyRefusal): PrivacyResult => ({ privacy: null, userErrors: [refusal] });
