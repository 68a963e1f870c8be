import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Config } from '#platform/config/config.ts';
import { FanfareError } from '#platform/errors.ts';
import { isCleanText } from '#platform/text.ts';
import { DEV_ALGORITHM, DEV_ISSUER } from './dev-tokens.ts';
import { isRegion, SCOPES, type Scope } from './identity.ts';
import { SUBJECT_LENGTH_MAX } from './token-verifier.ts';

/** A made-up person to act as in the playground. */
export interface Persona {
  readonly user: string;
  readonly description: string;
  readonly scopes: readonly Scope[];
}

const VIEWER_SCOPES: readonly Scope[] = ['chat:write', 'gifts:send', 'wallet:read', 'wallet:topup'];
const STREAMER_SCOPES: readonly Scope[] = [...VIEWER_SCOPES, 'streams:manage'];

/** Who the demo knows by name. */
export const PERSONAS: readonly Persona[] = [
  { user: 'alice', description: 'Alice, a viewer: chats, buys coins and sends gifts.', scopes: VIEWER_SCOPES },
  {
    user: 'luna',
    description: 'Luna, a streamer: all that a viewer may, and her own streams.',
    scopes: STREAMER_SCOPES,
  },
  {
    user: 'olga',
    description: 'Olga, an operator: sees and changes how the platform runs.',
    scopes: ['ops:read', 'ops:write', 'metrics:write', 'chat:write'],
  },
];

/** Of streamers there are many in the demo; `status` is the page at /status, which only reads. */
const GROUPS: readonly (readonly [RegExp, readonly Scope[]])[] = [
  [/^status$/, ['ops:read']],
  [/^streamer-\d+$/, STREAMER_SCOPES],
];

export interface DevTokenRequest {
  /** Becomes `sub`: 1 to 128 characters. */
  readonly user: string;
  /** Default: `scopesOf` the user. */
  readonly scopes?: readonly Scope[];
  readonly roles?: readonly string[];
  /** Says that the user is not of age. */
  readonly minor?: boolean;
  /** Says where the user is: ISO 3166-1 alpha-2. */
  readonly region?: string;
  /** 1 to 86,400. Default 3,600. */
  readonly expiresInSeconds?: number;
}

/** Issues tokens for local use. Its key lives in `<data>/dev-key`, readable by its owner only. */
export interface DevIssuer {
  readonly key: Uint8Array;
  /** What a user's tokens are good for unless others are asked for: the persona's scopes, else a viewer's. */
  scopesOf(user: string): readonly Scope[];
  /** A JWT. Throws FanfareError BAD_USER_INPUT for a bad user, scope, region or lifetime. */
  issue(request: DevTokenRequest): Promise<string>;
}

const KEY_BYTES = 32;
const LIFETIME_SECONDS = 3_600;
const LIFETIME_SECONDS_MAX = 86_400;

/** Opens the issuer, making its key on first use. Throws TypeError unless the process was started with --dev, and under NODE_ENV=production always. */
export const createDevIssuer = async (config: Pick<Config, 'dev' | 'environment' | 'dataFolder'>): Promise<DevIssuer> => {
  if (config.environment === 'production') throw new TypeError('the development token issuer refuses to run under NODE_ENV=production');
  if (!config.dev) throw new TypeError('the development token issuer needs --dev');
  const key = await readOrMakeKey(config.dataFolder);
  return { key, scopesOf, issue: (request) => issue(key, request) };
};

/** Scopes from a text such as "chat:write gifts:send". Throws FanfareError BAD_USER_INPUT for one that doesn't exist. */
export const parseScopes = (text: string): readonly Scope[] =>
  text
    .split(/[\s,]+/)
    .filter((scope) => scope !== '')
    .map(checkScope);

const scopesOf = (user: string): readonly Scope[] =>
  PERSONAS.find((persona) => persona.user === user)?.scopes ?? GROUPS.find(([pattern]) => pattern.test(user))?.[1] ?? VIEWER_SCOPES;

const checkScope = (scope: string): Scope => {
  if (Object.hasOwn(SCOPES, scope)) return scope as Scope;
  throw new FanfareError('BAD_USER_INPUT', `There is no scope ${JSON.stringify(scope)}. Known: ${Object.keys(SCOPES).join(' ')}.`);
};

const issue = async (
  key: Uint8Array,
  { user, scopes, roles = [], minor = false, region, expiresInSeconds = LIFETIME_SECONDS }: DevTokenRequest,
): Promise<string> => {
  if (user === '' || user.length > SUBJECT_LENGTH_MAX || !isCleanText(user))
    throw new FanfareError('BAD_USER_INPUT', `A user is a text of 1 to ${SUBJECT_LENGTH_MAX} characters.`);
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > LIFETIME_SECONDS_MAX) {
    throw new FanfareError('BAD_USER_INPUT', `A token lives 1 to ${LIFETIME_SECONDS_MAX} seconds.`);
  }
  if (region !== undefined && !isRegion(region))
    throw new FanfareError('BAD_USER_INPUT', `A region is two capital letters (ISO 3166-1), such as DE, not ${JSON.stringify(region)}.`);
  const granted = (scopes ?? scopesOf(user)).map(checkScope);
  return new SignJWT({
    scope: granted.join(' '),
    client_id: 'fanfare-dev',
    roles: [...roles],
    ...(minor ? { minor } : {}),
    ...(region === undefined ? {} : { region }),
  })
    .setProtectedHeader({ alg: DEV_ALGORITHM, typ: 'JWT' })
    .setIssuer(DEV_ISSUER)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(`${expiresInSeconds}s`)
    .sign(key);
};

const readOrMakeKey = async (dataFolder: string): Promise<Uint8Array> => {
  const path = join(dataFolder, 'dev-key');
  await mkdir(dataFolder, { recursive: true });
  // Written aside and linked into place: of two processes that start at the same moment one wins, and nobody reads half a key.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  await chmod(path, 0o600);
  const key = Buffer.from(await readFile(path, 'utf8'), 'base64');
  if (key.length !== KEY_BYTES) throw new TypeError(`${path} is damaged: delete it, and a new one is made`);
  return key;
};
