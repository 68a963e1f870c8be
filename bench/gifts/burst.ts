import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { GiftCommand } from '../../subgraphs/trading/domain/gift.ts';
import { type BenchOptions, type Form, formatTable } from '../support/bench.ts';
import { busyForMs, isUnsettled } from '../support/load.ts';
import { checkBooks, countOrders, openTill, type Till } from './till.ts';
import { openWorld, STREAMERS, streamId, viewerId, WALLETS } from './world.ts';

const ORDERS_MAX = 10_000_000;
/** Offered in one turn of the event loop: sockets would not bring more at once either. */
const OFFERED_PER_TURN = 2_000;
/** A refused client waits twice as long after each further refusal, up to this. */
const WAIT_MS_MAX = 60_000;
/** How long a client waits that was told nothing certain. */
const UNSETTLED_MS = 1_000;
/** Clients that are due within the same of these come back together. */
const SLOT_MS = 50;
const PROGRESS_MS = 5_000;
/** Orders wait in the lane's queue and in flight, nowhere else; what the lane and its answers need is far below this. */
const HEAP_MEGABYTES_MAX = 1_024;

export const burst: Form = {
  name: 'gifts-burst',
  value: 'ORDERS',
  about: 'that many orders offered at once: each is answered or told BUSY, and comes back until it is answered',
  run: async (options) => {
    const orders = Number(options.value);
    if (!Number.isInteger(orders) || orders < 1 || orders > ORDERS_MAX)
      throw new RangeError(`--burst is a number of orders from 1 to ${ORDERS_MAX}.`);
    const world = await openWorld(options.dataDir, options.say);
    const till = openTill(world);
    try {
      const { drainMs, busy, unsettled, megabytesMax } = await drain(till, orders, options.say);
      await till.settled();
      options.say('checking the books');
      const written = await countOrders(world.database);
      if (written !== orders) throw new Error(`${written} orders are in the books instead of ${orders}`);
      if (megabytesMax > HEAP_MEGABYTES_MAX) throw new Error(`${megabytesMax} MB were in use: memory is not bounded`);
      const drift = await checkBooks(world.database);
      return {
        orders,
        drainSeconds: Number((drainMs / 1_000).toFixed(1)),
        ordersPerSecond: Math.round(orders / (drainMs / 1_000)),
        busyAnswers: busy,
        unsettledAnswers: unsettled,
        megabytesMax,
        conservationDrift: drift,
      };
    } finally {
      await till.close();
      await world.close();
    }
  },
  table: (figures) =>
    formatTable([
      ['orders offered at once', `${figures['orders']}`],
      ['all answered after', `${figures['drainSeconds']} s (${figures['ordersPerSecond']} per second)`],
      ['told BUSY and came back', `${figures['busyAnswers']} times`],
      ['not settled at the first answer (the machine was too slow)', `${figures['unsettledAnswers']}`],
      ['memory in use at most (with the clients)', `${figures['megabytesMax']} MB`],
      ['coins made or lost', `${figures['conservationDrift']}`],
    ]),
};

/** The order of a client; the same one each time it comes back. */
const orderOf = (client: number): GiftCommand => ({
  senderId: viewerId(client % WALLETS),
  streamId: streamId(client % 2 === 0 ? 0 : client % STREAMERS),
  giftId: 'rose',
  quantity: 1,
  idempotencyKey: `burst-${client}`,
});

interface Drained {
  readonly drainMs: number;
  readonly busy: number;
  /** Told that nobody knows, or not begun in time. */
  readonly unsettled: number;
  readonly megabytesMax: number;
}

const drain = async ({ lane }: Till, orders: number, say: BenchOptions['say']): Promise<Drained> => {
  const startMs = performance.now();
  const due = new Map<number, number[]>([[0, Array.from({ length: orders }, (_, client) => client)]]);
  const refusals = new Uint8Array(orders);
  const seen = { answered: 0, busy: 0, unsettled: 0, megabytesMax: 0 };
  const offer = (client: number): void => {
    lane.submit(orderOf(client)).then(
      (outcome) => {
        if (!outcome.ok) failed ??= new Error(`order ${client} was answered ${outcome.error.code}`);
        seen.answered += 1;
      },
      (error: unknown) => {
        try {
          const unsettled = isUnsettled(error);
          if (unsettled) seen.unsettled += 1;
          else seen.busy += 1;
          const waitMs =
            Math.min(WAIT_MS_MAX, (unsettled ? UNSETTLED_MS : busyForMs(error)) * 2 ** (refusals[client] ?? 0)) * (0.5 + Math.random());
          refusals[client] = Math.min(20, (refusals[client] ?? 0) + 1);
          const slot = Math.ceil((performance.now() - startMs + waitMs) / SLOT_MS);
          const others = due.get(slot);
          if (others === undefined) due.set(slot, [client]);
          else others.push(client);
        } catch (unexpected) {
          failed ??= unexpected;
        }
      },
    );
  };
  let failed: unknown;
  let saidMs = startMs;
  for (let slot = 0; seen.answered < orders && failed === undefined; slot += 1) {
    for (const [index, client] of (due.get(slot) ?? []).entries()) {
      offer(client);
      if (index % OFFERED_PER_TURN === OFFERED_PER_TURN - 1) await nextTurn();
    }
    due.delete(slot);
    const aheadMs = startMs + (slot + 1) * SLOT_MS - performance.now();
    if (aheadMs > 0) await sleep(aheadMs);
    seen.megabytesMax = Math.max(seen.megabytesMax, Math.round(process.memoryUsage().rss / 1e6));
    if (performance.now() - saidMs < PROGRESS_MS) continue;
    saidMs = performance.now();
    say(`${Math.round((saidMs - startMs) / 1_000)} s: ${seen.answered} answered, ${seen.busy} times BUSY, ${seen.megabytesMax} MB`);
  }
  if (failed !== undefined) throw failed;
  const { busy, unsettled, megabytesMax } = seen;
  return { drainMs: performance.now() - startMs, busy, unsettled, megabytesMax };
};
