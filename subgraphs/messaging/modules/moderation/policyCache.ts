import type { Transaction } from '#platform/database/database.ts';
import { policiesOf } from '../../data/policies.ts';
import { type CompiledFilters, compileFilters } from '../../domain/chatFilters.ts';
import type { Conversation } from '../../domain/conversation.ts';
import { openPolicy, type Policy } from '../../domain/policy.ts';
import { PLATFORM_ID } from '../../domain/policyChange.ts';

/** A policy ready to be asked. */
export interface ReadyPolicy extends Policy {
  readonly compiled: CompiledFilters;
}

/** What holds for a batch: each conversation's own, of those that have decided something, and what holds everywhere. */
export interface Policies {
  readonly own: ReadonlyMap<string, ReadyPolicy>;
  readonly platform: CompiledFilters;
}

/** Conversations whose policy a process keeps. */
const CONVERSATIONS_MAX = 5_000;
/** What operators add for all conversations holds in every process after so long at most. */
const PLATFORM_MS = 1_000;

/** Keeps policies by their version, which stands in the conversation's row: under its lock, what is kept is exact, and a conversation that has decided nothing costs nothing. */
export class PolicyCache {
  readonly #kept = new Map<string, ReadyPolicy>();
  #platform: { readonly policy: ReadyPolicy; readonly readMs: number } | null = null;

  /** One statement, where something is new. `conversations` are locked. */
  async read(tx: Transaction, conversations: readonly Pick<Conversation, 'id' | 'policyVersion'>[], nowMs: number): Promise<Policies> {
    const decided = new Map(conversations.filter(({ policyVersion }) => policyVersion > 0).map((each) => [each.id, each.policyVersion]));
    const wanted = [...decided].filter(([id, version]) => this.#kept.get(id)?.version !== version).map(([id]) => id);
    const platform = this.#platform;
    const isStale = platform === null || nowMs - platform.readMs > PLATFORM_MS;
    const read = await policiesOf(tx, isStale ? [...wanted, PLATFORM_ID] : wanted);
    for (const id of wanted) this.#keep(ready(read.get(id) ?? openPolicy(id)));
    const everywhere = isStale ? this.#renewed(read.get(PLATFORM_ID) ?? openPolicy(PLATFORM_ID)) : platform.policy;
    if (isStale) this.#platform = { policy: everywhere, readMs: nowMs };
    const own = new Map([...decided.keys()].flatMap((id) => ownOf(id, this.#kept.get(id))));
    return { own, platform: everywhere.compiled };
  }

  #renewed(policy: Policy): ReadyPolicy {
    return this.#platform?.policy.version === policy.version ? this.#platform.policy : ready(policy);
  }

  #keep(policy: ReadyPolicy): void {
    this.#kept.delete(policy.conversationId);
    this.#kept.set(policy.conversationId, policy);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > CONVERSATIONS_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}

const ready = (policy: Policy): ReadyPolicy => ({ ...policy, compiled: compileFilters(policy.filters) });

const ownOf = (id: string, policy: ReadyPolicy | undefined): readonly (readonly [string, ReadyPolicy])[] =>
  policy === undefined ? [] : [[id, policy]];
