import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { METRIC_PAIRS_MAX, SLOW_LINES_PER_SECOND_MAX } from '../../gateway/limits.ts';
import { createLabels } from '../../gateway/observe/names.ts';
import { observeOperations } from '../../gateway/observe/operations.ts';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { testKeys } from '../support/runtime.ts';
import { aTelemetry, metricOf } from '../support/telemetry.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** An OpenTelemetry collector: OTLP over HTTP, in JSON. */
const aCollector = async () => {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(body) as {
        readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
      };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    spans,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let folder: string;
let graph: TestGraph;
let collector: Awaited<ReturnType<typeof aCollector>>;
let gateway: GatewayFixture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-observe-'));
  graph = aGraph(testKeys());
  collector = await aCollector();
  gateway = await aGateway(graph.all, folder, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
});
afterAll(async () => {
  await gateway.close();
  collector.close();
  await rm(folder, { recursive: true });
});

const ROOMS = 'query Rooms { rooms { id gift { id name } } }';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

const ask = async (query: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as {
    readonly data?: unknown;
    readonly extensions?: { readonly plan?: Readonly<Record<string, unknown>> };
  };
};

test('a request is one trace: its plan, each node of the plan, and the subgraphs', async () => {
  await ask(ROOMS, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  const ours = () => collector.spans.filter(({ traceId }) => traceId === TRACE);
  await expect.poll(() => ours().map(({ name }) => name)).toContain('gateway.request');
  const spans = ours();
  const placeOf = ({ attributes }: Span): string | undefined => attributes.find(({ key }) => key === 'fanfare.path')?.value.stringValue;
  const fetches = spans.filter(({ name }) => name === 'gateway.plan.fetch');
  expect(fetches.map(placeOf).sort()).toEqual(['', 'rooms.@.gift']);
  const sequence = spans.find(({ name }) => name === 'gateway.plan.sequence');
  expect(fetches.map(({ parentSpanId }) => parentSpanId)).toEqual([sequence?.spanId, sequence?.spanId]);
  const told = [graph.messaging, graph.trading].map(({ calls }) => calls.at(-1)?.traceparent?.split('-')[2]);
  expect(told.sort()).toEqual(fetches.map(({ spanId }) => spanId).sort());
});

test('an operator who asks for it sees the plan and the times of its requests; nobody else does', async () => {
  const operator = { authorization: `Bearer ${await gateway.token('olga', ['ops:read'])}` };
  const viewer = { authorization: `Bearer ${await gateway.token('alice', ['chat:write'])}` };
  const { extensions } = await ask(ROOMS, { ...operator, 'x-fanfare-plan': '1' });
  expect(extensions?.plan).toEqual({
    text: expect.stringMatching(/Sequence[\s\S]*Fetch\(service: "messaging"\)[\s\S]*Fetch\(service: "trading"\)/),
    ms: expect.any(Number),
    fetches: [
      { subgraph: 'messaging', path: '', startMs: expect.any(Number), ms: expect.any(Number) },
      { subgraph: 'trading', path: 'rooms.@.gift', startMs: expect.any(Number), ms: expect.any(Number) },
    ],
  });
  expect(await ask(ROOMS, operator)).not.toHaveProperty('extensions.plan');
  expect(await ask(ROOMS, { ...viewer, 'x-fanfare-plan': '1' })).not.toHaveProperty('extensions.plan');
  expect(await ask(ROOMS, { 'x-fanfare-plan': '1' })).not.toHaveProperty('extensions.plan');
});

test('how long operations take is told by operation and client, over HTTP and WebSocket', async () => {
  await ask('query Names { rooms { id } }', { 'apollographql-client-name': 'web' });
  const client = gateway.client(null, { connectionParams: { 'apollographql-client-name': 'tv' } });
  for await (const result of client.iterate({ query: 'query Names { rooms { id } }' })) expect(result.errors).toBeUndefined();
  await client.dispose();
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  for (const name of ['web', 'tv'])
    expect(text).toContain(`fanfare_gateway_operation_seconds_count{service="gateway",operation="Names",client="${name}"} 1`);
});

test('names from outside cannot make series without end, nor lines of their own', () => {
  const labelsOf = createLabels();
  expect(labelsOf('Rooms', 'web')).toEqual({ operation: 'Rooms', client: 'web' });
  expect(labelsOf(null, null)).toEqual({ operation: 'unnamed', client: 'unknown' });
  expect(labelsOf('a"} 1\nfanfare_up{', 'x'.repeat(65))).toEqual({ operation: 'other', client: 'other' });
  const made = new Set(Array.from({ length: METRIC_PAIRS_MAX * 2 }, (_, index) => labelsOf(`Operation${index}`, 'web').operation));
  expect(made.size).toBeLessThanOrEqual(METRIC_PAIRS_MAX);
  expect(labelsOf('Rooms', 'web')).toEqual({ operation: 'Rooms', client: 'web' });
});

test('an operation that takes too long is logged with its plan, and a flood of them is only counted', async () => {
  const telemetry = aTelemetry('gateway');
  const lines = vi.spyOn(telemetry.log, 'warn');
  const context = { requestId: 'r1', identity: ANONYMOUS, timeoutMs: 1_000, client: 'web' };
  const { begin } = observeOperations(telemetry, -1);
  begin('Rooms', context)({ kind: 'QueryPlan' });
  expect(lines).toHaveBeenCalledWith(
    { requestId: 'r1', user: null, operation: 'Rooms', client: 'web', ms: expect.any(Number), plan: 'QueryPlan {}' },
    'a slow operation',
  );
  for (let count = 0; count < 100; count += 1) begin('Rooms', context)(null);
  expect(lines.mock.calls.length).toBeLessThanOrEqual(2 * SLOW_LINES_PER_SECOND_MAX);
  expect(await metricOf(telemetry, 'fanfare_gateway_slow_operations_total', {})).toBe(101);

  const patient = observeOperations(telemetry, 60_000);
  const before = lines.mock.calls.length;
  patient.begin('Rooms', context)(null);
  expect(lines.mock.calls.length).toBe(before);
});
