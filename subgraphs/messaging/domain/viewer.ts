/** A viewer is in a room for so long without saying so again: long enough for a phone that loses its network in a tunnel, short enough for a count that people believe. */
export const VIEWER_LEASE_MS = 60_000;
/** Viewers are told to renew after so long, so that one renewal may get lost. */
export const VIEWER_RENEW_SECONDS = 25;
/** People in one room at most: 100 bytes of Redis each. Past it nobody new is counted. */
export const ROOM_VIEWERS_MAX = 1_000_000;
/** A count is read from the store once in so long per process and room, whoever asks for it. */
export const VIEWER_COUNT_MS = 1_000;
/** Joins and leaves are told to modules in groups of so long, or of so many people. */
export const PRESENCE_REPORT_MS = 2_000;
export const PRESENCE_REPORT_USERS_MAX = 1_000;
/** One user's joins, renewals and leaves: some devices in some rooms. */
export const JOIN_BUCKET = { capacity: 40, refillPerSecond: 4 } as const;
/** Those of viewers without a token from one network: a large office or a phone company's gateway, but no farm of bots. */
export const ANONYMOUS_JOIN_BUCKET = { capacity: 600, refillPerSecond: 60 } as const;
/** A session's name, made by the client: what a UUID or another random text needs. */
const SESSION_PATTERN = /^[\w-]{8,64}$/;

export type ViewerRefusalCode = 'ROOM_NOT_FOUND' | 'BANNED' | 'SESSION_INVALID' | 'RATE_LIMITED';

/** Why somebody was not let in, or is not known to be in. */
export interface ViewerRefusal {
  readonly code: ViewerRefusalCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** A refusal with its sentence. `retryAfterMs`: for RATE_LIMITED, when the next command is taken. */
export const viewerRefusalOf = (code: ViewerRefusalCode, retryAfterMs = 0): ViewerRefusal => {
  const [message, field] = REFUSALS[code];
  return { code, message: code === 'RATE_LIMITED' ? `${message} Try again in ${retryAfterMs} ms.` : message, field };
};

const REFUSALS: Readonly<Record<ViewerRefusalCode, readonly [message: string, field: readonly string[] | null]>> = {
  ROOM_NOT_FOUND: ['There is no room with this id. A room opens when its stream first goes live.', ['input', 'roomId']],
  BANNED: ['You are banned from this room.', ['input', 'roomId']],
  SESSION_INVALID: [
    'Without a token a viewer is known by a sessionId of 8 to 64 letters, digits, - and _, made once by the client.',
    ['input', 'sessionId'],
  ],
  RATE_LIMITED: ['You come and go faster than the limit.', null],
};

/** What a viewer is called in a room: users by their id, others by their session. Null for a session that is none. */
export const viewerKeyOf = (userId: string | null, sessionId: string | null): string | null => {
  if (userId !== null) return `user:${userId}`;
  return sessionId !== null && SESSION_PATTERN.test(sessionId) ? `session:${sessionId}` : null;
};

/** The user behind such a name; null for a session. */
export const userOfViewerKey = (key: string): string | null => (key.startsWith('user:') ? key.slice('user:'.length) : null);
