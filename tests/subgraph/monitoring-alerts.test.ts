import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS } from '#platform/identity/identity.ts';
import { evaluateSilences } from '../../subgraphs/monitoring/data/evaluation.ts';
import { holdLease, releaseLease } from '../../subgraphs/monitoring/data/leases.ts';
import { serviceSilentRule } from '../../subgraphs/monitoring/domain/silence.ts';
import { ALERTS_FEED } from '../../subgraphs/monitoring/events.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aService, ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import {
  ago,
  aMonitoring,
  eventually,
  type Monitoring,
  type MonitoringTables,
  monitoringTables,
  OPERATOR,
  reportSamples,
} from './monitoring-support.ts';

const RULE = serviceSilentRule(15_000);
const NOW_MS = Date.UTC(2026, 10, 22, 12);

let tables: MonitoringTables;

describe('one evaluation', () => {
  beforeEach(async () => {
    await tables?.close();
    tables = await monitoringTables(await aDatabaseUrl('monitoring'));
  });
  afterAll(() => tables?.close());

  const evaluate = (seconds: Readonly<Record<string, number>>, afterSeconds: number): Promise<number> =>
    evaluateSilences(tables.database, tables.feeds, {
      rule: RULE,
      silences: Object.entries(seconds).map(([service, silence]) => ({ service, seconds: silence, heardSeconds: silence })),
      nowMs: NOW_MS + afterSeconds * 1_000,
    });
  const events = async (): Promise<readonly string[]> => {
    const page = await tables.feeds.page({ feed: ALERTS_FEED, direction: 'forward', limit: 1_000 });
    return page.events.map(({ kind, payload }) => `${kind} ${payload['service']}`);
  };

  test('moves an alert from pending over firing to resolved, each change once, with value and threshold', async () => {
    for (const [second, silence] of [
      [0, 16],
      [2, 18],
      [6, 22],
      [8, 24],
      [10, 1],
      [12, 3],
      [16, 1],
    ] as const)
      await evaluate({ trading: silence }, second);
    expect(await events()).toEqual(['alert.pending trading', 'alert.firing trading', 'alert.resolved trading']);
    expect(await tables.db.alert.findMany()).toMatchObject([
      {
        rule: 'service-silent',
        service: 'trading',
        state: 'RESOLVED',
        open: null,
        value: 1,
        threshold: 15,
        summary: 'trading reports again.',
        firedAt: new Date(NOW_MS + 6_000),
        resolvedAt: new Date(NOW_MS + 16_000),
      },
    ]);
  });

  test('keeps the value of an open alert up to date without a new event', async () => {
    await evaluate({ trading: 16 }, 0);
    await evaluate({ trading: 18.5 }, 2);
    expect(await events()).toHaveLength(1);
    expect(await tables.db.alert.findMany()).toMatchObject([
      { state: 'PENDING', value: 18.5, summary: 'trading has not reported for 19 seconds.' },
    ]);
  });

  test('has one open alert per service, and a new one for a new breach', async () => {
    for (const second of [0, 2]) await evaluate({ trading: 16, messaging: 20, streaming: 1 }, second);
    expect(await tables.db.alert.findMany({ where: { open: true }, select: { service: true }, orderBy: { service: 'asc' } })).toEqual([
      { service: 'messaging' },
      { service: 'trading' },
    ]);
    await evaluate({ trading: 1, messaging: 1, streaming: 1 }, 4);
    await evaluate({ trading: 16, messaging: 1, streaming: 1 }, 6);
    expect(await tables.db.alert.count({ where: { service: 'trading' } })).toBe(2);
  });

  test('resolves what is not watched any more', async () => {
    for (const second of [0, 6]) await evaluate({ trading: 20 }, second);
    await evaluate({}, 8);
    expect(await tables.db.alert.findMany()).toMatchObject([{ state: 'RESOLVED', summary: expect.stringMatching('not watched any more') }]);
  });

  test('by several processes at once makes every change once: contiguous events, one row', async () => {
    const crowd = (silence: number, second: number): Promise<readonly number[]> =>
      Promise.all(Array.from({ length: 8 }, () => evaluate({ trading: silence }, second)));
    const changes = [await crowd(16, 0), await crowd(22, 6), await crowd(1, 8), await crowd(1, 14)];
    expect(changes.map((counts) => counts.reduce((sum, count) => sum + count, 0))).toEqual([1, 1, 0, 1]);
    expect(await events()).toEqual(['alert.pending trading', 'alert.firing trading', 'alert.resolved trading']);
    expect(await tables.db.alert.count()).toBe(1);
  });

  test('that fails leaves neither a changed alert nor an event', async () => {
    const failing = { ...tables.feeds, append: () => Promise.reject(new Error('the log is full')) };
    const silences = [{ service: 'trading', seconds: 20, heardSeconds: 20 }];
    await expect(evaluateSilences(tables.database, failing, { rule: RULE, silences, nowMs: NOW_MS })).rejects.toThrow('the log is full');
    expect([await tables.db.alert.count(), (await events()).length]).toEqual([0, 0]);
  });

  test('costs as many statements for thirty services as for one', async () => {
    const statements = async (services: number): Promise<number> => {
      let count = 0;
      const counting = {
        ...tables.database,
        transaction: (name: string, work: Parameters<typeof tables.database.transaction>[1]) =>
          tables.database.transaction(name, (tx) =>
            work({
              ...tx,
              query: (statement) => {
                count += 1;
                return tx.query(statement);
              },
            }),
          ),
      } as typeof tables.database;
      const silences = Array.from({ length: services }, (_, index) => ({
        service: `s${services}-${index}`,
        seconds: 20,
        heardSeconds: 20,
      }));
      expect(await evaluateSilences(counting, tables.feeds, { rule: RULE, silences, nowMs: NOW_MS })).toBeGreaterThanOrEqual(services);
      return count;
    };
    await statements(1);
    expect(await statements(30)).toBe(await statements(31));
  });

  test('is done by who holds the lease; another takes it when it is given back or has run out', async () => {
    expect(await holdLease(tables.database, 'job', 'one', 60_000)).toBe(true);
    expect(await holdLease(tables.database, 'job', 'two', 60_000)).toBe(false);
    expect(await holdLease(tables.database, 'job', 'one', 60_000)).toBe(true);
    await releaseLease(tables.database, 'job', 'two');
    expect(await holdLease(tables.database, 'job', 'two', 60_000)).toBe(false);
    await releaseLease(tables.database, 'job', 'one');
    expect(await holdLease(tables.database, 'job', 'two', 1)).toBe(true);
    expect(
      await eventually(
        () => holdLease(tables.database, 'job', 'one', 60_000),
        (held) => held,
      ),
    ).toBe(true);
  });
});

describe('alerts in the graph', () => {
  const EVENTS = `subscription Follow($after: Cursor) { alertEvents(after: $after) {
    __typename id cursor seq at
    ... on AlertStateEvent { state alert { id rule state summary value threshold startedAt resolvedAt service { id health } } }
    ... on AlertResetEvent { reason } } }`;
  const ALERTS = `query Alerts($states: [AlertState!], $first: Int!, $after: Cursor) { alerts(states: $states, first: $first, after: $after) {
    edges { cursor node { id } } nodes { id state rule service { id name } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`;

  interface Page {
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly nodes: readonly {
      readonly id: string;
      readonly state: string;
      readonly service: { readonly id: string; readonly name: string } | null;
    }[];
    readonly pageInfo: {
      readonly startCursor: string | null;
      readonly endCursor: string | null;
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
    };
  }

  let monitoring: Monitoring;
  let graphTables: MonitoringTables;
  let second = 0;

  beforeAll(async () => {
    monitoring = await aMonitoring();
    graphTables = await monitoringTables(monitoring.url);
    // The subgraph's own evaluation must not resolve what these tests make up: the lease keeps it away.
    await eventually(
      async () =>
        graphTables.database.query({
          text: "/* steal */ UPDATE lease SET holder = $1, expires_at = now() + interval '1 hour' WHERE name = $2 RETURNING name",
          values: ['test', 'evaluate-rules'],
        }),
      (rows) => rows.length === 1,
    );
    await reportSamples(monitoring.running, [{ name: 'fanfare_service_up{service="trading",instance="a"}', at: ago(0), value: 1 }]);
  });
  afterAll(async () => {
    await graphTables?.close();
    await monitoring?.close();
  });

  const evaluate = (service: string, silence: number): Promise<number> => {
    second += 10;
    return evaluateSilences(graphTables.database, graphTables.feeds, {
      rule: RULE,
      silences: [{ service, seconds: silence, heardSeconds: silence }],
      nowMs: NOW_MS + second * 1_000,
    });
  };
  const page = async (variables: object): Promise<Page> =>
    (await askData<{ alerts: Page }>(monitoring.running, { as: OPERATOR, query: ALERTS, variables: { first: 100, ...variables } })).alerts;

  test('a follower gets a position first, then every change; one that was cut off goes on after its cursor', async () => {
    const live = subscribeTo(monitoring.running, { as: OPERATOR, query: EVENTS });
    const [position] = await live.take(1);
    expect(position).toMatchObject({ data: { alertEvents: { __typename: 'AlertPositionEvent', seq: 0 } } });
    await evaluate('trading', 20);
    await evaluate('trading', 30);
    const changes = (await live.take(2)).map(({ data }) => data?.['alertEvents'] as { readonly cursor: string });
    expect(changes).toMatchObject([
      {
        __typename: 'AlertStateEvent',
        seq: 1,
        state: 'PENDING',
        alert: { rule: 'service-silent', threshold: 15, service: { id: 'trading' } },
      },
      { __typename: 'AlertStateEvent', seq: 2, state: 'FIRING', alert: { state: 'FIRING', value: 30, resolvedAt: null } },
    ]);
    await live.end();

    const after = changes[0]?.cursor;
    const resumed = subscribeTo(monitoring.running, { as: OPERATOR, query: EVENTS, variables: { after } });
    expect((await resumed.take(2)).map(({ data }) => data?.['alertEvents'])).toMatchObject([
      { __typename: 'AlertPositionEvent', cursor: after, seq: 1 },
      { seq: 2, state: 'FIRING' },
    ]);
    await resumed.end();
  });

  test('a cursor of another life of the log gets a reset, one that is none an error', async () => {
    const foreign = Buffer.from('abcdefabcdef:1:12345678').toString('base64url');
    const lost = subscribeTo(monitoring.running, { as: OPERATOR, query: EVENTS, variables: { after: foreign } });
    expect((await lost.take(2)).map(({ data }) => data?.['alertEvents'])).toMatchObject([
      { __typename: 'AlertPositionEvent' },
      { __typename: 'AlertResetEvent', reason: 'EPOCH' },
    ]);
    await lost.end();
    const wrong = await subscribeTo(monitoring.running, { as: OPERATOR, query: EVENTS, variables: { after: 'no cursor' } }).next();
    expect(wrong.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('are listed the newest first, in pages that neither repeat nor miss one, and by state', async () => {
    for (const service of ['a', 'b', 'c', 'd']) await evaluate(service, 20);
    const all = await page({});
    expect(all.nodes.length).toBeGreaterThanOrEqual(4);
    const walked: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const part: Page = await page({ first: 2, after });
      expect(part.pageInfo.hasPreviousPage).toBe(after !== null);
      walked.push(...part.edges.map(({ node }) => node.id));
      after = part.pageInfo.endCursor;
      more = part.pageInfo.hasNextPage;
    }
    expect(walked).toEqual(all.nodes.map(({ id }) => id));
    expect([...walked].sort().reverse()).toEqual(walked);
    const resolved = await page({ states: ['RESOLVED'] });
    expect(resolved.nodes.every(({ state }) => state === 'RESOLVED')).toBe(true);
    expect((await page({ states: ['PENDING', 'FIRING', 'RESOLVED'] })).nodes).toHaveLength(all.nodes.length);
    expect((await page({ states: [] })).nodes).toEqual([]);
  });

  test('of a service that never reported have none to show', async () => {
    const { nodes } = await page({});
    const services = new Set(nodes.map(({ service }) => service?.name ?? null));
    expect(services).toEqual(new Set(['Trading', null]));
  });

  test.each([
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['first', { first: -1 }],
    ['after', { after: 'no cursor' }],
  ])('refuse a wrong %s: %o', async (_, variables) => {
    const { errors } = await ask(monitoring.running, { as: OPERATOR, query: ALERTS, variables: { first: 10, ...variables } });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });

  test('are for operators only: as a list, as a log and as a reference', async () => {
    const id = (await page({})).nodes[0]?.id;
    expect(id).toBeDefined();
    const reference = {
      query: 'query Refer($r: [_Any!]!) { _entities(representations: $r) { ... on Alert { id state } } }',
      variables: { r: [{ __typename: 'Alert', id }] },
    };
    expect((await ask(monitoring.running, { as: OPERATOR, ...reference })).data).toMatchObject({ _entities: [{ id }] });
    for (const [as, code] of [
      [ANONYMOUS, 'UNAUTHENTICATED'],
      [aUser('alice', 'metrics:write'), 'FORBIDDEN'],
      [aService('trading'), 'FORBIDDEN'],
    ] as const) {
      expect((await ask(monitoring.running, { as, query: ALERTS, variables: { first: 1 } })).errors?.[0]?.extensions['code']).toBe(code);
      expect((await subscribeTo(monitoring.running, { as, query: EVENTS }).next()).errors?.[0]?.extensions['code']).toBe(code);
      expect((await ask(monitoring.running, { as, ...reference })).errors?.[0]?.extensions['code']).toBe(code);
    }
  });
});
