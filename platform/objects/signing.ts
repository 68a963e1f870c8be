import { timingSafeEqual } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';

/** Who signs addresses of objects, and for which region. */
export interface SigningKey {
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
  /** Where keys made from the secret are kept, one per day, by whoever signs much: making one costs more than signing with it. */
  readonly derived?: Map<string, ArrayBuffer>;
}

/** What may be done at an address. `headers`: what the request has to carry, exactly so; names in small letters. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** S3 signs no address for longer. */
const EXPIRES_SECONDS_MAX = 604_800;
/** How far ahead the clock of who signed may be. */
const CLOCK_SKEW_MS = 15 * 60_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** An address at which whoever has it may do this, from `at` on for `expiresSeconds`: AWS Signature Version 4 in query parameters, the body unsigned. Every header given is bound by it. */
export const signedAddress = async (
  key: SigningKey,
  { method, url, headers }: SignedRequest,
  { at, expiresSeconds }: { readonly at: Date; readonly expiresSeconds: number },
): Promise<string> => {
  const address = new URL(url);
  address.searchParams.set('X-Amz-Expires', String(expiresSeconds));
  const signed = await signerOf(key, { method, url: address.href, headers }, stampOf(at)).sign();
  // URLs write a space as + here, which not every store reads as one.
  return signed.url.href.replace(/\+/g, '%20');
};

/** Why a request to a signed address is none that this key has signed, a sentence; null when it is. `headers`: as they came, names in small letters. */
export const signatureFault = async (
  key: SigningKey,
  {
    method,
    url,
    headers,
  }: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string | undefined>> },
  nowMs: number,
): Promise<string | null> => {
  const address = new URL(url);
  const { searchParams: given } = address;
  const [stamp, signature] = [given.get('X-Amz-Date') ?? '', given.get('X-Amz-Signature') ?? ''];
  const names = (given.get('X-Amz-SignedHeaders') ?? '').split(';');
  const atMs = msOf(stamp);
  const expiresSeconds = Number(given.get('X-Amz-Expires'));
  if (given.get('X-Amz-Algorithm') !== ALGORITHM || atMs === null || !names.includes('host')) return 'The address is not signed.';
  if (!(Number.isInteger(expiresSeconds) && expiresSeconds > 0 && expiresSeconds <= EXPIRES_SECONDS_MAX))
    return 'The address says no good time for how long it holds.';
  if (nowMs > atMs + expiresSeconds * 1_000) return 'The address has expired. Get a new one.';
  if (atMs > nowMs + CLOCK_SKEW_MS) return 'The address is not valid yet.';
  address.searchParams.delete('X-Amz-Signature');
  const bound = Object.fromEntries(names.filter((name) => name !== 'host').map((name) => [name, headers[name] ?? '']));
  const expected = signerOf(key, { method, url: address.href, headers: bound }, stamp);
  const isRight =
    isSame(await expected.signature(), signature) && given.get('X-Amz-Credential') === `${key.keyId}/${expected.credentialString}`;
  return isRight ? null : 'The signature is not that of this request: send the method, the headers and the length that it was signed for.';
};

/** The headers that an address binds. */
export const boundHeadersOf = (url: string): readonly string[] => (new URL(url).searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');

const signerOf = ({ region, keyId, secret, derived }: SigningKey, { method, url, headers }: SignedRequest, datetime: string): AwsV4Signer =>
  new AwsV4Signer({
    method,
    url,
    headers,
    accessKeyId: keyId,
    secretAccessKey: secret,
    service: 's3',
    region,
    datetime,
    signQuery: true,
    ...(derived === undefined ? {} : { cache: derived }),
    // Length and type of what is sent are bound too.
    allHeaders: true,
  });

const stampOf = (at: Date): string => at.toISOString().replace(/[:-]|\.\d{3}/g, '');

const msOf = (stamp: string): number | null => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? null : ms;
};

const isSame = (one: string, other: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
};
