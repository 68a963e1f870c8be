import type { ApolloServer } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  GraphQLSchema,
  getArgumentValues,
  type OperationDefinitionNode,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { FanfareError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { OperationMeasures } from '#platform/subgraph/measures.ts';
import type { Allowances } from '../auth/rates.ts';
import type { Door } from '../control/door.ts';
import type { GatewayContext, Viewer } from '../execute/context.ts';
import { presentError, refusal, toFormatted } from '../execute/errors.ts';
import type { Execution } from '../execute/executor.ts';
import { coerceVariables, type Variables } from '../execute/variables.ts';
import { SUBGRAPH_ANSWER_TIMEOUT_MS } from '../limits.ts';
import type { PersistedOperations } from '../persisted/persisted.ts';
import { operationOf } from '../supergraph/generation.ts';
import type { Graph } from '../supergraph/graph.ts';
import type { Joiner } from './channel.ts';
import type { CompiledSubscription } from './compile.ts';
import { createDormant } from './dormant.ts';
import type { Hub } from './hub.ts';
import { createOutlet } from './outlet.ts';
import type { ClientSocket } from './socket.ts';

/** Operations that arrive over WebSocket. */
export interface SocketOperations {
  /** Checks an operation: the arguments with which graphql-ws runs it, or what is wrong with it. */
  prepare(request: SocketRequest, id: string, payload: SubscribePayload): Promise<ExecutionArgs | readonly GraphQLError[]>;
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  subscribe(args: ExecutionArgs): AsyncIterable<ExecutionResult> | ExecutionResult;
}

export interface SocketRequest {
  readonly viewer: Viewer;
  readonly socket: ClientSocket;
  /** What the client calls itself. */
  readonly client: string | null;
}

export interface SocketOperationsOptions {
  readonly graph: Graph;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly hub: Hub;
  readonly door: Pick<Door, 'admit'>;
  readonly allowances: Allowances;
  readonly persisted: PersistedOperations;
  readonly measures: OperationMeasures;
}

/** What `prepare` hands on to `execute` or `subscribe`. */
interface Prepared {
  /** The generation that it was checked for: it joins the hub with it, whatever is served by then. */
  readonly execution: Execution;
  readonly requestId: string;
  readonly request: SocketRequest;
  readonly id: string;
  /** The document, which the payload may only name. */
  readonly query: string;
  readonly payload: SubscribePayload;
  readonly subscription: CompiledSubscription | null;
  readonly variables: Variables;
}

export const createSocketOperations = (options: SocketOperationsOptions): SocketOperations => {
  const { graph, hub, door, measures } = options;
  const { log } = graph.current.telemetry;

  const present = (error: unknown, requestId: string): GraphQLError => {
    const formatted = presentError(toFormatted(error), requestId, () => log.error({ err: error, requestId }, 'an operation failed'));
    const { message, path, extensions } = formatted;
    return new GraphQLError(message, { ...(path === undefined ? {} : { path }), ...(extensions === undefined ? {} : { extensions }) });
  };

  const check = async (
    request: SocketRequest,
    id: string,
    payload: SubscribePayload,
    requestId: string,
  ): Promise<ExecutionArgs | readonly unknown[]> => {
    await Promise.all([options.allowances.takeOfAddress(request.socket.address), options.allowances.takeOfUser(request.viewer)]);
    const query = (await options.persisted.textOf(payload)) ?? payload.query;
    const { execution, prepareDocument, compile } = graph.served;
    const prepared = prepareDocument(query);
    if (!prepared.ok) return execution.access.introspection === 'everyone' ? prepared.errors : prepared.errors.map(withoutHint);
    const { document } = prepared;
    const operation = operationOf(document, payload.operationName ?? null);
    if (!operation)
      return [refusal('OPERATION_RESOLUTION_FAILURE', 'The document has several operations, or none of that name: send operationName.')];
    const asked = { document, operation, identity: request.viewer.identity, variables: payload.variables };
    const { refused, form } = execution.generation.authorise(asked, execution.access);
    if (refused !== null) return [refused];
    const variables = coerceVariables(execution.generation.schema, operation, payload.variables);
    if (!variables.ok)
      return variables.errors.map((error) => (error.extensions['code'] === undefined ? refusal('BAD_USER_INPUT', error.message) : error));
    if (operation.operation === 'subscription') {
      // Queries and mutations are paid for where they run; a subscription once, for one event.
      const payer = { identity: request.viewer.identity, address: request.socket.address };
      const estimate = () => execution.generation.estimate(form.document, form.operation, variables.values);
      const tooDear = await execution.demand.charge(payer, estimate);
      if (tooDear !== null) return [tooDear];
    }
    const subscription = operation.operation === 'subscription' ? await compile(form.document, form.operation, variables.values) : null;
    const contextValue: Prepared = { execution, requestId, request, id, query, payload, subscription, variables: variables.values };
    return argsOf(execution, document, operation, contextValue);
  };

  const open = (prepared: Prepared): AsyncIterable<ExecutionResult> => {
    const { requestId, request, id } = prepared;
    const { socket } = request;
    // Null once the hub has it: what lives as long as the operation must not hold the generation in which it began.
    let entering: Prepared | null = prepared;
    const done = measures.subscribed();
    let giveUp: (() => void) | null = null;
    let leave: (() => void) | null = null;
    const dormant = createDormant(() => {
      done();
      giveUp?.();
      leave?.();
    });
    const outlet = createOutlet({
      socket,
      operationId: id,
      fail: (error) => dormant.fail(present(error, requestId)),
      complete: () => dormant.end(),
    });
    const failing = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        dormant.fail(present(error, requestId));
      }
    };
    const enter = (joiner: Joiner): void =>
      failing(() => {
        if (entering === null) return;
        const { execution, variables } = entering;
        leave = hub.join({ execution, subscription: subscriptionOf(entering), variables, requestId, ...joiner }, outlet);
        entering = null;
        giveUp = null;
      });
    failing(() => {
      if (entering === null) return;
      const joiner = joinerOf(entering);
      const subject = { identity: joiner.identity, arguments: joiner.arguments, subscription: subscriptionOf(entering) };
      const stopWaiting = door.admit(subject, { enter: () => enter(joiner), refuse: outlet.fail });
      if (entering !== null) giveUp = stopWaiting;
    });
    return dormant.iterator;
  };

  return {
    prepare: async (request, id, payload) => {
      const requestId = newId();
      try {
        const checked = await check(request, id, payload, requestId);
        log.info(
          {
            requestId,
            user: request.viewer.identity.id,
            client: request.client,
            operation: payload.operationName,
            refused: Array.isArray(checked),
          },
          'socket operation',
        );
        return Array.isArray(checked) ? checked.map((error) => present(error, requestId)) : (checked as ExecutionArgs);
      } catch (error) {
        return [present(error, requestId)];
      }
    },
    execute: async ({ contextValue }) => {
      const { requestId, request, query, payload } = contextValue as Prepared;
      const { variables, operationName } = payload;
      const response = await options.apollo.executeOperation(
        { query, ...(variables ? { variables } : {}), ...(operationName ? { operationName } : {}) },
        {
          contextValue: {
            requestId,
            identity: request.viewer.identity,
            address: request.socket.address,
            client: request.client,
            timeoutMs: SUBGRAPH_ANSWER_TIMEOUT_MS,
          },
        },
      );
      if (response.body.kind !== 'single') throw new Error('an answer in parts was not asked for');
      const { data, errors, extensions } = response.body.singleResult;
      // graphql-ws wants error objects; it writes them as they were presented.
      return {
        ...(data === undefined ? {} : { data }),
        ...(errors === undefined ? {} : { errors: errors.map(asError) }),
        ...(extensions === undefined ? {} : { extensions }),
      };
    },
    subscribe: (args) => {
      measures.started('subscription');
      const prepared = args.contextValue as Prepared;
      // graphql-ws keeps the arguments as long as the operation lives, and doesn't read them any more.
      Object.assign(args, { schema: NO_SCHEMA, contextValue: null });
      return open(prepared);
    },
  };
};

// As ApolloServer does it for HTTP: what a misspelt name was meant to be is a part of the schema.
const withoutHint = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message.replace(/ ?Did you mean.*\?$/, ''), { nodes: error.nodes ?? null, extensions: error.extensions });

const argsOf = (
  { generation }: Execution,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  contextValue: Prepared,
): ExecutionArgs => ({
  schema: generation.schema,
  document,
  operationName: operation.name?.value ?? null,
  contextValue,
});

const subscriptionOf = ({ subscription }: Prepared): CompiledSubscription => {
  if (subscription === null) throw new Error('only subscriptions are subscribed to');
  return subscription;
};

const joinerOf = (prepared: Prepared): Joiner => {
  const { definition, rootField } = subscriptionOf(prepared);
  const given = getArgumentValues(definition, rootField, { ...prepared.variables });
  return { after: afterIn(given), identity: prepared.request.viewer.identity, arguments: given };
};

/** Stands for one that nobody needs any more. */
const NO_SCHEMA = new GraphQLSchema({});

const asError = ({ message, path, locations, extensions }: ReturnType<GraphQLError['toJSON']>): GraphQLError => {
  const error = new GraphQLError(message, { ...(path === undefined ? {} : { path }), ...(extensions === undefined ? {} : { extensions }) });
  return locations === undefined ? error : Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
};

const afterIn = ({ after }: Readonly<Record<string, unknown>>): string | null => {
  if (after === undefined || after === null) return null;
  if (typeof after === 'string') return after;
  throw new FanfareError('BAD_USER_INPUT', '`after` is a cursor: a string, as an event brought it.');
};
