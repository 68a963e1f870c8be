/** Makes an iterator over a generator that can be ended from outside at any time: `return()` (and `outer`) abort the generator's signal and settle a waiting
 * `next()` at once, where a plain generator would first wait for its next value. The generator must end soon after its signal is aborted. */
export const interruptible = <T>(
  start: (signal: AbortSignal) => AsyncGenerator<T, void>,
  outer?: AbortSignal,
): AsyncIterableIterator<T> => {
  const ending = new AbortController();
  let generator: AsyncGenerator<T, void> | undefined;
  let endWaiting: (() => void) | undefined;

  const end = (): void => {
    if (ending.signal.aborted) return;
    outer?.removeEventListener('abort', end);
    ending.abort();
    endWaiting?.();
    // The generator runs to its end by itself; what it throws after it was left has no reader.
    generator?.return().then(ignore, ignore);
  };
  if (outer?.aborted === true) end();
  outer?.addEventListener('abort', end);

  const next = (): Promise<IteratorResult<T>> => {
    if (ending.signal.aborted) return Promise.resolve(DONE);
    generator ??= start(ending.signal);
    const step = generator.next();
    return new Promise((resolve, reject) => {
      endWaiting = () => resolve(DONE);
      const settle = (result: IteratorResult<T, void>): void => {
        if (result.done === true) end();
        resolve(result.done === true ? DONE : result);
      };
      const fail = (error: unknown): void => {
        // First, because ending settles whoever waits as if the stream had ended well.
        reject(error);
        end();
      };
      step.then(settle, fail);
    });
  };
  const finish = (): Promise<IteratorResult<T>> => {
    end();
    return Promise.resolve(DONE);
  };
  const iterator: AsyncIterableIterator<T> = { next, return: finish, [Symbol.asyncIterator]: () => iterator };
  return iterator;
};

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const ignore = (): void => undefined;

/** Answers with `work`, or throws `late()` after `timeoutMs`, or the signal's reason when it is aborted first. `work` itself goes on. */
export const within = <T>(work: Promise<T>, timeoutMs: number, late: () => Error, signal?: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      stop();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      stop();
      reject(late());
    }, timeoutMs);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort);
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error) => {
        stop();
        reject(error);
      },
    );
  });
