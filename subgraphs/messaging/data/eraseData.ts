import type { Database, Queryable } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  ERASURE_BUCKET,
  type Erasure,
  type ErasureAction,
  type ErasureAnswer,
  type ErasureRefusal,
  erasureInputFault,
  erasureRefusalOf,
  ownErasureFault,
} from '../domain/erasure.ts';
import { type CommandLane, openCommandLane } from './commandLane.ts';
import { startEraser } from './eraser.ts';
import { erasureCommands } from './erasureCommands.ts';
import { erasuresOf } from './erasures.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

/** The lane of requests, with the eraser behind it. */
export const openErasures = (parts: {
  readonly database: Database;
  readonly feeds: Pick<Feeds, 'append'>;
  readonly telemetry: Telemetry;
}): CommandLane<ErasureAction, ErasureAnswer> => {
  const eraser = startEraser(parts);
  const lane = openCommandLane(
    parts,
    erasureCommands(parts.feeds, () => eraser.wake()),
  );
  return {
    submit: (command, options) => lane.submit(command, options),
    stored: (command) => lane.stored(command),
    get queued() {
      return lane.queued;
    },
    close: async () => {
      await lane.close();
      await eraser.close();
    },
  };
};

export interface ErasureParts extends SubmitParts {
  readonly database: Queryable;
  readonly lanes: { readonly erasures: CommandLane<ErasureAction, ErasureAnswer> };
}

/** What came of a request: the erasure as it stands. */
export interface ErasureResult {
  readonly erasure: Erasure | null;
  readonly userErrors: readonly ErasureRefusal[];
}

/** Has the viewer's own data erased. `confirmUserId`: their id once more. See submitCommand. */
export const eraseOwnData = async (
  viewer: Viewer,
  { idempotencyKey, confirmUserId }: { readonly idempotencyKey: string; readonly confirmUserId: string },
  parts: ErasureParts,
): Promise<ErasureResult> => {
  const fault = ownErasureFault(viewer.id, confirmUserId);
  if (fault !== null) return refused(erasureRefusalOf(fault));
  return request(viewer, { key: idempotencyKey, action: { userId: viewer.id, reason: null } }, parts);
};

/** Has somebody's data erased, for an operator; see submitCommand. */
export const eraseUsersData = async (
  viewer: Viewer,
  { idempotencyKey, userId, reason: given }: { readonly idempotencyKey: string; readonly userId: string; readonly reason: string },
  parts: ErasureParts,
): Promise<ErasureResult> => {
  const reason = given.trim();
  const fault = erasureInputFault(userId, reason);
  if (fault !== null) return refused(erasureRefusalOf(fault));
  return request(viewer, { key: idempotencyKey, action: { userId, reason } }, parts);
};

const request = async (
  viewer: Viewer,
  { key, action }: { readonly key: string; readonly action: ErasureAction },
  { database, lanes, store, signal }: ErasureParts,
): Promise<ErasureResult> => {
  const wish = { key, fingerprint: fingerprintOf('user.erase', action.userId, action.reason), action };
  const { answer, retryAfterMs } = await submitCommand(lanes.erasures, viewer, wish, { store, signal, pace: PACE });
  if (answer === null) return refused(erasureRefusalOf('RATE_LIMITED', retryAfterMs));
  if (!answer.ok) return refused(erasureRefusalOf(answer.code));
  return { erasure: (await erasuresOf(database, [action.userId])).get(action.userId) ?? null, userErrors: [] };
};

const PACE = { name: 'erasures', bucket: ERASURE_BUCKET };

const refused = (refusal: ErasureRefusal): ErasureResult => ({ erasure: null, userErrors: [refusal] });
