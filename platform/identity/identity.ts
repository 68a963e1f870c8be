/** Who a request to a subgraph acts for. The gateway (or a service) signs it; every subgraph verifies it, in process and over HTTP alike.
 * `user`: a person (or nobody: `id` null is the anonymous viewer). `audience`: a broadcast upstream, which acts for all viewers of an audience and
 * never as one of them. `service`: another process of the platform. */
export type Identity =
  | {
      readonly kind: 'user';
      readonly id: string | null;
      readonly scopes: readonly Scope[];
      readonly roles: readonly string[];
      readonly clientId: string | null;
      /** There only when the token says that this person is not of age. */
      readonly minor?: true;
      /** Where the token says that this person is, ISO 3166-1 alpha-2; absent: it does not say. */
      readonly region?: string;
      /** A digest of the network that a mutation came from, for limits; absent where the gateway has not said, and for everything else. Never what a client says. */
      readonly address?: string;
    }
  | { readonly kind: 'audience'; readonly audience: string }
  | { readonly kind: 'service'; readonly service: string; readonly scopes: readonly Scope[] };

/** What a token may do. Order: as documented. */
export const SCOPES = {
  'chat:write': 'Post messages in rooms.',
  'chat:service': 'Tell people and clients in any conversation what a service of the platform has to say.',
  'gifts:send': 'Send gifts and take them back, ask what they would cost, claim free props, limit the own spending.',
  'wallet:read': 'Read the own wallet and orders.',
  'wallet:topup': 'Buy coins.',
  'streams:manage': 'Create, start and end streams of the own channel, and set what they want to be sent.',
  'metrics:write': 'Report metric samples.',
  'ops:read': 'Read services, metrics and alerts, anybody’s orders and purchases, what operators did, and the proof of the ledger.',
  'ops:write': 'Change how the platform is operated: catalogue, stocks and policy, refunds, wallets, bans.',
} as const;

export type Scope = keyof typeof SCOPES;

/** The network that somebody calls from, where the gateway has said. */
export const addressOf = (identity: Identity): string | null => (identity.kind === 'user' ? (identity.address ?? null) : null);

export const ANONYMOUS: Identity = { kind: 'user', id: null, scopes: [], roles: [], clientId: null };

/** Signs and verifies identities between processes: HMAC-SHA-256 over kind, target subgraph, expiry (IDENTITY_TTL_SECONDS) and key id. */
export interface IdentityKeys {
  /** The value of the IDENTITY_HEADER for one target (a subgraph's name). Cached until half of its life is over. */
  sign(identity: Identity, target: string): string;
  /** Throws FanfareError UNAUTHENTICATED when it is missing, malformed, forged, expired, signed with an unknown key or meant for another target. */
  verify(token: string | undefined, target: string): Identity;
}

/** The claims of a person that are not about rights, as an identity carries them. On age we err on the safe side: any claim but `false` says minor. A region that is
 * not two capital letters is none. */
export const personalClaims = (claims: object): { readonly minor?: true; readonly region?: string } => {
  const { minor = null, region } = claims as { readonly minor?: unknown; readonly region?: unknown };
  return { ...(minor === null || minor === false ? {} : { minor: true }), ...(isRegion(region) ? { region } : {}) };
};

/** Whether it has the form of an ISO 3166-1 alpha-2 code. */
export const isRegion = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]{2}$/.test(value);

export const IDENTITY_HEADER = 'x-fanfare-identity';
export const IDENTITY_TTL_SECONDS = 60;

/** What a client's bearer token says, once verified. `expiresAtMs` is epoch milliseconds. */
export interface ClientToken {
  readonly identity: Identity & { readonly kind: 'user' };
  readonly expiresAtMs: number;
}

/** Verifies clients' JWTs (claims sub, scope, client_id, roles, minor, region) with jose; verdicts are cached by token hash until they expire. */
export interface TokenVerifier {
  /** Throws FanfareError UNAUTHENTICATED with a message that tells expired, malformed and forged apart. */
  verify(jwt: string): Promise<ClientToken>;
}
