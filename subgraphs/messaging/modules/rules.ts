import type { Draft, SendRules, SendSession, Verdict } from '../data/sendRules.ts';

/** The rules of several modules as one: asked in this order; the first to refuse or to hold a draft has the last word, a change is seen by those after it. */
export const allRules = (rules: readonly SendRules[]): SendRules => ({
  open: async (tx, drafts, now) => {
    const sessions: SendSession[] = [];
    // One after the other: a transaction runs one statement at a time, and locks are taken in this order.
    for (const each of rules) sessions.push(await each.open(tx, drafts, now));
    return {
      decide: (draft) => decideAll(sessions, draft),
      settled: (draft, what) => {
        for (const session of sessions) session.settled?.(draft, what);
      },
      save: async () => {
        for (const session of sessions) await session.save?.();
      },
    };
  },
});

const decideAll = (sessions: readonly SendSession[], draft: Draft): Verdict => {
  let changed = draft;
  for (const session of sessions) {
    const verdict = session.decide(changed);
    if (verdict?.type === 'refuse' || verdict?.type === 'hold') return verdict;
    if (verdict?.type === 'change') changed = { ...changed, body: verdict.body };
  }
  return changed === draft ? null : { type: 'change', body: changed.body };
};
