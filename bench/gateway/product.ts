/** Fanfare's gateway in the form of the product, with identity, rates, metrics and a line in the log per request.
 * `node bench/gateway/product.ts PORT SUPERGRAPH DATA_DIR [MESSAGING TRADING]`: reaches the subgraphs at these origins, or else in process. */
import { readFileSync } from 'node:fs';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import { createHttpTransport } from '#platform/subgraph/http-transport.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import { startGateway } from '../../gateway/server.ts';
import { aConfig, aRuntime } from '../../tests/support/runtime.ts';
import { messagesOf, SUBGRAPHS, type Subgraph, userOf } from './workload.ts';

/** So that nothing is refused: what is taken is counted all the same. */
const UNBOUNDED = { capacity: 1e9, refillPerSecond: 1e9 };

const [port = '0', supergraph = '', dataDir = '', ...origins] = process.argv.slice(2);

/** A subgraph in this process that has its answer at hand: what is left is the gateway's own work, and the check of who is calling. */
const atHand = (name: Subgraph, keys: IdentityKeys): SubgraphTransport => ({
  name,
  execute: async ({ variables = {} }, { identity }) => {
    keys.verify(identity, name);
    if (name === 'messaging') return { data: { messages: messagesOf(String(variables['roomId']), Number(variables['first'])) } };
    const representations = variables['representations'] as readonly { readonly id: string }[];
    return { data: { _entities: representations.map(({ id }) => userOf(id)) } };
  },
  subscribe: () => {
    throw new Error('nothing is subscribed to here');
  },
  close: async () => undefined,
});

const env = { GATEWAY_PORT: port, DATA_DIR: dataDir, LOG_LEVEL: 'info' };
const runtime = await aRuntime({ env, process: 'gateway' });
const { identityKeys } = runtime;
await startGateway({
  config: aConfig({ env }),
  runtime,
  transports: SUBGRAPHS.map((name, index) =>
    origins[index] === undefined
      ? atHand(name, identityKeys)
      : createHttpTransport(name, origins[index], { identityKeys, service: 'gateway' }),
  ),
  supergraphSdl: readFileSync(supergraph, 'utf8'),
  rates: { user: UNBOUNDED, address: UNBOUNDED },
});
