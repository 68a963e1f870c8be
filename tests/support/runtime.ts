import type { DocumentNode, ExecutionResult } from 'graphql';
import { type Config, loadConfig } from '#platform/config/config.ts';
import { ANONYMOUS, type Identity, type IdentityKeys, type Scope } from '#platform/identity/identity.ts';
import { createIdentityKeys } from '#platform/identity/keys.ts';
import { newId } from '#platform/ids.ts';
import { openRuntime, type ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';
import { withDeadline } from './deadline.ts';

/** The key that all test processes share. */
export const TEST_IDENTITY_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

export interface RuntimeFixture {
  readonly databaseUrls?: Partial<Record<SubgraphName, string>>;
  /** More environment variables, for example REDIS_URL or TRADING_URL. */
  readonly env?: Readonly<Record<string, string>>;
  readonly process?: string;
}

/** The configuration of a test process: silent, no reports unless asked for. */
export const aConfig = ({ databaseUrls = {}, env = {} }: RuntimeFixture = {}): Config => {
  const urls = SUBGRAPH_NAMES.flatMap((name) =>
    databaseUrls[name] === undefined ? [] : [[`${name.toUpperCase()}_DATABASE_URL`, databaseUrls[name]]],
  );
  return loadConfig(
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      METRICS_REPORT_SECONDS: '0',
      IDENTITY_KEYS: TEST_IDENTITY_KEYS,
      // `TRADING_LANE_SCOPE=shard npx vitest run tests/subgraph/trading` runs the same suites at the other scope.
      TRADING_LANE_SCOPE: process.env['TRADING_LANE_SCOPE'],
      ...Object.fromEntries(urls),
      ...env,
    },
    ['--dev'],
  );
};

/** A runtime on memory bus and store, with the test key. */
export const aRuntime = (fixture: RuntimeFixture = {}): Promise<ProcessRuntime> =>
  openRuntime(aConfig(fixture), { process: fixture.process ?? 'test' });

/** A signed-in person. */
export const aUser = (id: string, ...scopes: readonly Scope[]): Identity => ({ kind: 'user', id, scopes, roles: [], clientId: 'test' });

/** Another process of the platform. */
export const aService = (service: string, ...scopes: readonly Scope[]): Identity => ({ kind: 'service', service, scopes });

/** Keys as every process made by `aRuntime` has them. */
export const testKeys = (): IdentityKeys => TEST_KEYS;

/** Made once: reading the configuration and preparing keys for each question took a third of its time. */
const TEST_KEYS = createIdentityKeys(aConfig().identityKeys);

export interface Question {
  /** Default: the anonymous viewer. */
  readonly as?: Identity;
  readonly query: string;
  readonly document?: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly requestId?: string;
}

const callOf = ({ as = ANONYMOUS, signal, requestId }: Question, name: SubgraphName) => ({
  identity: testKeys().sign(as, name),
  requestId: requestId ?? newId(),
  ...(signal === undefined ? {} : { signal }),
});

const requestOf = ({ query, variables, document }: Question) => ({
  query,
  ...(variables === undefined ? {} : { variables }),
  ...(document === undefined ? {} : { document }),
});

/** One query or mutation, through the subgraph's own transport: identity, validation, masking and all. */
export const ask = (running: Pick<RunningSubgraph, 'name' | 'transport'>, question: Question): Promise<ExecutionResult> =>
  running.transport.execute(requestOf(question), callOf(question, running.name));

/** The data of a query that has no errors; throws with them otherwise. */
export const askData = async <Data>(running: Pick<RunningSubgraph, 'name' | 'transport'>, question: Question): Promise<Data> => {
  const { data, errors } = await ask(running, question);
  if (errors !== undefined || data == null) throw new Error(`the answer has errors: ${JSON.stringify(errors)}`);
  return data as Data;
};

/** `Data`: what its payloads say. */
export interface Subscription<Data = unknown> {
  /** The next payload. Throws after a deadline, and when the subscription has ended. */
  next(): Promise<ExecutionResult>;
  /** The data of the next payload. Throws with its errors, too. */
  data(): Promise<Data>;
  /** The next `count` payloads. */
  take(count: number): Promise<ExecutionResult[]>;
  /** Whether it ended by itself: waits for that, up to the deadline. */
  ended(): Promise<boolean>;
  end(): Promise<void>;
}

/** One subscription, through the subgraph's own transport. */
export const subscribeTo = <Data = unknown>(
  running: Pick<RunningSubgraph, 'name' | 'transport'>,
  question: Question,
): Subscription<Data> => {
  const stream = running.transport.subscribe(requestOf(question), callOf(question, running.name));
  const step = (): Promise<IteratorResult<ExecutionResult>> => withDeadline(stream.next(), 'no payload came');
  const next = async (): Promise<ExecutionResult> => {
    const { done, value } = await step();
    if (done === true) throw new Error('the subscription has ended');
    return value;
  };
  return {
    next,
    data: async () => {
      const { data, errors } = await next();
      if (errors !== undefined || data == null) throw new Error(`the payload has errors: ${JSON.stringify(errors)}`);
      return data as Data;
    },
    take: async (count) => {
      const taken: ExecutionResult[] = [];
      while (taken.length < count) taken.push(await next());
      return taken;
    },
    ended: async () => (await step()).done === true,
    end: async () => {
      await stream.return?.();
    },
  };
};
