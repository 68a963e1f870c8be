/** The iterator that graphql-ws holds while a channel writes the operation's messages itself. It yields nothing; ending or failing it makes graphql-ws send
 * the `complete` or `error` message, and graphql-ws ends it when the client has completed the operation or its socket has closed. */
export interface Dormant {
  readonly iterator: AsyncGenerator<never, void, void>;
  end(): void;
  fail(error: Error): void;
}

/** `onOver` is called once, however it ends. */
export const createDormant = (onOver: () => void): Dormant => {
  const over = Promise.withResolvers<IteratorReturnResult<undefined>>();
  // A failure that comes before graphql-ws asks must not count as unhandled; it gets it when it asks.
  over.promise.catch(() => undefined);
  let open = true;
  const end = (): void => {
    over.resolve(DONE);
    if (!open) return;
    open = false;
    onOver();
  };
  const fail = (error: Error): void => {
    over.reject(error);
    end();
  };
  const finish = async (): Promise<IteratorReturnResult<undefined>> => {
    end();
    return DONE;
  };
  const iterator: AsyncGenerator<never, void, void> = {
    next: () => over.promise,
    return: finish,
    throw: finish,
    [Symbol.asyncIterator]: () => iterator,
    [Symbol.asyncDispose]: async () => void (await finish()),
  };
  return { iterator, end, fail };
};

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
