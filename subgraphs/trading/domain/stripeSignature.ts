import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the time of a signature may be from ours, in seconds: past it a delivery that somebody recorded is worth nothing. Stripe's own libraries take the same. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;
/** While secrets are exchanged Stripe signs with the old and the new one. Each further signature would cost us comparisons for nothing. */
export const SIGNATURES_MAX = 8;

export type SignatureVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface SignedDelivery {
  /** The bytes as they came: any other form of the same JSON has another signature. */
  readonly body: Buffer;
  /** The `Stripe-Signature` header: `t=<seconds>,v1=<hex>[,v1=<hex>…]`; other schemes in it are ignored. */
  readonly header: string | undefined;
}

/** Whether a delivery was signed with one of these secrets, and not long ago. HMAC-SHA-256 over `t.body`, compared in constant time. */
export const checkStripeSignature = (
  { body, header }: SignedDelivery,
  secrets: readonly string[],
  nowSeconds: number,
): SignatureVerdict => {
  if (header === undefined || header === '') return refuse('the header Stripe-Signature is missing');
  const parts = header.split(',').map((part) => part.trim());
  const times = valuesOf(parts, 't');
  const signatures = valuesOf(parts, 'v1').filter((signature) => SIGNATURE.test(signature));
  const [time] = times;
  if (time === undefined || times.length > 1 || !SECONDS.test(time)) return refuse('the header Stripe-Signature has no time, or several');
  if (signatures.length === 0) return refuse('the header Stripe-Signature has no signature of scheme v1');
  if (signatures.length > SIGNATURES_MAX) return refuse(`the header Stripe-Signature has more than ${SIGNATURES_MAX} signatures`);
  const given = signatures.map((signature) => Buffer.from(signature, 'hex'));
  const isSigned = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
    return given.some((signature) => timingSafeEqual(signature, expected));
  });
  if (!isSigned) return refuse('no signature fits the body: wrong secret, or the body was changed on its way');
  // Only whoever knows a secret learns what is wrong with the time.
  const ageSeconds = nowSeconds - Number(time);
  if (Math.abs(ageSeconds) <= SIGNATURE_TOLERANCE_SECONDS) return { ok: true };
  return refuse(
    `it was signed ${Math.abs(ageSeconds)} s ${ageSeconds > 0 ? 'ago' : 'ahead of our clock'}: ${SIGNATURE_TOLERANCE_SECONDS} s are allowed`,
  );
};

const SECONDS = /^\d{1,12}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

const refuse = (reason: string): SignatureVerdict => ({ ok: false, reason });

const valuesOf = (parts: readonly string[], name: string): readonly string[] =>
  parts.flatMap((part) => (part.startsWith(`${name}=`) ? [part.slice(name.length + 1)] : []));
