import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { FanfareError, isOurFault, rootOf, toGraphQLError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { createDocumentCache, operationTypeOf } from './documents.ts';
import { checkVariables } from './input.ts';
import { measureOperations } from './measures.ts';
import { interruptible, within } from './stream.ts';
import type { SubgraphRequestContext } from './subgraph.ts';
import type { SubgraphRequest } from './transport.ts';

/** Executes operations against one subgraph's schema. Whatever goes wrong with an operation is in its result, masked where it is our fault; only a
 * caller's abort and FanfareError TIMEOUT are thrown. */
export interface Operations {
  execute(request: SubgraphRequest, caller: Caller): Promise<ExecutionResult>;
  /** Ends after the first result without data: an event that can't be shown is never skipped silently. */
  subscribe(request: SubgraphRequest, caller: Caller): AsyncIterableIterator<ExecutionResult>;
}

export interface Caller {
  readonly identity: Identity;
  readonly requestId: string;
  readonly signal?: AbortSignal;
}

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly createContext: (request: SubgraphRequestContext) => object;
  readonly telemetry: Telemetry;
  /** From call to answer, per operation and per event of a subscription. */
  readonly timeoutMs: number;
}

/** Operations over a schema, with a bounded cache of parsed documents. */
export const createOperations = (options: OperationsOptions): Operations => {
  const { schema, createContext, telemetry, timeoutMs } = options;
  const documents = createDocumentCache(schema);
  const measures = measureOperations(telemetry);

  const failed = (errors: readonly unknown[], requestId: string): ExecutionResult => ({
    errors: errors.map((error) => report(error, requestId)),
  });

  const report = (error: unknown, requestId: string): GraphQLError => {
    const shown = toGraphQLError(error, requestId);
    if (!isOurFault(error)) return shown;
    measures.failed();
    telemetry.log.error({ err: rootOf(error), requestId, path: shown.path?.join('.') }, 'an operation failed');
    return shown;
  };

  const finish = (result: ExecutionResult, requestId: string): ExecutionResult =>
    result.errors === undefined ? result : { ...result, errors: result.errors.map((error) => report(error, requestId)) };

  /** The checked document; throws the first reason against it. */
  const prepare = (
    request: SubgraphRequest,
    wanted: 'subscription' | 'answer',
  ): { readonly document: DocumentNode; readonly type: string } => {
    const checked = documents.check(request);
    if (!checked.ok) throw new RefusedDocument(checked.errors);
    const type = operationTypeOf(checked.document, request.operationName);
    if ((type === 'subscription') !== (wanted === 'subscription'))
      throw new FanfareError('BAD_REQUEST', `A ${type} cannot be sent this way: ${WAYS[wanted]}.`);
    checkVariables(request.variables ?? {});
    return { document: checked.document, type };
  };

  const argsOf = (request: SubgraphRequest, document: DocumentNode, contextValue: object): ExecutionArgs => ({
    schema,
    document,
    contextValue,
    variableValues: request.variables ?? {},
    operationName: request.operationName,
  });

  const answer = async (request: SubgraphRequest, caller: Caller): Promise<ExecutionResult> => {
    try {
      const { document, type } = prepare(request, 'answer');
      const done = measures.started(type);
      const context = createContext({ ...caller, signal: caller.signal ?? NEVER });
      const result = await telemetry.span('subgraph.execute', { 'graphql.operation.type': type }, async () =>
        execute(argsOf(request, document, context)),
      );
      done();
      return finish(result, caller.requestId);
    } catch (error) {
      return failed(error instanceof RefusedDocument ? error.reasons : [error], caller.requestId);
    }
  };

  const late = (): Error => new FanfareError('TIMEOUT', `The answer took longer than ${timeoutMs / 1_000} s.`, { retryAfterMs: 1_000 });

  async function* follow(request: SubgraphRequest, caller: Caller, signal: AbortSignal): AsyncGenerator<ExecutionResult, void> {
    const { document, type } = prepare(request, 'subscription');
    measures.started(type);
    const perEvent: SubgraphRequestContext = { identity: caller.identity, requestId: caller.requestId, signal };
    const opening = createSourceEventStream(argsOf(request, document, createContext(perEvent)));
    const source = await within(opening, timeoutMs, late, signal);
    if (!isStream(source)) return yield finish(source, caller.requestId);
    const closed = measures.subscribed();
    const events = source[Symbol.asyncIterator]();
    signal.addEventListener('abort', () => endQuietly(events));
    try {
      for (let step = await events.next(); step.done !== true && !signal.aborted; step = await events.next()) {
        // A context of its own per event: a loader that remembered the last event's rows would show old data.
        const args = { ...argsOf(request, document, createContext(perEvent)), rootValue: step.value };
        const result = finish(await within(Promise.resolve(execute(args)), timeoutMs, late, signal), caller.requestId);
        yield result;
        if (result.data === undefined || result.data === null) return;
      }
    } finally {
      closed();
      endQuietly(events);
    }
  }

  async function* followAndReport(request: SubgraphRequest, caller: Caller, signal: AbortSignal): AsyncGenerator<ExecutionResult, void> {
    try {
      yield* follow(request, caller, signal);
    } catch (error) {
      if (signal.aborted) return;
      yield failed(error instanceof RefusedDocument ? error.reasons : [error], caller.requestId);
    }
  }

  return {
    execute: (request, caller) => within(answer(request, caller), timeoutMs, late, caller.signal),
    subscribe: (request, caller) => interruptible((signal) => followAndReport(request, caller, signal), caller.signal),
  };
};

const WAYS = { subscription: 'only subscriptions go over WebSocket', answer: 'subscriptions go over WebSocket' } as const;

const NEVER = new AbortController().signal;

/** Carries all reasons against a document to where the result is made. */
class RefusedDocument extends Error {
  readonly reasons: readonly unknown[];

  constructor(reasons: readonly unknown[]) {
    super('the document is refused');
    this.reasons = reasons;
  }
}

const isStream = (value: ExecutionResult | AsyncIterable<unknown>): value is AsyncIterable<unknown> => Symbol.asyncIterator in value;

const endQuietly = (events: AsyncIterator<unknown>): void => {
  // Whoever left a stream has no use for what its clean-up throws.
  events.return?.().then(
    () => undefined,
    () => undefined,
  );
};
