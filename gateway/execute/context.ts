import type { ClientToken, Identity } from '#platform/identity/identity.ts';

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
  /** For each request to a subgraph. */
  readonly timeoutMs: number;
  /** Ends the work when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}
