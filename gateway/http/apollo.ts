import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { isOurFault, rootOf } from '#platform/errors.ts';
import type { OperationMeasures } from '#platform/subgraph/measures.ts';
import type { GatewayContext } from '../execute/context.ts';
import { isErrorCode, presentErrors, refusal } from '../execute/errors.ts';
import { createGatewayInterface, type Execution, type Executions } from '../execute/executor.ts';
import { VARIABLE_ERRORS_MAX } from '../limits.ts';
import { type OperationLimits, operationRules, PRODUCT_LIMITS } from '../supergraph/rules.ts';
import { createPreparedOperations, type FrontContext, type PreparedOperations } from './prepared.ts';

export interface ApolloOptions {
  readonly executions: Executions;
  readonly measures: OperationMeasures;
  /** Whether clients see only what the product tells of its errors. Default: they do. */
  readonly masking?: boolean;
  /** Default: the product's. */
  readonly limits?: OperationLimits;
}

/** ApolloServer, and what has come through it. */
export interface ApolloFront {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly prepared: PreparedOperations;
}

/** Starts ApolloServer over the gateway's executor: it decides which operations run, and tells what becomes of them; operations that it has let through
 * before run without it. */
export const startApollo = async ({
  executions,
  measures,
  masking = true,
  limits = PRODUCT_LIMITS,
}: ApolloOptions): Promise<ApolloFront> => {
  // What does not depend on the schema is the same for all of them.
  const execution = executions.current;
  const prepared = createPreparedOperations(createGatewayInterface(executions));
  const apollo = new ApolloServer<GatewayContext>({
    gateway: prepared.gateway,
    // Who may introspect is decided for each caller, by gateway/authorise.
    introspection: true,
    hideSchemaDetailsFromClientErrors: execution.access.introspection !== 'everyone',
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [...operationRules(limits)],
    validationOptions: { maxErrors: VARIABLE_ERRORS_MAX },
    maxRecursiveSelections: true,
    logger: execution.telemetry.log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      presentation(execution, measures, masking),
    ],
  });
  await apollo.start();
  return { apollo, prepared };
};

/** Refuses subscriptions, measures, logs what is our fault, and shows clients only what they may see of an error. */
const presentation = ({ telemetry }: Execution, measures: OperationMeasures, masking: boolean): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async ({ contextValue }) => {
    const { requestId, ended }: FrontContext = contextValue;
    let done: (() => void) | null = null;
    return {
      didResolveOperation: async ({ operation }) => {
        if (operation === undefined) return;
        if (operation.operation === 'subscription')
          throw refusal('SUBSCRIPTION_OVER_HTTP', 'Subscriptions are served over WebSocket (graphql-transport-ws) only.');
        // One that has run already was counted when it did.
        if (ended === undefined) done = measures.started(operation.operation);
      },
      didEncounterErrors: async ({ errors }) => {
        for (const error of errors) {
          if (isErrorCode(error.extensions['code']) || !isOurFault(error)) continue;
          telemetry.log.error({ err: rootOf(error), requestId, path: error.path?.join('.') }, 'an operation failed');
        }
      },
      willSendResponse: async ({ request, response: { body, http } }) => {
        done?.();
        if (http.status === 400 && namesOlderTypeOnly(request.http?.headers.get('accept')) && !isBadRequest(body)) http.status = 200;
        if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
        if (!masking) return;
        const errors = presentErrors(body.singleResult.errors, requestId, (error) =>
          telemetry.log.error({ requestId, error }, 'an error was masked'),
        );
        if (errors.some(({ extensions }) => OUR_FAULTS.has(extensions?.['code']))) measures.failed();
        body.singleResult.errors = errors;
      },
    };
  },
});

const OUR_FAULTS: ReadonlySet<unknown> = new Set(['INTERNAL_SERVER_ERROR', 'SUBGRAPH_UNAVAILABLE', 'TIMEOUT', 'OUTCOME_UNKNOWN']);

/** Such a client expects 200 for every answer to a well-formed request (GraphQL over HTTP, "application/json"), and reads what is wrong from the answer. */
const namesOlderTypeOnly = (accept: string | undefined): boolean =>
  accept !== undefined && /application\/json/i.test(accept) && !/application\/graphql-response\+json/i.test(accept);

const isBadRequest = (body: GraphQLResponse['body']): boolean =>
  body.kind !== 'single' || body.singleResult.errors?.some(({ extensions }) => extensions?.['code'] === 'BAD_REQUEST') === true;
