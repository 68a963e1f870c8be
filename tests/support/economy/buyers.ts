import { createRandom } from '../random.ts';
import { FakeStripe, type StripeEvent } from '../stripe.ts';
import { shuffled } from './deck.ts';
import type { PayDeed } from './deeds.ts';

/** Deliveries under way at the same time. */
const DELIVERIES_AT_ONCE = 32;
/** Of all events, that share is sent twice in the same round. */
const TWICE_SHARE = 0.4;
/** So many events that arrived long ago are sent once more in each round. */
const STALE_EACH_ROUND = 15;
const STALE_KEPT = 2_000;

/** Those who buy coins, and the provider whom they pay: it outlives all processes of trading, and tells them what happened by webhooks, in any order, some of them twice and some long after. */
export interface Buyers {
  /** Environment of a process that sells coins and hears of payments at that port. */
  env(port: number): Readonly<Record<string, string>>;
  /** They do what they want to do, each deed once however often it is named; then everything is delivered that has happened, also refunds that operators asked for. Answers for each deed
   * whether all that is to be told of it has arrived. */
  pay(deeds: readonly PayDeed[], port: number): Promise<readonly boolean[]>;
  close(): Promise<void>;
}

export const meetBuyers = async (seed: number): Promise<Buyers> => {
  const stripe = await new FakeStripe().start();
  const random = createRandom(seed);
  const done = new Map<string, readonly StripeEvent[]>();
  const stale: StripeEvent[] = [];
  let due: readonly StripeEvent[] = [];
  const act = ({ topUpId, how }: PayDeed): readonly StripeEvent[] => {
    const payment = stripe.intentOf(topUpId);
    const declined = how === 'paid' ? null : stripe.decline(payment);
    const paid = how === 'declined' ? null : stripe.pay(payment);
    return [declined, paid].filter((event) => event !== null);
  };
  const post = async (event: StripeEvent, port: number): Promise<boolean> => {
    try {
      const { status } = await stripe.deliver(`http://127.0.0.1:${port}/webhooks/stripe`, event);
      if (status >= 400 && status < 500) throw new RefusedEvent(`event ${event.id} (${event.type}) was refused with ${status}`);
      return status === 200;
    } catch (error) {
      if (error instanceof RefusedEvent) throw error;
      // The process died: Stripe sends it again.
      return false;
    }
  };
  const deliverAll = async (events: readonly StripeEvent[], port: number): Promise<ReadonlySet<string>> => {
    const arrived = new Set<string>();
    const waiting = events.values();
    const sendOn = async (): Promise<void> => {
      for (const event of waiting) if (await post(event, port)) arrived.add(event.id);
    };
    await Promise.all(Array.from({ length: DELIVERIES_AT_ONCE }, sendOn));
    return arrived;
  };
  return {
    env: (port) => ({
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRETS: stripe.webhookSecret,
      STRIPE_API_URL: stripe.url,
      PAYMENT_WEBHOOK_PORT: String(port),
    }),
    pay: async (deeds, port) => {
      for (const deed of deeds) if (!done.has(deed.key)) done.set(deed.key, act(deed));
      due = [...due, ...stripe.events.splice(0)];
      const again = due.filter(() => random.chance(TWICE_SHARE));
      const late = shuffled(stale, random).slice(0, STALE_EACH_ROUND);
      const arrived = await deliverAll(shuffled([...due, ...again, ...late], random), port);
      stale.push(...due.filter(({ id }) => arrived.has(id)));
      stale.splice(0, stale.length - STALE_KEPT);
      due = due.filter(({ id }) => !arrived.has(id));
      const missing = new Set(due.map(({ id }) => id));
      return deeds.map(({ key }) => done.get(key)?.every(({ id }) => !missing.has(id)) ?? false);
    },
    close: () => stripe.close(),
  };
};

class RefusedEvent extends Error {}
