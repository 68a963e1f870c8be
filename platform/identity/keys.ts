import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IdentityKey } from '#platform/config/parsers.ts';
import { FanfareError } from '#platform/errors.ts';
import { RecentMap } from '#platform/store/recent.ts';
import { IDENTITY_TTL_SECONDS, type Identity, type IdentityKeys, personalClaims, SCOPES, type Scope } from './identity.ts';

/** A signed identity says what a client's token said (8,192 characters at most) and a little around it. Longer is not ours, and is refused before any work. */
const TOKEN_LENGTH_MAX = 10_240;
/** Signed values kept for reuse: one per identity and target seen in the last half minute. */
const SIGNED_MAX = 10_000;
/** Verified values kept, so that whoever asks again within half a minute costs a look-up instead of a MAC; in characters, because some are long. */
const VERIFIED_MAX = 10_000;
const VERIFIED_CHARACTERS_MAX = 8 * 1_048_576;
/** How far two machines' clocks may be apart. */
const CLOCK_SKEW_SECONDS = 5;

/** A key of this process alone, for development and tests where none is configured: other processes don't know it. */
export const randomIdentityKey = (): IdentityKey => ({ id: `local-${randomBytes(4).toString('hex')}`, secret: randomBytes(32) });

/** Signs with the first key and verifies with all of them. Form of a token: `<key id>.<base64url body>.<base64url MAC>`; the MAC covers everything before it.
 * `now` is epoch milliseconds. Throws TypeError when there is no key. */
export const createIdentityKeys = (keys: readonly IdentityKey[], now: () => number = Date.now): IdentityKeys => {
  // A KeyObject makes an HMAC in 2 µs where raw bytes take 12.
  const prepared = keys.map(({ id, secret }): PreparedKey => ({ id, secret: createSecretKey(secret) }));
  const [signing] = prepared;
  if (signing === undefined) throw new TypeError('identity needs at least one key');
  const byId = new Map(prepared.map((key) => [key.id, key]));
  const signed = new Map<string, Signed>();
  // By the whole token, the MAC included: what was genuine once is genuine until it expires.
  const verified = new RecentMap<Verified>({ entriesMax: VERIFIED_MAX, bytesMax: VERIFIED_CHARACTERS_MAX });

  const sign = (identity: Identity, target: string): string => {
    const nowMs = now();
    const subject = JSON.stringify(identity);
    const name = `${target}\n${subject}`;
    const known = signed.get(name);
    if (known !== undefined && nowMs < known.reuseUntilMs) return known.token;
    const expiresAt = Math.floor(nowMs / 1_000) + IDENTITY_TTL_SECONDS;
    const token = signBody(signing, `{"t":${JSON.stringify(target)},"e":${expiresAt},"i":${subject}}`);
    if (signed.size >= SIGNED_MAX) signed.clear();
    signed.set(name, { token, reuseUntilMs: nowMs + (IDENTITY_TTL_SECONDS * 1_000) / 2 });
    return token;
  };

  const verify = (token: string | undefined, target: string): Identity => {
    const known = verified.get(token ?? '');
    const body = known?.body ?? openToken(token, byId);
    if (body.t !== target) throw refused(`it was made for ${JSON.stringify(String(body.t).slice(0, 64))}, not for ${target}`);
    if (typeof body.e !== 'number' || body.e + CLOCK_SKEW_SECONDS < now() / 1_000)
      throw refused('it has expired; sign a new one per request');
    if (known !== undefined) return known.identity;
    const identity = asIdentity(body.i);
    if (token !== undefined) verified.set(token, { body, identity }, token.length);
    return identity;
  };

  return { sign, verify };
};

interface PreparedKey {
  readonly id: string;
  readonly secret: KeyObject;
}

interface Signed {
  readonly token: string;
  readonly reuseUntilMs: number;
}

interface Body {
  readonly t?: unknown;
  readonly e?: unknown;
  readonly i?: unknown;
}

interface Verified {
  readonly body: Body;
  readonly identity: Identity;
}

const refused = (why: string): FanfareError => new FanfareError('UNAUTHENTICATED', `The identity of this call is refused: ${why}.`);

const macOf = (key: PreparedKey, signedPart: string): Buffer => createHmac('sha256', key.secret).update(signedPart).digest();

const signBody = (key: PreparedKey, body: string): string => {
  const signedPart = `${key.id}.${Buffer.from(body, 'utf8').toString('base64url')}`;
  return `${signedPart}.${macOf(key, signedPart).toString('base64url')}`;
};

const openToken = (token: string | undefined, keys: ReadonlyMap<string, PreparedKey>): Body => {
  if (token === undefined || token === '') throw refused('there is none. Only the gateway and services may call a subgraph');
  const keyEnd = token.indexOf('.');
  const bodyEnd = token.lastIndexOf('.');
  if (token.length > TOKEN_LENGTH_MAX || keyEnd <= 0 || bodyEnd <= keyEnd + 1) throw refused('it is malformed');
  const key = keys.get(token.slice(0, keyEnd));
  if (key === undefined) throw refused('it is signed with a key that this process does not know (compare IDENTITY_KEYS)');
  const mac = Buffer.from(token.slice(bodyEnd + 1), 'base64url');
  const expected = macOf(key, token.slice(0, bodyEnd));
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw refused('its signature is wrong');
  return JSON.parse(Buffer.from(token.slice(keyEnd + 1, bodyEnd), 'base64url').toString('utf8')) as Body;
};

// The MAC proves that one of our processes wrote this; it may be of another version, so the form is checked all the same.
const asIdentity = (value: unknown): Identity => {
  const identity = value as Record<string, unknown> | null | undefined;
  const kind = identity?.['kind'];
  const id = identity?.['id'];
  if (kind === 'user' && (id === null || typeof id === 'string')) {
    const clientId = identity?.['clientId'];
    return {
      kind,
      id,
      scopes: scopesOf(identity?.['scopes']),
      roles: textsOf(identity?.['roles']),
      clientId: typeof clientId === 'string' ? clientId : null,
      ...personalClaims(identity ?? {}),
      ...addressIn(identity?.['address']),
    };
  }
  const audience = identity?.['audience'];
  if (kind === 'audience' && typeof audience === 'string') return { kind, audience };
  const service = identity?.['service'];
  if (kind === 'service' && typeof service === 'string') return { kind, service, scopes: scopesOf(identity?.['scopes']) };
  throw refused('its kind is unknown to this version');
};

const addressIn = (value: unknown): { readonly address?: string } => (typeof value === 'string' ? { address: value } : {});

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []);

/** The scopes that this version knows; a newer process may send more. */
export const scopesOf = (value: unknown): readonly Scope[] =>
  textsOf(value).filter((entry): entry is Scope => Object.hasOwn(SCOPES, entry));
