import { isLostConnection, isTransientState } from '#platform/database/away.ts';
import { CommitUnknownError } from '#platform/database/database.ts';
import { sqlStateOf } from '#platform/database/sqlstate.ts';

/** What a failed transaction means for its batch.
 * `unknown`: COMMIT was under way; it may have happened. `transient`: it surely did not happen and the database may be back in a moment.
 * `data`: one of the commands can't be stored, or made `run` throw; its neighbours may be fine. `systemic`: no command would fare better. */
export type Failure = 'unknown' | 'transient' | 'data' | 'systemic';

/** Syntax or access, no such schema, read-only server: the same for every command. */
const SYSTEMIC_CLASSES: ReadonlySet<string> = new Set(['25', '28', '3D', '3F', '42', 'XX']);

/** Classifies what `Database.transaction` or a statement threw. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof CommitUnknownError) return 'unknown';
  const state = sqlStateOf(error);
  if (state !== null) return failureOfState(state);
  return isLostConnection(error) ? 'transient' : 'data';
};

const failureOfState = (state: string): Failure => {
  if (isTransientState(state)) return 'transient';
  return SYSTEMIC_CLASSES.has(state.slice(0, 2)) ? 'systemic' : 'data';
};
