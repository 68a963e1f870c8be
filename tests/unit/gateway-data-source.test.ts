import { once } from 'node:events';
import type { GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { expect, test } from 'vitest';
import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { createDataSource } from '../../gateway/execute/dataSource.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

/** Asks a transport that does `execute`; answers the errors' codes, and how many failures were counted. */
const outcomeOf = async (execute: SubgraphTransport['execute'], signal: AbortSignal) => {
  const telemetry = aTelemetry('gateway');
  const transport = { name: 'trading', execute } as SubgraphTransport;
  const source = createDataSource(transport, { identityKeys: createIdentityKeys([randomIdentityKey()]), telemetry });
  const context = { requestId: 'r', identity: ANONYMOUS, timeoutMs: 5_000, signal };
  const answer = await source.process({ request: { query: '{ gifts { id } }' }, context } as unknown as GraphQLDataSourceProcessOptions);
  const failures = await metricOf(telemetry, 'fanfare_gateway_subgraph_failures_total', { subgraph: 'trading' });
  return { codes: (answer.errors ?? []).map(({ extensions }) => extensions?.['code']), failures };
};

const goesAway: SubgraphTransport['execute'] = async (_, { signal }) => {
  if (signal === undefined) throw new Error('a call must be stoppable');
  await once(signal, 'abort');
  throw new FanfareError('SUBGRAPH_UNAVAILABLE', 'This operation was aborted.');
};

test('a subgraph that cannot be reached is counted as a failure', async () => {
  const refuse = (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED'));
  expect(await outcomeOf(refuse, new AbortController().signal)).toEqual({ codes: ['SUBGRAPH_UNAVAILABLE'], failures: 1 });
});

test('a client that hangs up before the answer is no failure of the subgraph', async () => {
  const client = new AbortController();
  const outcome = outcomeOf(goesAway, client.signal);
  client.abort();
  expect((await outcome).failures).toBe(0);
});
