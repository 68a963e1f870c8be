import type { ClientToken, Identity } from '#platform/identity/identity.ts';

/** One request of a plan to a subgraph: when it began after the plan did, and how long it took. */
export interface ExplainedFetch {
  readonly subgraph: string;
  /** Where its answer goes, for example `rooms.@.gift`; empty at the root. */
  readonly path: string;
  readonly startMs: number;
  readonly ms: number;
}

/** Who asks. `expiresAtMs` is null for anonymous callers. */
export interface Viewer {
  readonly identity: ClientToken['identity'];
  readonly expiresAtMs: number | null;
}

/** What goes along with one operation through ApolloServer, the executor and the data sources. */
export interface GatewayContext {
  readonly requestId: string;
  /** As whom subgraphs are called. */
  readonly identity: Identity;
  /** Where the client calls from: its budget pays for operations without a token. Absent where nothing is paid for, as for events. */
  readonly address?: string;
  /** For each request to a subgraph. */
  readonly timeoutMs: number;
  /** When the whole operation must be over (performance.now()). Absent: each request for itself. */
  readonly endsAtMs?: number;
  /** What the client calls itself, or null. */
  readonly client?: string | null;
  /** Where the times of the plan's requests are noted, because an operator wants to see them. */
  readonly explained?: ExplainedFetch[];
  /** Ends the work when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

/** What a request to a subgraph may take now, in milliseconds; nothing or less: it must not be sent any more. */
export const timeLeftMs = ({ timeoutMs, endsAtMs }: GatewayContext): number =>
  endsAtMs === undefined ? timeoutMs : Math.min(timeoutMs, endsAtMs - performance.now());
