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
import { withoutDatabaseLoss } from './databaseLoss.ts';
import { createDocumentCache, type DocumentCache, operationTypeOf } from './documents.ts';
import { checkVariables } from './input.ts';
import { measureOperations, type OperationMeasures } from './measures.ts';
import { interruptible, within } from './stream.ts';
import type { SubgraphRequestContext } from './subgraph.ts';
import { type SubgraphRequest, UNAVAILABLE_RETRY_MS } from './transport.ts';

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
  /** W3C trace context. */
  readonly traceparent?: string;
}

interface Subscriber extends Caller {
  readonly signal: AbortSignal;
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
  const workshop: Workshop = { ...options, documents: createDocumentCache(options.schema), measures: measureOperations(options.telemetry) };
  return {
    execute: (request, caller) => inTime(workshop, answer(workshop, request, caller), caller.signal),
    subscribe: (request, caller) => interruptible((signal) => followAndReport(workshop, request, { ...caller, signal }), caller.signal),
  };
};

interface Workshop extends OperationsOptions {
  readonly documents: DocumentCache;
  readonly measures: OperationMeasures;
}

const answer = async (workshop: Workshop, request: SubgraphRequest, caller: Caller): Promise<ExecutionResult> => {
  const { telemetry, measures } = workshop;
  try {
    const { document, type } = prepare(workshop, request, 'answer');
    const done = measures.started(type);
    const args = argsOf(workshop, request, document, caller);
    const result = await telemetry.continueTrace(caller.traceparent, () =>
      telemetry.span('subgraph.execute', { 'graphql.operation.type': type }, async () => execute(args)),
    );
    done();
    return finish(workshop, result, caller.requestId);
  } catch (error) {
    return failed(workshop, error, caller.requestId);
  }
};

async function* followAndReport(workshop: Workshop, request: SubgraphRequest, caller: Subscriber): AsyncGenerator<ExecutionResult, void> {
  try {
    yield* follow(workshop, request, caller);
  } catch (error) {
    if (!caller.signal.aborted) yield failed(workshop, error, caller.requestId);
  }
}

async function* follow(workshop: Workshop, request: SubgraphRequest, caller: Subscriber): AsyncGenerator<ExecutionResult, void> {
  const { document, type } = prepare(workshop, request, 'subscription');
  workshop.measures.started(type);
  const opening = createSourceEventStream(argsOf(workshop, request, document, caller));
  const source = await inTime(workshop, opening, caller.signal);
  if (!isStream(source)) return yield finish(workshop, source, caller.requestId);
  const closed = workshop.measures.subscribed();
  const events = source[Symbol.asyncIterator]();
  caller.signal.addEventListener('abort', () => endQuietly(events));
  try {
    for (let step = await events.next(); step.done !== true && !caller.signal.aborted; step = await events.next()) {
      const result = await showEvent(workshop, request, document, caller, step.value);
      yield result;
      if (result.data === undefined || result.data === null) return;
    }
  } finally {
    closed();
    endQuietly(events);
  }
}

const showEvent = async (
  workshop: Workshop,
  request: SubgraphRequest,
  document: DocumentNode,
  caller: Subscriber,
  event: unknown,
): Promise<ExecutionResult> => {
  const { telemetry } = workshop;
  // A context of its own per event: a loader that remembered the last event's rows would show old data.
  const args = { ...argsOf(workshop, request, document, caller), rootValue: event };
  const showing = telemetry.continueTrace(caller.traceparent, () => telemetry.span('subgraph.event', {}, async () => execute(args)));
  return finish(workshop, await inTime(workshop, showing, caller.signal), caller.requestId);
};

/** The checked document and what it is; throws what is wrong with the request. */
const prepare = (
  { documents }: Workshop,
  request: SubgraphRequest,
  wanted: keyof typeof WAYS,
): { readonly document: DocumentNode; readonly type: string } => {
  const checked = documents.check(request);
  if (!checked.ok) throw new RefusedDocument(checked.errors);
  const type = operationTypeOf(checked.document, request.operationName);
  if ((type === 'subscription') !== (wanted === 'subscription'))
    throw new FanfareError('BAD_REQUEST', `A ${type} cannot be sent this way: ${WAYS[wanted]}.`);
  checkVariables(request.variables ?? {});
  return { document: checked.document, type };
};

// Who can't hang up has a signal of their own all the same: whoever listens to one that all share is compared with everybody else who does.
const argsOf = ({ schema, createContext }: Workshop, request: SubgraphRequest, document: DocumentNode, caller: Caller): ExecutionArgs => ({
  schema,
  document,
  contextValue: createContext({
    identity: caller.identity,
    requestId: caller.requestId,
    signal: caller.signal ?? new AbortController().signal,
  }),
  variableValues: request.variables ?? {},
  operationName: request.operationName,
});

const inTime = <T>({ timeoutMs }: Workshop, work: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  within(work, timeoutMs, () => tooLate(timeoutMs), signal);

const tooLate = (timeoutMs: number): FanfareError =>
  new FanfareError('TIMEOUT', `The answer took longer than ${timeoutMs / 1_000} s.`, { retryAfterMs: UNAVAILABLE_RETRY_MS });

const finish = (workshop: Workshop, result: ExecutionResult, requestId: string): ExecutionResult =>
  result.errors === undefined ? result : { ...result, errors: result.errors.map((error) => report(workshop, error, requestId)) };

const failed = (workshop: Workshop, error: unknown, requestId: string): ExecutionResult => {
  const reasons = error instanceof RefusedDocument ? error.reasons : [error];
  return { errors: reasons.map((reason) => report(workshop, reason, requestId)) };
};

const report = ({ telemetry, measures }: Workshop, error: unknown, requestId: string): GraphQLError => {
  const known = withoutDatabaseLoss(error, telemetry.log, requestId);
  const shown = toGraphQLError(known, requestId);
  if (!isOurFault(known)) return shown;
  measures.failed();
  telemetry.log.error({ err: rootOf(error), requestId, path: shown.path?.join('.') }, 'an operation failed');
  return shown;
};

const WAYS = { subscription: 'only subscriptions go over WebSocket', answer: 'subscriptions go over WebSocket' } as const;

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
