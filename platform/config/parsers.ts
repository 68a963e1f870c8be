import { isIP } from 'node:net';
import { z } from 'zod';

/** What a process runs: the gateway, a subgraph, or everything at once. */
export type ProcessKind = 'gateway' | 'subgraph' | 'everything';

/** One environment variable: what the parser and the README's table both read. */
export interface Variable<Value> {
  /** For people: `integer`, `URL`, `one of a, b`. */
  readonly type: string;
  /** Parsed like a given value where the variable is unset; null means: absent. */
  readonly default: string | null;
  readonly meaning: string;
  /** Never shown in messages. */
  readonly secret?: boolean;
  /** Which processes refuse to start without it under NODE_ENV=production. */
  readonly requiredInProduction?: readonly ProcessKind[];
  readonly parser: z.ZodType<Value, string>;
}

export const variable = <Value>(of: Variable<Value>): Variable<Value> => of;

export const text = z.string().min(1, 'it must not be empty');

export const oneOf = <const Choice extends string>(...choices: readonly Choice[]): z.ZodType<Choice, string> =>
  z.string().transform((value, context) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `it must be one of ${choices.join(', ')}` });
    return z.NEVER;
  });

export const integer = (min: number, max: number): z.ZodType<number, string> =>
  z.string().transform((value, context) => {
    const parsed = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (parsed >= min && parsed <= max) return parsed;
    context.addIssue({ code: 'custom', message: `it must be a whole number from ${min} to ${max}` });
    return z.NEVER;
  });

export const switchedOn = (): z.ZodType<boolean, string> => oneOf('true', 'false').transform((value) => value === 'true');

export const isUrl = (value: string, protocols: readonly string[]): boolean =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

export const url = (...protocols: readonly string[]): z.ZodType<string, string> =>
  z.string().refine((value) => isUrl(value, protocols), {
    error: `it must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });

const splitList = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const listOf = (fault: string, isGood: (part: string) => boolean): z.ZodType<readonly string[], string> =>
  z
    .string()
    .transform(splitList)
    .refine((parts) => parts.every(isGood), { error: fault });

export const isNetwork = (part: string): boolean => {
  const [address = '', bits, ...more] = part.split('/');
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && bitsMax > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax));
};

/** One key between processes. `secret`: at least IDENTITY_KEY_BYTES_MIN bytes. */
export interface IdentityKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

/** HMAC-SHA-256 keys shorter than its output would be weaker than the MAC. */
export const IDENTITY_KEY_BYTES_MIN = 32;

export const identityKeys = z.string().transform((value, context): readonly IdentityKey[] => {
  const keys: IdentityKey[] = [];
  for (const part of splitList(value)) {
    const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(part) ?? [];
    const secret = Buffer.from(encoded ?? '', 'base64');
    if (id === undefined || secret.length < IDENTITY_KEY_BYTES_MIN || keys.some((key) => key.id === id)) {
      context.addIssue({
        code: 'custom',
        message: `it must be a comma-separated list of id:base64 with different ids and at least ${IDENTITY_KEY_BYTES_MIN} bytes each (openssl rand -base64 32)`,
      });
      return z.NEVER;
    }
    keys.push({ id, secret });
  }
  return keys;
});

export const HTTP = ['http:', 'https:'] as const;
export const POSTGRES = ['postgres:', 'postgresql:'] as const;
export const REDIS = ['redis:', 'rediss:'] as const;
