import { checkIdempotencyKey } from '#platform/idempotency.ts';
import type { Store, TokenBucket } from '#platform/store/store.ts';
import type { Viewer } from '#platform/subgraph/authorise.ts';
import type { CommandLane } from './commandLane.ts';

/** One wish, checked for its form. `fingerprint`: of the raw input. */
export interface Wish<Action> {
  readonly key: string;
  readonly fingerprint: string;
  readonly action: Action;
}

export interface SubmitParts {
  readonly store: Store;
  readonly signal: AbortSignal;
}

/** How often somebody may do this: a name for what is counted together, and the bucket. */
export interface Pace {
  readonly name: string;
  readonly bucket: TokenBucket;
}

/** `prepare`: makes of a wish what goes into the lane, where others have to be asked first; nobody is asked for a caller who is too fast. */
interface PreparedAction<Action> {
  readonly prepare?: (action: Action) => Promise<Action>;
}

/** What came of a wish: its answer, or that the caller was too fast. */
export type Submitted<Answer> =
  | { readonly answer: Answer; readonly retryAfterMs: null }
  | { readonly answer: null; readonly retryAfterMs: number };

/** Submits a wish. Who is too fast is refused before the lane, unless the key has its answer already: a repeated key always gets that. The refusal itself is not stored.
 * Throws FanfareError BAD_USER_INPUT for a key that is none, and what the lane throws. */
export const submitCommand = async <Action, Answer>(
  lane: CommandLane<Action, Answer>,
  viewer: Viewer,
  wish: Wish<Action>,
  { store, signal, pace, prepare = (action) => Promise.resolve(action) }: SubmitParts & PreparedAction<Action> & { readonly pace: Pace },
): Promise<Submitted<Answer>> => {
  checkIdempotencyKey(wish.key);
  const command = { ...wish, actorId: viewer.id, isOperator: viewer.scopes.includes('ops:write') };
  const { taken, retryAfterMs } = await store.takeTokens(`${pace.name}:${viewer.id}`, pace.bucket);
  if (taken) return { answer: await lane.submit({ ...command, action: await prepare(wish.action) }, { signal }), retryAfterMs: null };
  const stored = await lane.stored(command);
  return stored === null ? { answer: null, retryAfterMs } : { answer: stored, retryAfterMs: null };
};
