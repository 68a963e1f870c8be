import { RecentMap } from '#platform/store/recent.ts';
import type { Store } from '#platform/store/store.ts';
import { TYPING_OFF_MS, typingRule } from '../domain/typing.ts';

/** Conversations that a process remembers to have noted. */
const NOTED_MAX = 20_000;

/** Whether typing is off where so many people are. That it was is a note in the store, so that all processes say the same while the number lies between the two limits. */
export interface TypingGate {
  isOff(conversationId: string, people: number): Promise<boolean>;
}

export const openTypingGate = (store: Pick<Store, 'get' | 'set' | 'delete'>): TypingGate => {
  const notedMs = new RecentMap<number>({ entriesMax: NOTED_MAX });
  const note = async (conversationId: string): Promise<boolean> => {
    const nowMs = Date.now();
    if ((notedMs.get(conversationId) ?? 0) + TYPING_OFF_MS / 3 <= nowMs) {
      notedMs.set(conversationId, nowMs);
      await store.set(noteOf(conversationId), 'off', TYPING_OFF_MS);
    }
    return true;
  };
  return {
    isOff: async (conversationId, people) => {
      const rule = typingRule(people);
      if (rule === 'OFF') return note(conversationId);
      if (rule === 'AS_BEFORE') return (await store.get(noteOf(conversationId))) === null ? false : note(conversationId);
      if (notedMs.get(conversationId) !== undefined) {
        notedMs.delete(conversationId);
        await store.delete(noteOf(conversationId));
      }
      return false;
    },
  };
};

const noteOf = (conversationId: string): string => `typing-off:${conversationId}`;
