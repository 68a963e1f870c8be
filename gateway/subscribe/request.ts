import type { SubgraphCallOptions, SubgraphRequest } from '#platform/subgraph/transport.ts';
import { AFTER_VARIABLE } from './compile.ts';
import type { Run } from './complete.ts';

/** What a run asks its upstream for, after a cursor (null: from now on). */
export const requestOf = ({ subscription, variables }: Run, after: string | null): SubgraphRequest => {
  const { operation, operationName, operationDocumentNode, variableUsages } = subscription.primary;
  const all: Readonly<Record<string, unknown>> = { ...variables, [AFTER_VARIABLE]: after };
  const used = (variableUsages ?? []).filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]]);
  return {
    query: operation,
    variables: Object.fromEntries(used) as Record<string, unknown>,
    ...(operationName === undefined ? {} : { operationName }),
    ...(operationDocumentNode === undefined ? {} : { document: operationDocumentNode }),
  };
};

/** Whether two runs of one subscription ask the same subgraph for the same. */
export const asksTheSame = (one: Run, other: Run): boolean => askedFor(one) === askedFor(other);

const askedFor = (run: Run): string => {
  const { query, variables } = requestOf(run, null);
  return `${run.subscription.primary.serviceName}\n${query}\n${JSON.stringify(variables)}`;
};

/** As whom it asks a subgraph. */
export const callOptions = ({ execution, identity, requestId }: Run, subgraph: string): SubgraphCallOptions => ({
  identity: execution.identityKeys.sign(identity, subgraph),
  requestId,
});
