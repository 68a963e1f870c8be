import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Config, JwtSource } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import { isCleanText } from '#platform/text.ts';
import { DEV_ALGORITHM, DEV_ISSUER } from './dev-tokens.ts';
import { type ClientToken, personalClaims, type Scope, type TokenVerifier } from './identity.ts';
import { scopesOf } from './keys.ts';

/** `sub` is the user's id; it stands in keys and URLs. */
export const SUBJECT_LENGTH_MAX = 128;
/** A token with a few scopes and roles is below 2 kB; longer is refused before any work. */
const TOKEN_LENGTH_MAX = 8_192;
/** Verdicts kept: one per connected client and then some. */
const VERDICTS_MAX = 20_000;
/** How far the issuer's clock and ours may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** How long the key set may take to arrive. */
const JWKS_TIMEOUT_MS = 3_000;
const ROLES_MAX = 32;

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const SYMMETRIC = ['HS256', 'HS384', 'HS512'];

export interface TokenVerifierOptions {
  readonly config: Pick<Config, 'jwt' | 'jwtIssuer' | 'jwtAudience'>;
  /** Accepts development tokens too: the key of the development issuer. */
  readonly devKey?: Uint8Array;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Verifies clients' tokens against the configured key set, key or secret. A verdict is kept by the SHA-256 of the token until it expires: asking again costs
 * a hash. Throws FanfareError UNAUTHENTICATED, or SUBGRAPH_UNAVAILABLE while the key set can't be fetched. */
export const createTokenVerifier = ({ config, devKey, now = Date.now }: TokenVerifierOptions): TokenVerifier => {
  const configured = config.jwt === null ? null : verifierOf(config.jwt);
  const demands: JWTVerifyOptions = {
    ...(config.jwtIssuer === null ? {} : { issuer: config.jwtIssuer }),
    ...(config.jwtAudience === null ? {} : { audience: config.jwtAudience }),
  };
  const verdicts = new Map<string, ClientToken>();

  const check = async (jwt: string): Promise<ClientToken> => {
    const common = { clockTolerance: CLOCK_TOLERANCE_SECONDS, currentDate: new Date(now()), requiredClaims: ['exp', 'sub'] };
    if (devKey !== undefined && issuerIn(jwt) === DEV_ISSUER)
      return tokenOf(await verifyWith(jwt, devKey, { ...common, issuer: DEV_ISSUER, algorithms: [DEV_ALGORITHM] }));
    if (configured === null) throw refused('it comes from an unknown issuer (no JWT key is configured here)');
    return tokenOf(await configured(jwt, { ...common, ...demands }));
  };

  const verify = async (jwt: string): Promise<ClientToken> => {
    if (jwt === '' || jwt.length > TOKEN_LENGTH_MAX) throw refused('it is malformed');
    const hash = createHash('sha256').update(jwt).digest('base64url');
    const known = verdicts.get(hash);
    if (known !== undefined && known.expiresAtMs > now()) return known;
    verdicts.delete(hash);
    const token = await check(jwt);
    if (verdicts.size >= VERDICTS_MAX) verdicts.delete(verdicts.keys().next().value ?? '');
    verdicts.set(hash, token);
    return token;
  };
  return { verify };
};

type Verify = (jwt: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

const verifierOf = (source: JwtSource): Verify => {
  if (source.kind === 'jwks') {
    const keys = createRemoteJWKSet(new URL(source.url), { timeoutDuration: JWKS_TIMEOUT_MS });
    return (jwt, options) => explained(async () => (await jwtVerify(jwt, keys, { ...options, algorithms: ASYMMETRIC })).payload);
  }
  if (source.kind === 'secret') {
    const secret = new TextEncoder().encode(source.secret);
    return (jwt, options) => verifyWith(jwt, secret, { ...options, algorithms: SYMMETRIC });
  }
  const key = createPublicKey(source.pem);
  return (jwt, options) => verifyWith(jwt, key, { ...options, algorithms: ASYMMETRIC });
};

const verifyWith = (jwt: string, key: Uint8Array | KeyObject, options: JWTVerifyOptions): Promise<JWTPayload> =>
  explained(async () => (await jwtVerify(jwt, key, options)).payload);

const issuerIn = (jwt: string): string | undefined => {
  try {
    return decodeJwt(jwt).iss;
  } catch (error) {
    throw refused('it is malformed', error);
  }
};

const explained = async <T>(verify: () => Promise<T>): Promise<T> => {
  try {
    return await verify();
  } catch (error) {
    throw explain(error);
  }
};

const explain = (error: unknown): FanfareError => {
  if (error instanceof errors.JWTExpired) return refused('it has expired; get a new one', error);
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(`its claim ${error.claim} is ${error.reason === 'missing' ? 'missing' : 'not accepted here'}`, error);
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return refused('its signature is wrong', error);
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return refused('its algorithm is not accepted here', error);
  if (error instanceof errors.JWKSMultipleMatchingKeys) return refused('it does not say which key signed it (kid)', error);
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return refused('it is malformed', error);
  if (error instanceof TypeError && !isFetchFailure(error)) return refused('its algorithm does not fit the key', error);
  return new FanfareError('SUBGRAPH_UNAVAILABLE', 'Tokens cannot be checked at the moment: their key set cannot be fetched.', {
    retryAfterMs: 1_000,
    cause: error,
  });
};

const isFetchFailure = (error: TypeError): boolean => error.message === 'fetch failed';

const refused = (why: string, cause?: unknown): FanfareError =>
  new FanfareError('UNAUTHENTICATED', `The token is refused: ${why}.`, { cause });

const tokenOf = (payload: JWTPayload): ClientToken => {
  const { sub = '', exp = 0 } = payload;
  if (sub === '' || sub.length > SUBJECT_LENGTH_MAX || !isCleanText(sub))
    throw refused(`its sub is not a text of 1 to ${SUBJECT_LENGTH_MAX} characters`);
  const clientId = payload['client_id'];
  return {
    identity: {
      kind: 'user',
      id: sub,
      scopes: scopesIn(payload['scope']),
      roles: rolesIn(payload['roles']),
      clientId: typeof clientId === 'string' && isCleanText(clientId) ? clientId : null,
      ...personalClaims(payload),
    },
    expiresAtMs: exp * 1_000,
  };
};

const scopesIn = (claim: unknown): readonly Scope[] => scopesOf(typeof claim === 'string' ? claim.split(' ') : claim);

const rolesIn = (claim: unknown): readonly string[] =>
  Array.isArray(claim) ? claim.filter((role) => typeof role === 'string' && isCleanText(role)).slice(0, ROLES_MAX) : [];
