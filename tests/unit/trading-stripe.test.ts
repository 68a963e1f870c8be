import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StripeUnavailableError, TRIES_MAX } from '../../subgraphs/trading/data/stripeClient.ts';
import { createStripePayments } from '../../subgraphs/trading/data/stripePayments.ts';
import type { PaymentProvider } from '../../subgraphs/trading/domain/payment.ts';
import { checkStripeSignature, SIGNATURES_MAX } from '../../subgraphs/trading/domain/stripeSignature.ts';
import { FakeStripe, type Misbehaviour } from '../support/stripe.ts';

describe('the signature of a webhook', () => {
  // Made with openssl dgst -sha256 -hmac SECRET over "1700000000." and the body.
  const body = Buffer.from('{"id":"evt_1","note":"Grüße, 主播"}');
  const signed = '0556034627fdf21ee7119742fff452e95f08657bd518ed4f72969523818089ae';
  const signedOld = '3e2dd1c453a70cad8be1de41ac6393624b24da778136e40d88367019c0d08ec2';
  const signedEmpty = '316b9ab98c15bfa039d243f3196acee619cf29749a91a634e6a8154e2f7b6727';
  const at = 1_700_000_000;
  const check = (header: string | undefined, { nowSeconds = at, secrets = ['whsec_test_secret'], bytes = body } = {}) =>
    checkStripeSignature({ body: bytes, header }, secrets, nowSeconds);
  const none = '0'.repeat(64);

  test('is right for these bytes, this secret and this time alone', () => {
    expect(check(`t=${at},v1=${signed}`)).toEqual({ ok: true });
    expect(check(`t=${at},v1=${signedEmpty}`, { bytes: Buffer.alloc(0) })).toEqual({ ok: true });
    expect(check(`t=${at},v1=${signedOld}`).ok).toBe(false);
    expect(check(`t=${at},v1=${signed}`, { secrets: ['whsec_test_secreT'] }).ok).toBe(false);
    expect(check(`t=${at},v1=${signed}`, { secrets: [] }).ok).toBe(false);
    expect(check(`t=${at + 1},v1=${signed}`).ok).toBe(false);
    expect(check(`t=${at},v1=${signed}`, { bytes: Buffer.concat([body, Buffer.from(' ')]) }).ok).toBe(false);
  });

  test('may be one of several, with old and new secrets', () => {
    expect(check(`t=${at},v1=${none},v1=${signed},v0=${none}`)).toEqual({ ok: true });
    expect(check(`t=${at},v1=${signedOld}`, { secrets: ['whsec_test_secret', 'whsec_old'] })).toEqual({ ok: true });
    const many = Array.from({ length: SIGNATURES_MAX }, () => `v1=${none}`).join(',');
    expect(check(`t=${at},${many},v1=${signed}`)).toMatchObject({ ok: false, reason: expect.stringMatching(/more than 8/) });
  });

  test('holds for 300 seconds, in both directions', () => {
    for (const seconds of [-300, 0, 300]) expect(check(`t=${at},v1=${signed}`, { nowSeconds: at + seconds })).toEqual({ ok: true });
    for (const seconds of [-301, 301]) expect(check(`t=${at},v1=${signed}`, { nowSeconds: at + seconds }).ok).toBe(false);
  });

  test.each([
    undefined,
    '',
    'nonsense',
    `v1=${signed}`,
    `t=,v1=${signed}`,
    `t=${at},t=${at},v1=${signed}`,
    `t=-${at},v1=${signed}`,
    `t=${at}e0,v1=${signed}`,
    `t=${at}`,
    `t=${at},v1=`,
    `t=${at},v1=${signed.toUpperCase()}`,
    `t=${at},v1=${signed.slice(0, 62)}`,
    `t=${at},v0=${signed}`,
    `t=${'9'.repeat(400)},v1=${signed}`,
  ])('is refused with a reason when the header is %j', (header) => {
    expect(check(header)).toEqual({ ok: false, reason: expect.stringMatching(/./) });
  });
});

describe('requests to Stripe', () => {
  let stripe: FakeStripe;
  let payments: PaymentProvider;
  const order = { orderId: '01a1f000-0000-7000-8000-000000000000', amountMinor: 949n, currency: 'EUR', description: '1000 coins' };
  const soon = () => AbortSignal.timeout(5_000);

  beforeEach(async () => {
    stripe = await new FakeStripe().start();
    payments = createStripePayments({ url: stripe.url, secretKey: stripe.secretKey, webhookSecrets: [] });
  });
  afterEach(async () => {
    await payments.close();
    await stripe.close();
  });
  const misbehave = (...how: readonly Misbehaviour[]): void => {
    stripe.misbehaviours.push(...how);
  };

  test('are forms with the order as their key, and payments carry the order', async () => {
    const created = await payments.create(order, soon());
    expect(stripe.requests[0]).toEqual({
      line: 'POST /v1/payment_intents',
      form: {
        amount: '949',
        currency: 'eur',
        description: '1000 coins',
        'automatic_payment_methods[enabled]': 'true',
        'metadata[fanfare_top_up]': order.orderId,
      },
      key: order.orderId,
    });
    expect(created).toMatchObject({
      kind: 'payment',
      payment: { orderId: order.orderId, state: 'open', amountMinor: 949n, currency: 'EUR' },
    });
  });

  test.each(['cut', 'broken', 'done-and-broken', 'busy', 'garbage', 'locked'] as const)(
    'that meet "%s" are sent again with their key: one payment',
    async (how) => {
      misbehave(how, how);
      const created = await payments.create(order, soon());
      expect(created.kind).toBe('payment');
      expect(stripe.intents.size).toBe(1);
      const asked = stripe.requests.filter(({ line }) => line.startsWith('POST'));
      expect(asked.map(({ key }) => key)).toEqual(Array.from({ length: TRIES_MAX }, () => order.orderId));
    },
  );

  test('that are never answered well are given up after a few tries', async () => {
    misbehave(...Array.from({ length: 9 }, () => 'broken' as const));
    await expect(payments.create(order, soon())).rejects.toThrow(StripeUnavailableError);
    expect(stripe.requests).toHaveLength(TRIES_MAX);
  });

  test('that are never answered at all end when their caller has waited long enough', async () => {
    misbehave('never');
    await expect(payments.create(order, AbortSignal.timeout(100))).rejects.toThrow(/timeout|aborted/i);
    // It was done all the same; asking again finds it, paid by now.
    const [intent] = [...stripe.intents.values()];
    if (intent !== undefined) stripe.pay(intent);
    expect(await payments.create(order, soon())).toMatchObject({ payment: { id: intent?.id, state: 'paid' } });
    expect(stripe.intents.size).toBe(1);
  });

  test('with a wrong key are an outage, not a refusal of the buyer', async () => {
    const wrong = createStripePayments({ url: stripe.url, secretKey: 'sk_test_wrong_wrong', webhookSecrets: [] });
    await expect(wrong.create(order, soon())).rejects.toThrow(/401/);
    expect(stripe.requests).toHaveLength(1);
    await wrong.close();
  });

  test('that Stripe refuses are refused, with its reason for operators', async () => {
    stripe.refusesPayments = true;
    expect(await payments.create(order, soon())).toEqual({ kind: 'refused', reason: expect.stringMatching(/amount_too_small/) });
  });

  test('with a key that was used for something else are our fault, and nobody’s refusal', async () => {
    await payments.create(order, soon());
    await expect(payments.create({ ...order, amountMinor: 1n }, soon())).rejects.toThrow(StripeUnavailableError);
  });

  test('to cancel answer with what was faster', async () => {
    const created = await payments.create(order, soon());
    const [intent] = [...stripe.intents.values()];
    if (created.kind !== 'payment' || intent === undefined) throw new Error('no payment');
    stripe.pay(intent);
    expect(await payments.cancel(intent.id, soon())).toMatchObject({ state: 'paid' });
    const other = await payments.create({ ...order, orderId: '01a1f000-0000-7000-8000-000000000001' }, soon());
    const id = other.kind === 'payment' ? other.payment.id : '';
    expect(await payments.cancel(id, soon())).toMatchObject({ state: 'closed' });
    expect(await payments.cancel(id, soon())).toMatchObject({ state: 'closed' });
  });
});
