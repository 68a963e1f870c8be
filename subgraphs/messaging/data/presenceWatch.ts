import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  PRESENCE_MS,
  PRESENCE_RULES_MS,
  type PresenceFacts,
  type PresenceSight,
  type ShownPresence,
  type ShownPresences,
} from '../domain/presence.ts';
import { type PresencePair, type PresenceParts, presenceFrom, readPresenceFacts, readSights } from './presence.ts';

/** Follows who is online. */
export interface PresenceWatch {
  /** What this person sees of these users' presence now, then again when it has changed, at most once per PRESENCE_MS; until `signal`. `userIds`: each once. */
  follow(viewerId: string, userIds: readonly string[], signal: AbortSignal): AsyncGenerator<ShownPresences, void>;
  close(): void;
}

interface Follower {
  readonly pairs: readonly PresencePair[];
  sights: ReadonlyMap<string, PresenceSight>;
  sightsMs: number;
  heard: readonly ShownPresence[];
  wake: () => void;
}

/** See the limits of the same meaning in domain/presence.ts. */
export interface PresenceTimes {
  readonly lookMs: number;
  readonly rulesMs: number;
}

const TIMES: PresenceTimes = { lookMs: PRESENCE_MS, rulesMs: PRESENCE_RULES_MS };

/** One look per PRESENCE_MS and process serves everybody who follows, and rests for as long as it took: users in great number make it rarer, not heavier. */
export const openPresenceWatch = (
  parts: PresenceParts & { readonly telemetry: Telemetry },
  { lookMs, rulesMs }: PresenceTimes = TIMES,
): PresenceWatch => {
  const followers = new Set<Follower>();
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    const asked = [...followers];
    const due = asked.filter(({ sightsMs }) => sightsMs + rulesMs <= Date.now());
    const [sights, facts] = await Promise.all([
      readSights(
        parts.database,
        due.flatMap(({ pairs }) => pairs),
      ),
      readPresenceFacts(parts, [...new Set(asked.flatMap(({ pairs }) => pairs.map(({ userId }) => userId)))]),
    ]);
    for (const follower of due) {
      follower.sights = sights;
      follower.sightsMs = Date.now();
    }
    for (const follower of asked) {
      follower.heard = presencesOf(follower, facts);
      follower.wake();
    }
  };
  const schedule = (restMs: number): void => {
    if (timer !== null || followers.size === 0) return;
    timer = setTimeout(() => {
      const beganMs = performance.now();
      look()
        .catch((error: unknown) => parts.telemetry.log.warn({ err: error }, 'presence could not be read; the next look is in two seconds'))
        .finally(() => {
          timer = null;
          schedule(Math.max(lookMs, performance.now() - beganMs));
        });
    }, restMs);
    timer.unref();
  };
  return {
    async *follow(viewerId, userIds, signal) {
      const pairs = userIds.map((userId) => ({ viewerId, userId }));
      const [sights, facts] = await Promise.all([readSights(parts.database, pairs), readPresenceFacts(parts, userIds)]);
      const follower: Follower = { pairs, sights, sightsMs: Date.now(), heard: [], wake: () => undefined };
      follower.heard = presencesOf(follower, facts);
      const onAbort = (): void => follower.wake();
      followers.add(follower);
      signal.addEventListener('abort', onAbort);
      schedule(lookMs);
      try {
        for (let shown = ''; !signal.aborted; ) {
          const users = follower.heard;
          const text = JSON.stringify(users);
          if (text !== shown) yield { version: Date.now(), users };
          shown = text;
          // Whoever was slow to take it may have missed a look meanwhile.
          if (signal.aborted || follower.heard !== users) continue;
          await new Promise<void>((resolve) => {
            follower.wake = resolve;
          });
        }
      } finally {
        followers.delete(follower);
        signal.removeEventListener('abort', onAbort);
      }
    },
    close: () => {
      followers.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
};

/** What a follower sees. Whether somebody is online stays as it was while the store cannot say. */
const presencesOf = ({ pairs, sights, heard }: Follower, facts: ReadonlyMap<string, PresenceFacts>): readonly ShownPresence[] =>
  pairs.map((pair, index) => {
    const known = facts.get(pair.userId);
    return presenceFrom(pair, sights, { online: known?.online ?? heard[index]?.online ?? null, seenAt: known?.seenAt ?? null });
  });
