import { addressOf, type Identity } from '#platform/identity/identity.ts';
import { isUuid } from '#platform/ids.ts';
import type { Store } from '#platform/store/store.ts';
import {
  ANONYMOUS_JOIN_BUCKET,
  JOIN_BUCKET,
  VIEWER_RENEW_SECONDS,
  type ViewerRefusal,
  viewerKeyOf,
  viewerRefusalOf,
} from '../domain/viewer.ts';
import type { ViewerCommand, Viewers } from './viewers.ts';

export interface WatchParts {
  readonly identity: Identity;
  readonly store: Pick<Store, 'takeTokens'>;
  readonly live: { readonly viewers: Pick<Viewers, 'lane'> };
  readonly signal: AbortSignal;
}

/** What became of it, as the graph shows it. */
export interface WatchPayload {
  readonly viewerCount: number | null;
  readonly renewAfterSeconds: number;
  readonly userErrors: readonly ViewerRefusal[];
}

/** Says that the caller is in a room, or is no more. Users count once each; whoever has no token counts by a session, as often as their network may. Throws what the lane throws. */
export const watchRoom = async (
  type: ViewerCommand['type'],
  { roomId, sessionId = null }: { readonly roomId: string; readonly sessionId?: string | null | undefined },
  { identity, store, live, signal }: WatchParts,
): Promise<WatchPayload> => {
  const userId = identity.kind === 'user' ? identity.id : null;
  const viewer = viewerKeyOf(userId, sessionId);
  if (viewer === null) return refused(viewerRefusalOf('SESSION_INVALID'));
  if (!isUuid(roomId)) return refused(viewerRefusalOf('ROOM_NOT_FOUND'));
  const { taken, retryAfterMs } =
    userId === null
      ? await store.takeTokens(`joins-from:${addressOf(identity) ?? 'nowhere'}`, ANONYMOUS_JOIN_BUCKET)
      : await store.takeTokens(`joins:${userId}`, JOIN_BUCKET);
  if (!taken) return refused(viewerRefusalOf('RATE_LIMITED', retryAfterMs));
  const outcome = await live.viewers.lane.submit({ type, roomId, viewer }, { signal });
  return outcome.ok
    ? { viewerCount: outcome.count, renewAfterSeconds: VIEWER_RENEW_SECONDS, userErrors: [] }
    : refused(viewerRefusalOf(outcome.code));
};

const refused = (refusal: ViewerRefusal): WatchPayload => ({
  viewerCount: null,
  renewAfterSeconds: VIEWER_RENEW_SECONDS,
  userErrors: [refusal],
});
