import { PRESENCE_EXPIRED_MAX, type Presence, type PresenceAnswer, type PresenceChange } from './presence.ts';
import { RecentMap } from './recent.ts';

/** Sets at most: those that were not asked about for longest go. One per person who is online, besides rooms and whatever else has sets. */
const SETS_MAX = 100_000;

/** Members and when their leases run out, in epoch milliseconds. Leases of a set last equally long, so a Map that is written in order of renewal is in order of their ends. */
interface Leases {
  readonly ends: Map<string, number>;
  /** When the last of them runs out. */
  lastMs: number;
}

export const createMemoryPresence = (now: () => number): Presence => {
  const sets = new RecentMap<Leases>({ entriesMax: SETS_MAX });
  const members = (set: string, limit: number): readonly string[] => {
    const leases = sets.get(set);
    const nowMs = now();
    if (leases === undefined || leases.lastMs <= nowMs) return [];
    const here = [...leases.ends].filter(([, untilMs]) => untilMs > nowMs);
    return here
      .map(([member]) => member)
      .reverse()
      .slice(0, limit);
  };
  return {
    update: async (set, change) => {
      const leases = sets.get(set) ?? { ends: new Map<string, number>(), lastMs: 0 };
      const answer = updated(leases, change, now());
      if (leases.ends.size > 0) sets.set(set, leases);
      else sets.delete(set);
      return answer;
    },
    count: async (set) => {
      const leases = sets.get(set);
      // Once the last lease has run out the set is gone, as Redis has it.
      return leases === undefined || leases.lastMs <= now() ? 0 : leases.ends.size;
    },
    members: async (set, limit) => members(set, limit),
    membersOf: async (asked, limit) => asked.map((set) => members(set, limit)),
  };
};

const updated = (leases: Leases, { renew, end, ttlMs, membersMax }: PresenceChange, nowMs: number): PresenceAnswer => {
  const { ends } = leases;
  const joined: string[] = [];
  for (const member of renew) {
    const isHere = ends.delete(member);
    if (!isHere && ends.size >= membersMax) continue;
    ends.set(member, nowMs + ttlMs);
    if (!isHere) joined.push(member);
  }
  if (renew.length > 0) leases.lastMs = nowMs + ttlMs;
  const left = end.filter((member) => ends.delete(member));
  const expired: string[] = [];
  for (const [member, untilMs] of ends) {
    if (untilMs > nowMs || expired.length >= PRESENCE_EXPIRED_MAX) break;
    ends.delete(member);
    expired.push(member);
  }
  return { joined, left, expired, count: ends.size };
};
