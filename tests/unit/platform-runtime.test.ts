import { expect, onTestFinished, test } from 'vitest';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { requireScope, requireViewer } from '#platform/subgraph/authorise.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import { serveSubgraph } from '#platform/subgraph/server.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import { withDeadline } from '../support/deadline.ts';
import { aRuntime, aService, ask, askData, aUser, type RuntimeFixture } from '../support/runtime.ts';
import { aTestSubgraph } from '../support/test-subgraph.ts';

const OLGA = aUser('olga', 'ops:read');
const SERVICES = '{ services { name } }';

const aProcess = async (fixture: RuntimeFixture = {}): Promise<ProcessRuntime> => {
  const runtime = await aRuntime(fixture);
  onTestFinished(() => runtime.close());
  return runtime;
};

test('who asks for a way to a subgraph before it has started gets one that finds it', async () => {
  const runtime = await aProcess();
  const early = { name: 'monitoring' as const, transport: runtime.transport('monitoring') };
  await expect(ask(early, { as: OLGA, query: SERVICES })).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: expect.stringContaining('MONITORING_URL is not set'),
  });
  await aTestSubgraph(runtime);
  expect(await askData(early, { as: OLGA, query: SERVICES })).toEqual({ services: [{ name: 'olga' }] });
});

test('a pull waits for its owner to start in the same process', async () => {
  const runtime = await aProcess();
  const pulled = runtime
    .feedSource('monitoring')
    .pull({ feeds: [{ feed: 'x', after: null }], limit: 1, waitMs: 0 }, new AbortController().signal);
  await aTestSubgraph(runtime);
  expect(await withDeadline(pulled, 'the pull did not answer', 2_000)).toEqual({ feeds: [] });
});

test('a pull that waits for its owner ends when its caller leaves', async () => {
  const runtime = await aProcess();
  const leaving = new AbortController();
  const pulled = runtime.feedSource('trading').pull({ feeds: [{ feed: 'x', after: null }], limit: 1, waitMs: 0 }, leaving.signal);
  leaving.abort();
  await expect(withDeadline(pulled, 'the pull did not end', 2_000)).rejects.toThrow('TRADING_URL is not set');
});

test('a subgraph in another process is reached by its URL, with the keys that both have', async () => {
  const owner = await aProcess();
  const { running, probe } = await aTestSubgraph(owner);
  const served = await serveSubgraph(running, owner, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  const other = await aProcess({ env: { MONITORING_URL: served.url }, process: 'gateway' });
  const remote = { name: 'monitoring' as const, transport: other.transport('monitoring') };
  expect(await askData(remote, { as: OLGA, query: SERVICES })).toEqual({ services: [{ name: 'olga' }] });
  await expect(remote.transport.checkReady?.()).resolves.toBeUndefined();
  probe.ready = false;
  await expect(remote.transport.checkReady?.()).rejects.toThrow('the database cannot be reached');
  const pulled = await other
    .feedSource('monitoring')
    .pull({ feeds: [{ feed: 'x', after: null }], limit: 1, waitMs: 0 }, new AbortController().signal);
  expect(pulled).toEqual({ feeds: [] });
});

test('a subgraph whose resolvers don’t fit its schema does not start', async () => {
  const runtime = await aProcess();
  const start = (resolvers: object) =>
    startSubgraph(
      {
        name: 'monitoring',
        resolvers,
        createContext: (request) => ({ ...request }),
        feeds: { pull: async () => ({ feeds: [] }) } as never,
        dependsOn: [],
        checkReady: async () => undefined,
        close: async () => undefined,
      },
      runtime,
    );
  await expect(start({ Query: { servces: () => [] } })).rejects.toThrow(
    "there is a resolver for Query.servces, which the schema doesn't have",
  );
  await expect(start({ Servce: {} })).rejects.toThrow('there are resolvers for Servce');
  await expect(start({ Query: { services: () => [] } })).rejects.toThrow('Query.alerts has no resolver');
});

test('a context belongs to one request: sharing one is refused', async () => {
  const runtime = await aProcess();
  const { running } = await aTestSubgraph(runtime);
  await running.close();
  const shared = { identity: OLGA };
  const sharing = await startSubgraph(
    {
      name: 'streaming',
      resolvers: {
        Query: { channel: () => null, stream: () => null, liveStreams: () => null },
        Mutation: { createStream: () => null, startStream: () => null, endStream: () => null },
        Subscription: { streamChanged: { subscribe: () => null } },
      },
      createContext: () => shared,
      feeds: running.feeds,
      dependsOn: [],
      checkReady: async () => undefined,
      close: async () => undefined,
    },
    runtime,
  );
  const question = { query: '{ stream(id: "x") { id } }' };
  expect(await ask(sharing, question)).toEqual({ data: { stream: null } });
  expect((await ask(sharing, question)).errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
});

test('closing a subgraph twice closes it once', async () => {
  const runtime = await aProcess();
  let closed = 0;
  const { running: fixture } = await aTestSubgraph(runtime);
  const running = await startSubgraph(
    {
      name: 'monitoring',
      resolvers: {
        Query: { services: () => [], alerts: () => null, metricSeries: () => [] },
        Mutation: { reportMetrics: () => null },
        Subscription: { alertEvents: { subscribe: () => null } },
      },
      createContext: (request) => ({ ...request }),
      feeds: fixture.feeds,
      dependsOn: [],
      checkReady: async () => undefined,
      close: async () => {
        closed += 1;
      },
    },
    runtime,
  );
  await Promise.all([running.close(), running.close()]);
  expect(closed).toBe(1);
});

test('a resolver’s own checks tell people, nobody, audiences and services apart', () => {
  expect(requireViewer({ identity: aUser('alice', 'gifts:send') })).toEqual({
    id: 'alice',
    scopes: ['gifts:send'],
    roles: [],
    clientId: 'test',
    minor: false,
    region: null,
  });
  expect(() => requireViewer({ identity: ANONYMOUS })).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  expect(() => requireViewer({ identity: aService('trading') })).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  expect(() => requireViewer({ identity: { kind: 'audience', audience: 'everyone' } })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  );
  expect(() => requireScope({ identity: aUser('alice', 'gifts:send') }, 'gifts:send')).not.toThrow();
  expect(() => requireScope({ identity: aUser('alice') }, 'gifts:send')).toThrow('This needs a token with gifts:send.');
  expect(() => requireScope({ identity: ANONYMOUS }, 'gifts:send')).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
});
