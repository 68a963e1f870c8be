import { executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { AccessRules } from '../authorise/authorise.ts';
import { withheldIn } from '../authorise/withheld.ts';
import type { Demand } from '../demand/demand.ts';
import { OPERATION_TIMEOUT_MS } from '../limits.ts';
import type { OperationObserver } from '../observe/operations.ts';
import { observePlanRun } from '../observe/planRun.ts';
import { type Generation, type PreparedOperation, prepareOperation } from '../supergraph/generation.ts';
import type { GatewayContext } from './context.ts';
import { refusal } from './errors.ts';
import { coerceVariables, type Variables } from './variables.ts';

/** What runs plans: shared by requests and by subscriptions' events. */
export interface Execution {
  readonly generation: Generation;
  readonly dataSources: ServiceMap;
  readonly identityKeys: IdentityKeys;
  readonly telemetry: Telemetry;
  readonly observer: OperationObserver;
  readonly access: AccessRules;
  readonly demand: Demand;
}

/** The executions that there are: one per schema that is served, or that something still runs on. */
export interface Executions {
  readonly current: Execution;
  /** The one whose operations are validated against this schema; null when it is gone. */
  of(schema: GraphQLSchema): Execution | null;
  /** Calls back before another one takes over. */
  onSwap(listener: (next: { readonly execution: Execution }) => void): void;
}

/** The gateway as ApolloServer sees it: it hands over each schema, and an executor over Apollo's planner and our plans. */
export const createGatewayInterface = (executions: Executions): GatewayInterface => ({
  load: async () => ({ executor: createExecutor(executions) }),
  onSchemaLoadOrUpdate: (callback) => {
    const tell = ({ generation }: Execution): void => callback({ apiSchema: generation.schema, coreSupergraphSdl: generation.sdl });
    tell(executions.current);
    let listening = true;
    executions.onSwap(({ execution }) => {
      if (listening) tell(execution);
    });
    return () => {
      listening = false;
    };
  },
  stop: async () => undefined,
});

// What was validated against a schema is executed with it, also when another one is served by now.
const createExecutor =
  (executions: Executions): GatewayExecutor =>
  async (request) => {
    const execution = executions.of(request.schema);
    if (execution === null) return { errors: [refusal('BUSY', 'The schema was replaced while this operation waited. Send it again.', 0)] };
    const { usage } = execution.generation;
    usage.begin();
    try {
      return await executeIn(execution, request);
    } catch (error) {
      if (!(error instanceof FanfareError)) throw error;
      return { errors: [refusal(error.code, error.message, error.retryAfterMs)] };
    } finally {
      usage.end();
    }
  };

const executeIn = async (execution: Execution, request: GatewayGraphQLRequestContext): Promise<GatewayExecutionResult> => {
  const { generation } = execution;
  const context: GatewayContext = { ...(request.context as GatewayContext), endsAtMs: performance.now() + OPERATION_TIMEOUT_MS };
  const operation = request.operation;
  // Typed as always there, but ApolloServer leaves it to the executor to say that no operation was meant.
  if (operation === undefined) return { errors: [unresolved(request.request.operationName)] };
  const { document } = request;
  const asked = { document, operation, identity: context.identity, variables: request.request.variables };
  const { refused, form } = generation.authorise(asked, execution.access);
  if (refused !== null) return { errors: [refused] };
  const variables = coerceVariables(generation.schema, operation, request.request.variables);
  if (!variables.ok) return { errors: variables.errors };
  const estimate = () => generation.estimate(form.document, form.operation, variables.values);
  const tooDear = await execution.demand.charge(context, estimate);
  if (tooDear !== null) return { errors: [tooDear] };
  const observed = execution.observer.begin(request.operationName, context);
  const wanted = {
    document: form.document,
    planned: form.planned,
    documentKey: `${form.key}\n${request.queryHash}`,
    operationName: request.operationName,
    variables: variables.values,
  };
  const { plan, context: planned } = await prepareOperation(generation, wanted);
  const result = await runPlan(execution, plan, planned, variables.values, context);
  const explained = observed(plan);
  const cost = execution.demand.shown(context.identity, estimate);
  if (explained === undefined && cost === null) return result;
  return { ...result, extensions: { ...explained, ...(cost === null ? {} : { cost }) } };
};

const unresolved = (operationName: string | undefined): GraphQLError =>
  refusal(
    'OPERATION_RESOLUTION_FAILURE',
    operationName === undefined
      ? 'The document has several operations: send operationName.'
      : `The document has no operation named ${JSON.stringify(operationName)}.`,
  );

/** Runs a plan: by its own closures, or by Apollo's executor where it has none. Never rejects for what a subgraph does. `extra`: data sources of this run alone. */
export const runPlan = async (
  { generation, dataSources, telemetry }: Execution,
  plan: QueryPlan,
  operation: PreparedOperation['context'],
  variables: Variables,
  context: GatewayContext,
  extra?: ServiceMap,
): Promise<GatewayExecutionResult> => {
  const sources = extra === undefined ? dataSources : { ...dataSources, ...extra };
  const compiled = generation.compilePlan(plan, operation);
  if (compiled !== null)
    return compiled({ variables, dataSources: sources, context, observer: observePlanRun(telemetry, context.explained) });
  // Apollo's executor knows nothing of what is withheld, and could show it where the planner needed it for itself.
  const [withheld] = withheldIn([operation.operation, ...Object.values(operation.fragments)]);
  if (withheld !== undefined) return { data: null, errors: [refusal(withheld.code, withheld.message)] };
  // Apollo's executor reads these members only. It crashes on a subgraph's error without `metrics`.
  const request = {
    request: { variables: { ...variables } },
    context,
    metrics: {},
    logger: telemetry.log,
  } as unknown as GatewayGraphQLRequestContext;
  const { supergraphSchema, apiSchema } = generation.schemasForApollo();
  const result = await executeQueryPlan(plan, sources, request, operation, supergraphSchema, apiSchema);
  return withCompletionErrors(result);
};

// A non-null field without a value and without a subgraph's error comes back in extensions: clients look for it in errors.
const withCompletionErrors = ({ data, errors, extensions }: GatewayExecutionResult): GatewayExecutionResult => {
  const incomplete: unknown = extensions?.['valueCompletion'];
  if (!Array.isArray(incomplete) || data !== null)
    return { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
  return { data, errors: incomplete.filter((error) => error instanceof GraphQLError) };
};
