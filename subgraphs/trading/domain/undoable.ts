/** Values by key that a batch reads and changes, with a way back. */
export interface UndoableMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** What was set, each key once with its last value. */
  changed(): readonly Value[];
  /** Where it stands, for `rollback`. */
  mark(): number;
  /** Takes back what was set since the mark. */
  rollback(mark: number): void;
}

/** Opens one over what was read. */
export const openUndoableMap = <Value>(read: ReadonlyMap<string, Value>): UndoableMap<Value> => {
  const changed = new Map<string, Value>();
  const undo: (() => void)[] = [];
  return {
    get: (key) => changed.get(key) ?? read.get(key),
    set: (key, value) => {
      const before = changed.get(key);
      changed.set(key, value);
      undo.push(() => {
        if (before === undefined) changed.delete(key);
        else changed.set(key, before);
      });
    },
    changed: () => [...changed.values()],
    mark: () => undo.length,
    rollback: (mark) => {
      for (const back of undo.splice(mark).reverse()) back();
    },
  };
};
