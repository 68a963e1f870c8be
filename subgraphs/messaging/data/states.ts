import type { Bus } from '#platform/bus/bus.ts';
import type { Database } from '#platform/database/database.ts';
import type { Store } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { PrivacyAction, PrivacyAnswer, ShownPresence } from '../domain/presence.ts';
import { type CommandLane, openCommandLane } from './commandLane.ts';
import { type OnlineLeases, openOnlineLeases } from './onlineLeases.ts';
import { type PresencePair, readPresences } from './presence.ts';
import { presenceCommands } from './presenceCommands.ts';
import { openPresenceWatch, type PresenceWatch } from './presenceWatch.ts';
import { openTypingDesk, type TypingDesk } from './typing.ts';
import type { Viewers } from './viewers.ts';

export interface StatesParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly viewers: Pick<Viewers, 'count'>;
}

/** What people are doing now: pictures that are worth nothing a minute later. */
export interface States {
  readonly typing: TypingDesk;
  readonly online: OnlineLeases;
  readonly presences: PresenceWatch;
  readonly privacy: CommandLane<PrivacyAction, PrivacyAnswer>;
  /** Presences as others see them, in the order of the pairs. */
  readPresences(pairs: readonly PresencePair[]): Promise<readonly ShownPresence[]>;
  close(): Promise<void>;
}

export const openStates = (parts: StatesParts): States => {
  const typing = openTypingDesk(parts);
  const online = openOnlineLeases(parts);
  const presences = openPresenceWatch(parts);
  const privacy = openCommandLane(parts, presenceCommands);
  return {
    typing,
    online,
    presences,
    privacy,
    readPresences: (pairs) => readPresences(parts, pairs),
    close: async () => {
      presences.close();
      await Promise.all([typing.close(), online.close(), privacy.close()]);
    },
  };
};
