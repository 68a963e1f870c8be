import type { Profile } from '../domain/profile.ts';

/** Profiles kept at most: the authors of a few hundred busy rooms, a few megabytes. */
const PROFILES_MAX = 10_000;
/** How long a profile may be shown after it was changed elsewhere. */
const KEPT_MS = 10_000;

type ReadProfiles = (ids: readonly string[]) => Promise<ReadonlyMap<string, Profile>>;

/** Keeps profiles in this process for a short while: every event of a busy room names an author, and each would cost a statement. Who has no profile yet is
 * asked for again each time. `nowMs`: a clock in milliseconds. */
export const cacheProfiles = (read: ReadProfiles, nowMs: () => number = () => performance.now()): ReadProfiles => {
  const kept = new Map<string, { readonly profile: Profile; readonly untilMs: number }>();
  const fresh = (id: string): Profile | undefined => {
    const entry = kept.get(id);
    return entry !== undefined && entry.untilMs > nowMs() ? entry.profile : undefined;
  };
  const keep = (profile: Profile): void => {
    // Deleting first puts it at the young end: the map's order is the order of age.
    kept.delete(profile.id);
    kept.set(profile.id, { profile, untilMs: nowMs() + KEPT_MS });
    const [oldest] = kept.keys();
    if (kept.size > PROFILES_MAX && oldest !== undefined) kept.delete(oldest);
  };
  return async (ids) => {
    const known = ids.flatMap((id) => fresh(id) ?? []);
    const found = new Map(known.map((profile) => [profile.id, profile]));
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    for (const profile of (await read(missing)).values()) {
      keep(profile);
      found.set(profile.id, profile);
    }
    return found;
  };
};
