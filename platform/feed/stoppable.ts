/** Runs an async generator so that it ends when its consumer leaves. A generator alone can't: its `return` waits for the `next` that is under way, which in a
 * quiet feed may be for ever. Here `return` aborts the signal first, with which the generator ends what it waits for. */
export const stoppable = <T>(run: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>): AsyncIterableIterator<T, void, undefined> => {
  const stop = new AbortController();
  const items = run(stop.signal);
  return {
    next: () => items.next(),
    return: () => {
      stop.abort();
      return items.return();
    },
    throw: (error: unknown) => {
      stop.abort();
      return items.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
