/** Who is somewhere now: sets whose members hold leases. Like all of the store it may be lost at any time; whoever is still there renews, and is back. Every call
 * answers within STORE_TIMEOUT_MS, null when the store cannot be reached. */
export interface Presence {
  /** Renews leases, ends others, and forgets some of those that have run out, in this order and in one step. */
  update(set: string, change: PresenceChange): Promise<PresenceAnswer | null>;
  /** Members of a set, about: leases that have run out count until an update of the set forgets them, at most as long as the last renewal lasts. */
  count(set: string): Promise<number | null>;
  /** Some of those whose leases hold, at most `limit`, those that last longest first. */
  members(set: string, limit: number): Promise<readonly string[] | null>;
  /** The same of many sets at once, in their order. */
  membersOf(sets: readonly string[], limit: number): Promise<readonly (readonly string[])[] | null>;
}

/** `renew`, `end`: each member once. */
export interface PresenceChange {
  readonly renew: readonly string[];
  readonly end: readonly string[];
  /** How long a lease lasts from now on. The same for all of one set. */
  readonly ttlMs: number;
  /** Past so many members nobody new gets in; who is there may stay. */
  readonly membersMax: number;
}

export interface PresenceAnswer {
  /** Those of `renew` that were not there. */
  readonly joined: readonly string[];
  /** Those of `end` that were there. */
  readonly left: readonly string[];
  /** Those whose leases have run out, at most PRESENCE_EXPIRED_MAX: the others are told by the next update. */
  readonly expired: readonly string[];
  /** Members now. */
  readonly count: number;
}

/** Members that one update forgets at most: some milliseconds of Redis's only thread. */
export const PRESENCE_EXPIRED_MAX = 1_000;
