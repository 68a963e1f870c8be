import { hash } from 'node:crypto';
import { RecentMap } from '#platform/store/recent.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { RESPONSE_CACHE_BYTES_MAX, RESPONSE_CACHE_ENTRIES_MAX } from '../limits.ts';
import { createFlights } from './flights.ts';

/** An answer to an operation, as HTTP carries it. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer that is kept, and what was made of it. */
export interface KeptAnswer extends Answer {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly storedAtMs: number;
  readonly untilMs: number;
  /** The body compressed, by content encoding: made when somebody first asks for it. */
  readonly encoded: Map<string, Promise<Buffer>>;
}

/** `hit`: it was there. `shared`: somebody else was just asking the same. `miss`: asked for this one, and kept. */
export type CacheOutcome = 'hit' | 'shared' | 'miss';

export interface Kept {
  readonly answer: KeptAnswer;
  readonly outcome: CacheOutcome;
}

/** Answers that are the same for everybody, in the memory of this process. */
export interface ResponseCache {
  /** The answer with this key; `ask` gets it where there is none, once however many want it at the same time, and is told by its signal when nobody waits any more.
   * Null: what `ask` got may not be kept (it has errors, or says that something is not there), so it is shared with nobody. Rejects as `ask` does, for all who wait. */
  answer(key: string, options: AskOptions): Promise<Kept | null>;
}

export interface AskOptions {
  readonly maxAgeSeconds: number;
  readonly ask: (signal: AbortSignal) => Promise<Answer>;
  /** Aborts when this caller waits no longer. */
  readonly signal?: AbortSignal;
}

/** `nowMs`: a clock that never runs backwards. */
export const createResponseCache = (telemetry: Telemetry, nowMs: () => number = () => performance.now()): ResponseCache => {
  const kept = new RecentMap<KeptAnswer>({ entriesMax: RESPONSE_CACHE_ENTRIES_MAX, bytesMax: RESPONSE_CACHE_BYTES_MAX });
  const flights = createFlights<KeptAnswer | null>();
  const bytes = telemetry.gauge('fanfare_gateway_response_cache_bytes', 'What the answers that are kept take.');
  return {
    answer: async (key, { maxAgeSeconds, ask, signal }) => {
      const known = kept.get(key);
      if (known !== undefined && known.untilMs > nowMs()) return { answer: known, outcome: 'hit' };
      const start = async (signalOfAll: AbortSignal): Promise<KeptAnswer | null> => {
        const answer = await ask(signalOfAll);
        if (!isKeepable(answer)) return null;
        const made = keep(answer, nowMs(), maxAgeSeconds);
        kept.set(key, made, sizeOf(key, made));
        bytes.set(kept.bytes);
        return made;
      };
      const { value, isJoined } = flights.board(key, start, signal);
      const answer = await value;
      return answer === null ? null : { answer, outcome: isJoined ? 'shared' : 'miss' };
    },
  };
};

const keep = (answer: Answer, storedAtMs: number, maxAgeSeconds: number): KeptAnswer => ({
  ...answer,
  bytes: Buffer.from(answer.body),
  etag: etagOf(answer.body),
  storedAtMs,
  untilMs: storedAtMs + maxAgeSeconds * 1_000,
  encoded: new Map(),
});

// The text, its bytes, and both compressed forms, which are hardly ever larger than half of it.
const sizeOf = (key: string, { body, bytes }: KeptAnswer): number => key.length * 2 + body.length * 2 + bytes.length * 2;

/** A weak entity tag: the same for an answer however it is compressed. */
export const etagOf = (body: string): string => `W/"${hash('sha1', body, 'base64url')}"`;

/** Whether an answer may be given to others: it is data and nothing else, without errors, and all that was asked for is there. What is not there yet may be there in a
 * moment. */
export const isKeepable = ({ status, body }: Answer): boolean => {
  if (status !== 200) return false;
  const { data, ...others } = JSON.parse(body) as { readonly data?: Readonly<Record<string, unknown>> | null };
  if (data === undefined || data === null || Object.keys(others).length > 0) return false;
  return Object.values(data).every((value) => value !== null);
};
