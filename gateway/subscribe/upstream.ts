import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { ERROR_CODES, FanfareError } from '#platform/errors.ts';
import { SUBGRAPH_RETRY_AFTER_MS, UPSTREAM_RETRY_MS_MAX, UPSTREAM_RETRY_MS_MIN } from '../limits.ts';
import type { UpstreamItem } from './events.ts';

export interface UpstreamOptions {
  /** Opens one subscription at the subgraph, after a cursor (null: from now on). */
  readonly open: (after: string | null, signal: AbortSignal) => AsyncIterable<ExecutionResult>;
  readonly read: (payload: ExecutionResult) => UpstreamItem;
  readonly after: string | null;
  readonly signal: AbortSignal;
  /** Asked for once per opening: a signal that ends this opening alone, so that the next one goes on after the last cursor. */
  readonly renewal?: () => AbortSignal;
  /** How long to try before the first payload, and after a loss. */
  readonly startMsMax: number;
  readonly lostMsMax: number;
  /** Called once per loss, however many attempts it takes to get it back. */
  readonly onLost: (error: unknown) => void;
}

/** One upstream subscription that comes back by itself: when the subgraph is lost it goes on after the last cursor, so that nothing is missed and
 * nothing comes twice. Yields one position (of a log), then events. Ends when the subgraph ends it, when it was refused, or on `signal`.
 * Throws FanfareError SUBGRAPH_UNAVAILABLE when the subgraph did not come back in time. */
export async function* followUpstream(options: UpstreamOptions): AsyncGenerator<UpstreamItem> {
  const progress: Progress = { cursor: options.after, version: null, begun: false };
  let failingSinceMs: number | null = null;
  let attempts = 0;
  while (!options.signal.aborted) {
    let failure: unknown;
    let beganAtMs: number | null = null;
    const renewal = options.renewal?.();
    const until = renewal === undefined ? options.signal : AbortSignal.any([options.signal, renewal]);
    try {
      for await (const payload of options.open(progress.cursor, until)) {
        const item = options.read(payload);
        if (item.type === 'refused' && mayPass(item, progress.begun)) throw new PassingRefusal(item);
        beganAtMs ??= Date.now();
        if (advance(progress, item)) {
          failingSinceMs = null;
          attempts = 0;
          yield item;
        }
        if (item.type === 'refused') return;
      }
      if (renewal?.aborted === true) continue;
      return;
    } catch (error) {
      if (options.signal.aborted) return;
      if (renewal?.aborted === true) continue;
      failure = error;
    }
    // A position alone is no sign of health: the event behind it may be the one that cannot be shown. Standing for a while is.
    if (beganAtMs !== null && Date.now() - beganAtMs > UPSTREAM_RETRY_MS_MAX) {
      failingSinceMs = null;
      attempts = 0;
    }
    if (failingSinceMs === null) options.onLost(failure);
    failingSinceMs ??= Date.now();
    if (Date.now() - failingSinceMs > (progress.begun ? options.lostMsMax : options.startMsMax)) {
      if (!(failure instanceof PassingRefusal) || isRetryable(failure.item)) throw gaveUp(failure);
      yield failure.item;
      return;
    }
    await pause(attempts, options.signal);
    attempts += 1;
  }
}

/** A refusal that another attempt may not meet. */
class PassingRefusal extends Error {
  readonly item: UpstreamItem & { readonly type: 'refused' };

  constructor(item: UpstreamItem & { readonly type: 'refused' }) {
    super(item.payload.errors?.[0]?.message ?? 'refused');
    this.item = item;
  }
}

interface Progress {
  cursor: string | null;
  version: number | null;
  begun: boolean;
}

/** Notes how far the upstream is. False for what subscribers have had already: the position of a resumed log, a state's known version. */
const advance = (progress: Progress, item: UpstreamItem): boolean => {
  const first = !progress.begun;
  progress.begun = true;
  if (item.type === 'refused') return true;
  if (item.place !== null) progress.cursor = item.place.cursor;
  if (item.type === 'position') return first;
  if (item.type === 'reset' || item.version === null) return true;
  const known = item.version === progress.version;
  progress.version = item.version;
  return !known;
};

const isRetryable = ({ code }: UpstreamItem & { readonly type: 'refused' }): boolean => code !== null && ERROR_CODES[code].retryable;

// Once subscribers were served, a subgraph that is only half up counts as lost, too: the attempt
// goes on after the last event that was shown, so the one that failed is asked for again.
const mayPass = (item: UpstreamItem & { readonly type: 'refused' }, begun: boolean): boolean => {
  if (isRetryable(item)) return true;
  return begun && (item.code === null || item.code === 'INTERNAL_SERVER_ERROR');
};

const gaveUp = (cause: unknown): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', 'The part of the graph that this subscription follows cannot be reached.', {
    retryAfterMs: SUBGRAPH_RETRY_AFTER_MS,
    cause,
  });

const pause = async (attempts: number, signal: AbortSignal): Promise<void> => {
  const ms = Math.min(UPSTREAM_RETRY_MS_MAX, UPSTREAM_RETRY_MS_MIN * 2 ** Math.min(attempts, 10));
  try {
    await wait(ms * (0.5 + Math.random() / 2), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
