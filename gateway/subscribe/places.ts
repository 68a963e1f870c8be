/** A bounded number of places for each of many: addresses, users. */
export interface Places {
  /** Takes one. Returns how to give it back (calling that twice is harmless), or null when all are taken. */
  take(who: string): (() => void) | null;
}

export const createPlaces = (perWhoMax: number): Places => {
  const taken = new Map<string, number>();
  return {
    take: (who) => {
      const now = taken.get(who) ?? 0;
      if (now >= perWhoMax) return null;
      taken.set(who, now + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = (taken.get(who) ?? 1) - 1;
        if (left === 0) taken.delete(who);
        else taken.set(who, left);
      };
    },
  };
};
