import { type ExecutionResult, execute, type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import type { GatewayContext } from '../execute/context.ts';
import { presentErrors } from '../execute/errors.ts';
import { type Execution, runPlan } from '../execute/executor.ts';
import type { Variables } from '../execute/variables.ts';
import { EVENT_FETCH_TIMEOUT_MS } from '../limits.ts';
import { type CompiledSubscription, EVENT_SOURCE } from './compile.ts';
import type { Place, UpstreamItem } from './events.ts';
import type { Entry } from './ring.ts';

/** One subscription with its variables, run as somebody. */
export interface Run {
  readonly execution: Execution;
  readonly subscription: CompiledSubscription;
  /** Without `after`. */
  readonly variables: Variables;
  readonly identity: Identity;
  /** In the extensions of its errors and in the log. */
  readonly requestId: string;
}

/** An item of the upstream with what is sent for it: nothing for positions (each subscriber gets its own) and refusals. */
export type Completed =
  | { readonly item: UpstreamItem & { readonly type: 'position' | 'refused' } }
  | { readonly item: UpstreamItem & { readonly type: 'event' | 'reset' }; readonly entry: Entry };

/** Completes one event with the fields of other subgraphs and serialises it. Never rejects for what a subgraph does. */
export const completeItem = async (run: Run, item: UpstreamItem): Promise<Completed> => {
  if (item.type === 'position' || item.type === 'refused') return { item };
  const result = await completeEvent(run, item.payload);
  return { item, entry: { head: messageHead(result), place: item.place } };
};

const completeEvent = async (run: Run, payload: ExecutionResult): Promise<FormattedExecutionResult> => {
  const { execution, subscription, variables, identity, requestId } = run;
  const context: GatewayContext = { requestId, identity, timeoutMs: EVENT_FETCH_TIMEOUT_MS };
  // The executor takes no data to start from: the event is handed to it as the answer of a subgraph that isn't there.
  const errors = payload.errors?.map((error) => (error instanceof GraphQLError ? error.toJSON() : error));
  const source = {
    process: async () => ({
      ...(payload.data === undefined || payload.data === null ? {} : { data: payload.data }),
      ...(errors === undefined ? {} : { errors }),
    }),
  };
  const result = await runPlan(execution, subscription.eventPlan, subscription.context, variables, context, { [EVENT_SOURCE]: source });
  return presented(run, result);
};

const presented = ({ execution, requestId }: Run, { data, errors }: ExecutionResult): FormattedExecutionResult => {
  if (errors === undefined || errors.length === 0) return { data: data ?? null };
  const plain = errors.map((error) => (error instanceof GraphQLError ? error.toJSON() : error));
  return {
    data: data ?? null,
    errors: presentErrors(plain, requestId, (error) => execution.telemetry.log.error({ requestId, error }, 'an event failed')),
  };
};

/** A position event in the form that this subscription selects. It has no fields of other subgraphs. */
export const positionHead = ({ execution, subscription, variables }: Run, place: Place): Buffer => {
  const rootValue = { [subscription.field]: { __typename: subscription.positionType, ...place, id: `position:${place.cursor}` } };
  const result = execute({
    schema: execution.generation.schema,
    document: subscription.document,
    rootValue,
    variableValues: { ...variables },
  });
  if (result instanceof Promise) throw new Error('a position resolves at once');
  if (result.errors !== undefined) throw new Error(`a position could not be made: ${result.errors[0]?.message ?? ''}`);
  return messageHead({ data: result.data ?? null });
};

/** A graphql-ws `next` message up to its id, which `messageTail` adds. */
const messageHead = (payload: FormattedExecutionResult): Buffer => Buffer.from(`{"type":"next","payload":${JSON.stringify(payload)}`);

export const messageTail = (operationId: string): Buffer => Buffer.from(`,"id":${JSON.stringify(operationId)}}`);
