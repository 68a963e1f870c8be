/** Where a page of `liveStreams` ends: they are in the order of `startedAt`, the last one first, then of `id`. */
export interface LiveStreamPlace {
  readonly startedAt: Date;
  readonly id: string;
}

/** Milliseconds of a Date (up to the year 275760), a colon and the id, a UUID. */
const PLACE_PATTERN = /^(\d{1,16}):([0-9a-f-]{36})$/;

/** The place as clients see it: opaque. */
export const encodePlace = ({ startedAt, id }: LiveStreamPlace): string =>
  Buffer.from(`${startedAt.getTime()}:${id}`, 'utf8').toString('base64url');

/** The place behind a cursor; null when it is none of `encodePlace`. */
export const decodePlace = (cursor: string): LiveStreamPlace | null => {
  const [, time, id] = PLACE_PATTERN.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (time === undefined || id === undefined) return null;
  const place = { startedAt: new Date(Number(time)), id };
  return Number.isNaN(place.startedAt.getTime()) || encodePlace(place) !== cursor ? null : place;
};
