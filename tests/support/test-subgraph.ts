import { FanfareError } from '#platform/errors.ts';
import type { Feeds, PullRequest, PullResponse } from '#platform/feed/feed.ts';
import { startSubgraph } from '#platform/subgraph/start.ts';
import type { RunningSubgraph, Runtime, SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';

/** What a test sees and controls of a subgraph that speaks monitoring's schema, with resolvers that do what the arguments say. */
export interface Probe {
  /** The context of every call, in order. */
  readonly contexts: SubgraphRequestContext[];
  readonly reports: unknown[];
  /** Sends an event to every open subscription. `null` completes them, an Error fails them. */
  push(event: object | Error | null): void;
  /** Open subscriptions. */
  readonly followers: () => number;
  ready: boolean;
}

/** `alerts(first:)`: what each number makes the resolver do. */
export const ALERTS = { throwsError: 1, throwsBusy: 2, hangs: 3, returnsNonsense: 4 } as const;

const EMPTY_PAGE = { edges: [], nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } };

/** A subgraph for tests of what is between the gateway and resolvers. */
export const aTestSubgraph = async (
  runtime: Runtime,
  options: { readonly timeoutMs?: number; readonly feeds?: Feeds; readonly dependsOn?: readonly string[] } = {},
): Promise<{ running: RunningSubgraph; probe: Probe }> => {
  const open = new Set<(event: object | Error | null) => void>();
  const probe: Probe = {
    contexts: [],
    reports: [],
    push: (event) => {
      for (const deliver of [...open]) deliver(event);
    },
    followers: () => open.size,
    ready: true,
  };
  const running = await startSubgraph(
    {
      name: 'monitoring',
      resolvers: resolversFor(probe, open),
      createContext: (request) => {
        const context = { ...request };
        probe.contexts.push(context);
        return context;
      },
      feeds: options.feeds ?? noFeeds(),
      dependsOn: options.dependsOn ?? [],
      checkReady: async () => {
        if (!probe.ready) throw new Error('the database cannot be reached');
      },
      close: async () => undefined,
    },
    runtime,
    options,
  );
  return { running, probe };
};

const resolversFor = (probe: Probe, open: Set<(event: object | Error | null) => void>) => ({
  Query: {
    services: (_source: unknown, _args: unknown, context: SubgraphRequestContext) => [
      {
        id: context.requestId,
        name: context.identity.kind === 'user' ? context.identity.id : context.identity.kind,
        health: 'OK',
        dependsOn: [],
      },
    ],
    alerts: (_source: unknown, { first }: { readonly first: number }, context: SubgraphRequestContext) => answerAlerts(first, context),
    metricSeries: (_source: unknown, { input }: { readonly input: { readonly name: string; readonly from: Date } }) => [
      { name: input.name, unit: '1', points: [{ at: input.from, value: 1.5 }] },
    ],
  },
  Mutation: {
    reportMetrics: (_source: unknown, { input }: { readonly input: { readonly samples: readonly unknown[] } }) => {
      probe.reports.push(input);
      return { accepted: input.samples.length, userErrors: [] };
    },
  },
  Subscription: {
    alertEvents: {
      subscribe: (_source: unknown, { after }: { readonly after?: string }, context: SubgraphRequestContext) => {
        if (after === 'wrong') throw new FanfareError('BAD_USER_INPUT', 'This is no cursor.');
        return follow(open, context.signal);
      },
      resolve: (event: object) => event,
    },
  },
  AlertEvent: { __resolveType: (event: { readonly __typename?: string }) => event.__typename ?? 'AlertPositionEvent' },
});

const answerAlerts = async (first: number, context: SubgraphRequestContext): Promise<unknown> => {
  if (first === ALERTS.throwsError) throw new Error('hunter2 is the password');
  if (first === ALERTS.throwsBusy) throw new FanfareError('BUSY', 'The queue is full.', { retryAfterMs: 250 });
  if (first === ALERTS.returnsNonsense) return { ...EMPTY_PAGE, edges: [{ cursor: 7 }] };
  if (first === ALERTS.hangs) return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(EMPTY_PAGE)));
  return EMPTY_PAGE;
};

async function* follow(open: Set<(event: object | Error | null) => void>, signal: AbortSignal): AsyncGenerator<object, void> {
  const waiting: (object | Error | null)[] = [];
  let wake: () => void = () => undefined;
  const deliver = (event: object | Error | null): void => {
    waiting.push(event);
    wake();
  };
  open.add(deliver);
  signal.addEventListener('abort', () => deliver(null));
  try {
    for (;;) {
      const event = waiting.shift();
      if (event instanceof Error) throw event;
      if (event === null) return;
      if (event !== undefined) yield event;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    open.delete(deliver);
  }
}

/** The logs of a subgraph that has none. */
const noFeeds = (): Feeds => {
  const none = async (): Promise<never> => {
    throw new FanfareError('BAD_USER_INPUT', 'There are no feeds here.');
  };
  return {
    append: none,
    follow: () => {
      throw new FanfareError('BAD_USER_INPUT', 'There are no feeds here.');
    },
    page: none,
    pages: none,
    head: none,
    pull: async (_request: PullRequest): Promise<PullResponse> => ({ feeds: [] }),
    close: async () => undefined,
  };
};
