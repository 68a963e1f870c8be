/** Where a list goes on: after what happened then, and of that moment after this id. */
export interface Place {
  readonly at: Date;
  readonly id: string;
}

/** The cursor of a place. Opaque to clients. */
export const placeCursorOf = ({ at, id }: Place): string => Buffer.from(`${at.getTime()} ${id}`).toString('base64url');

/** The place behind a cursor; null when no list has made it. */
export const placeOf = (cursor: string): Place | null => {
  const [, milliseconds, id] = PLACE_PATTERN.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // PostgreSQL takes no NUL, and no id has one.
  if (milliseconds === undefined || id === undefined || id.includes('\0')) return null;
  const at = new Date(Number(milliseconds));
  return Number.isNaN(at.getTime()) ? null : { at, id };
};

/** A moment in milliseconds since 1970, and an id. */
const PLACE_PATTERN = /^(\d{1,16}) (.{1,128})$/su;
