import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import type { SubgraphName } from '#platform/subgraph/transport.ts';
import type { AppendContext, PresenceContext, ReadContext, SendContext } from '../data/moduleEvents.ts';
import type { SendRules, Verdict } from '../data/sendRules.ts';

/** One thing that a module does. `budgetMs`: it has so long (1 to HOOK_BUDGET_MAX_MS); `signal` aborts at its end. */
export interface Hook<Context, Answer> {
  readonly budgetMs: number;
  run(context: Context, signal: AbortSignal): Answer | Promise<Answer>;
}

/** `onFailure`: what becomes of a message when the hook throws or takes too long: `open` lets it through, `closed` refuses it (MODULE_UNAVAILABLE). */
export interface SendHook extends Hook<SendContext, Verdict> {
  readonly onFailure: 'open' | 'closed';
}

/** Rules with what becomes of a draft about which `decide` throws (`closed` where nothing is said; refused as MODULE_UNAVAILABLE, which its key keeps), and how long a batch may take them
 * before the log tells (absent: RULES_BUDGET_MS). What throws in `open`, `settled` or `save` fails the batch: nothing of it is posted, and its keys stay new. */
export interface ModuleRules extends SendRules {
  readonly onFailure?: 'open' | 'closed';
  readonly budgetMs?: number;
}

/** A feed of another subgraph that a module follows: each event exactly once, in a transaction of messaging's database. */
export interface Follow {
  /** Name of the cursor: never changed. */
  readonly consumer: string;
  readonly owner: SubgraphName;
  readonly feeds: readonly string[];
  apply(tx: Transaction, events: readonly FeedEvent[]): Promise<void>;
}

/** Behaviour that is added to the core, which knows of none. What a module needs it gets when it is made; nothing else of the house changes for it. */
export interface Module {
  /** Unique; names its metrics and its lines in the log. */
  readonly name: string;
  /** Modules are asked in ascending order (those with the same, by name); the first to refuse or to hold a message has the last word, a change is seen by those after it. */
  readonly order: number;
  /** Asked before a message goes into the lane, where there is time to ask others. A message with a known idempotencyKey gets its stored answer whatever is said here. */
  readonly beforeSend?: SendHook;
  /** Decides inside the lane, under the conversations' locks: for rules that must be exact. */
  readonly rules?: ModuleRules;
  /** Hears after COMMIT, at most once, one call at a time; while one runs, what is posted meanwhile is collected for the next. What has to happen belongs into the rules' `save`. */
  readonly afterAppend?: Hook<AppendContext, void>;
  /** Hear at most once, one call at a time, in order. */
  readonly onJoin?: Hook<PresenceContext, void>;
  readonly onLeave?: Hook<PresenceContext, void>;
  readonly onRead?: Hook<ReadContext, void>;
  readonly follows?: readonly Follow[];
  /** Ends what the module does by itself. Its hooks are asked nothing any more. */
  close?(): Promise<void>;
}
