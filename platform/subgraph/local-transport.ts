import { FanfareError, toGraphQLError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import type { Caller, Operations } from './operations.ts';
import { interruptible } from './stream.ts';
import { type SubgraphCallOptions, type SubgraphName, type SubgraphTransport, UNAVAILABLE_RETRY_MS } from './transport.ts';

export interface LocalTransportOptions {
  readonly name: SubgraphName;
  readonly operations: Operations;
  readonly identityKeys: IdentityKeys;
  /** Aborted, with the error to answer, when the subgraph goes down. */
  readonly closing: AbortSignal;
  readonly checkReady: () => Promise<void>;
}

/** A subgraph in the same process: no wire, but the same checks. */
export const createLocalTransport = ({ name, operations, identityKeys, closing, checkReady }: LocalTransportOptions): SubgraphTransport => {
  const callerOf = (call: SubgraphCallOptions): Caller => {
    if (closing.aborted) throw closing.reason;
    return { ...call, identity: identityKeys.verify(call.identity, name) };
  };
  const refused = (error: unknown, requestId: string) => ({ errors: [toGraphQLError(error, requestId)] });

  return {
    name,
    execute: async (request, call) => {
      let caller: Caller;
      try {
        caller = callerOf(call);
      } catch (error) {
        return refused(error, call.requestId);
      }
      return operations.execute(request, caller);
    },
    subscribe: (request, call) =>
      interruptible(async function* (ending) {
        try {
          yield* untilAborted(operations.subscribe(request, { ...callerOf(call), signal: ending }), closing);
        } catch (error) {
          yield refused(error, call.requestId);
          return;
        }
        if (closing.aborted && !ending.aborted) throw goingDown(name);
      }, call.signal),
    checkReady,
    close: async () => undefined,
  };
};

const goingDown = (name: SubgraphName): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', `${name} is going down. Subscribe again.`, { retryAfterMs: UNAVAILABLE_RETRY_MS });

/** Passes a stream on until the signal, which outlives many streams: its listener is removed with each. */
async function* untilAborted<T>(stream: AsyncIterableIterator<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const end = (): void => void stream.return?.();
  signal.addEventListener('abort', end);
  try {
    yield* stream;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
