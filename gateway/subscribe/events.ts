import type { ExecutionResult } from 'graphql';
import type { ErrorCode } from '#platform/errors.ts';
import { isErrorCode } from '../execute/errors.ts';
import { type CompiledSubscription, HIDDEN_FIELDS, hiddenName } from './compile.ts';

/** A place in a log, as the hidden fields of an event tell it. The cursor is opaque; all that is done with it is to compare it. */
export interface Place {
  readonly cursor: string;
  readonly id: unknown;
  readonly seq: unknown;
  readonly at: unknown;
}

/** What an upstream said. */
export type UpstreamItem =
  /** A log's first payload. */
  | { readonly type: 'position'; readonly place: Place }
  /** The log went on elsewhere; subscribers see it, and nothing before it can be replayed. */
  | { readonly type: 'reset'; readonly place: Place; readonly payload: ExecutionResult }
  /** One event, or a state's newest value. `place` is null for states. */
  | { readonly type: 'event'; readonly place: Place | null; readonly version: number | null; readonly payload: ExecutionResult }
  /** The subgraph did not accept the subscription, or could not show an event: it ends after that. */
  | { readonly type: 'refused'; readonly payload: ExecutionResult; readonly code: ErrorCode | null };

/** Reads the hidden fields of one payload. */
export const readPayload = (subscription: CompiledSubscription, payload: ExecutionResult): UpstreamItem => {
  const event = recordOf(payload.data?.[subscription.responseKey]);
  if (event === null) return refusedWith(payload);
  const hidden = Object.fromEntries(HIDDEN_FIELDS.map((name) => [name, event[hiddenName(name)]]));
  const place =
    typeof hidden['cursor'] === 'string' ? { cursor: hidden['cursor'], id: hidden['id'], seq: hidden['seq'], at: hidden['at'] } : null;
  const typename = String(event['__typename']);
  if (place !== null && subscription.kind === 'log') {
    if (typename === subscription.positionType) return { type: 'position', place };
    if (typename.endsWith('ResetEvent')) return { type: 'reset', place, payload };
  }
  const version = hidden['version'];
  return { type: 'event', place, version: typeof version === 'number' ? version : null, payload };
};

const refusedWith = (payload: ExecutionResult): UpstreamItem => {
  const code = payload.errors?.[0]?.extensions?.['code'];
  return { type: 'refused', payload, code: isErrorCode(code) ? code : null };
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
