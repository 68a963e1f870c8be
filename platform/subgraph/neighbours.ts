import type { FeedSource } from '#platform/feed/feed.ts';
import type { RunningSubgraph } from './subgraph.ts';
import type { SubgraphName, SubgraphTransport } from './transport.ts';

/** How long a pull waits for a subgraph of this process to start before it is told that there is none: all of them start within seconds of each other. */
const START_WAIT_MS = 5_000;

export interface NeighboursOptions {
  /** Throws FanfareError SUBGRAPH_UNAVAILABLE when no URL is configured. */
  readonly connect: (name: SubgraphName) => SubgraphTransport;
  readonly pullFrom: (name: SubgraphName) => FeedSource & { close(): Promise<void> };
  readonly isRemote: (name: SubgraphName) => boolean;
}

/** The ways from this process to each subgraph: direct where it runs in this process, else over HTTP, opened on first use. */
export interface Neighbours {
  register(subgraph: RunningSubgraph<FeedSource>): void;
  transport(name: SubgraphName): SubgraphTransport;
  feedSource(owner: SubgraphName): FeedSource;
  /** Closes the connections to other processes. */
  close(): Promise<void>;
}

/** Whoever asks before a subgraph has started gets a way that finds it once it has. */
export const createNeighbours = (options: NeighboursOptions): Neighbours => {
  const local = new Map<SubgraphName, RunningSubgraph<FeedSource>>();
  const transports = new Map<SubgraphName, SubgraphTransport>();
  const sources = new Map<SubgraphName, FeedSource & { close(): Promise<void> }>();
  const waiting = new Set<() => void>();

  const transportNow = (name: SubgraphName): SubgraphTransport =>
    local.get(name)?.transport ?? remembered(transports, name, options.connect);
  const sourceNow = (name: SubgraphName): FeedSource => local.get(name)?.feeds ?? remembered(sources, name, options.pullFrom);

  const started = (name: SubgraphName, signal: AbortSignal): Promise<void> => {
    if (local.has(name) || options.isRemote(name) || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (local.has(name)) stop();
      };
      const stop = (): void => {
        clearTimeout(timer);
        waiting.delete(look);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const timer = setTimeout(stop, START_WAIT_MS);
      signal.addEventListener('abort', stop);
      waiting.add(look);
    });
  };

  return {
    register: (subgraph) => {
      local.set(subgraph.name, subgraph);
      for (const look of [...waiting]) look();
    },
    transport: (name) =>
      local.get(name)?.transport ?? {
        name,
        execute: async (request, call) => transportNow(name).execute(request, call),
        subscribe: (request, call) => transportNow(name).subscribe(request, call),
        checkReady: async () => transportNow(name).checkReady?.(),
        close: async () => undefined,
      },
    feedSource: (owner) => ({
      pull: async (request, signal) => {
        await started(owner, signal);
        return sourceNow(owner).pull(request, signal);
      },
    }),
    close: async () => {
      await Promise.all([...transports.values(), ...sources.values()].map((connection) => connection.close()));
    },
  };
};

const remembered = <Value>(known: Map<SubgraphName, Value>, name: SubgraphName, make: (name: SubgraphName) => Value): Value => {
  const value = known.get(name) ?? make(name);
  known.set(name, value);
  return value;
};
