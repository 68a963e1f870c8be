import { FanfareError } from '#platform/errors.ts';
import { type Identity, isRegion } from '#platform/identity/identity.ts';
import { isUuid, timeMsOfId } from '#platform/ids.ts';
import { type BoardKind, type BoardPeriod, type BoardPlace, periodBoard, streamBoard } from '../domain/board.ts';

/** Which board somebody asks for. */
export interface BoardAsked {
  readonly kind: BoardKind;
  readonly period: BoardPeriod;
  readonly at: Date | null;
  readonly streamId: string | null;
}

/** The board that is meant; `now` where no moment is named. Throws FanfareError BAD_USER_INPUT when the parts don't go together. */
export const placeAsked = ({ kind, period, at, streamId }: BoardAsked, now: Date): BoardPlace => {
  if (kind === 'STREAM') return streamAsked(streamId, now);
  if (streamId !== null) throw new FanfareError('BAD_USER_INPUT', `\`streamId\` goes with STREAM only, not with ${kind}: leave it out.`);
  return periodBoard(kind, period, (at ?? now).getTime());
};

/** The board of a stream as it is at a moment. Throws FanfareError BAD_USER_INPUT for what is no id of a stream. */
export const streamAsked = (streamId: string | null, now: Date): BoardPlace => {
  if (streamId !== null && isUuid(streamId)) return streamBoard(streamId, timeMsOfId(streamId) ?? 0, now.getTime());
  throw new FanfareError('BAD_USER_INPUT', 'The leaderboard of a stream needs `streamId`, the id of a stream.');
};

/** Where a viewer is: what their token says, else what they say themselves; null when nobody says. Throws FanfareError BAD_USER_INPUT for what is no region. */
export const regionAsked = (identity: Identity, region: string | null): string | null => {
  if (region !== null && !isRegion(region))
    throw new FanfareError('BAD_USER_INPUT', '`region` is an ISO 3166-1 alpha-2 code: two capital letters, such as DE.');
  return (identity.kind === 'user' ? identity.region : undefined) ?? region;
};

/** Throws FanfareError BAD_USER_INPUT when so many places can't be shown at once. */
export const checkPlaces = (first: number, max: number): void => {
  if (!Number.isInteger(first) || first < 1 || first > max)
    throw new FanfareError('BAD_USER_INPUT', `\`first\` is 1 to ${max}, not ${first}.`);
};
