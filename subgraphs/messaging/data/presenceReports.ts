import { PRESENCE_REPORT_MS, PRESENCE_REPORT_USERS_MAX } from '../domain/viewer.ts';
import type { ModuleEvents } from './moduleEvents.ts';

/** Tells modules who came and went, many at once: who comes and goes within one report was neither. */
export interface PresenceReports {
  came(roomId: string, userIds: readonly string[]): void;
  went(roomId: string, userIds: readonly string[]): void;
  close(): void;
}

interface Moves {
  readonly came: Set<string>;
  readonly went: Set<string>;
}

export const openPresenceReports = (modules: Pick<ModuleEvents, 'joined' | 'left'>): PresenceReports => {
  const rooms = new Map<string, Moves>();
  const tell = (conversationId: string, { came, went }: Moves): void => {
    rooms.delete(conversationId);
    const at = new Date();
    if (came.size > 0) modules.joined({ conversationId, userIds: [...came], at });
    if (went.size > 0) modules.left({ conversationId, userIds: [...went], at });
  };
  const note = (roomId: string, userIds: readonly string[], to: keyof Moves, from: keyof Moves): void => {
    for (const userId of userIds) {
      const moves = rooms.get(roomId) ?? { came: new Set(), went: new Set() };
      rooms.set(roomId, moves);
      if (!moves[from].delete(userId)) moves[to].add(userId);
      if (moves.came.size + moves.went.size >= PRESENCE_REPORT_USERS_MAX) tell(roomId, moves);
    }
  };
  const tellAll = (): void => {
    for (const [roomId, moves] of [...rooms]) tell(roomId, moves);
  };
  const timer = setInterval(tellAll, PRESENCE_REPORT_MS);
  timer.unref();
  return {
    came: (roomId, userIds) => note(roomId, userIds, 'came', 'went'),
    went: (roomId, userIds) => note(roomId, userIds, 'went', 'came'),
    close: () => {
      clearInterval(timer);
      tellAll();
    },
  };
};
