import { HOT_OPERATIONS_MAX, HOT_PLANNING_MS_MAX } from '../limits.ts';
import type { Generation, PreparedOperation } from './generation.ts';

/** Plans what was used last in one generation for the next, so that a new schema does not begin with everybody waiting. What no longer fits is left out.
 * Returns how many. Never rejects; takes HOT_PLANNING_MS_MAX at most, and one plan more. */
export const planHotOperations = async (from: Generation, to: Generation): Promise<number> => {
  const untilMs = Date.now() + HOT_PLANNING_MS_MAX;
  let planned = 0;
  for (const [key, preparing] of from.operations.recent(HOT_OPERATIONS_MAX)) {
    if (Date.now() > untilMs) break;
    if (await replan(key, preparing, to)) planned += 1;
  }
  return planned;
};

const replan = async (key: string, preparing: Promise<PreparedOperation>, to: Generation): Promise<boolean> => {
  try {
    const { request, context, whole } = await preparing;
    // What a caller is denied is decided by the next generation itself.
    if (!whole) return false;
    await to.operations.getOrMake(key, async () => ({
      plan: await to.planner.plan(request),
      context: { ...context, schema: to.schema },
      request,
      whole,
    }));
    return true;
  } catch {
    // It does not fit the next schema, or could not be planned in this one: its sender will be told when it comes again.
    return false;
  }
};
