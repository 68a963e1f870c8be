import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import type { Store, TokenBucket } from '#platform/store/store.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { refusal, statusOf } from '../execute/errors.ts';
import { ADDRESS_BUDGET, OPERATION_COST_MAX, USER_BUDGET } from '../limits.ts';
import { type Cost, totalOf } from './costs.ts';

/** `measure` finds out what would be refused, and refuses nothing. */
export type DemandMode = 'off' | 'measure' | 'enforce';

/** What operations may cost. */
export interface Budgets {
  readonly operationMax: number;
  readonly user: TokenBucket;
  /** For callers without a token. */
  readonly address: TokenBucket;
}

export const PRODUCT_BUDGETS: Budgets = { operationMax: OPERATION_COST_MAX, user: USER_BUDGET, address: ADDRESS_BUDGET };

/** Who pays: the user, or the address of a caller without a token. */
export interface Payer {
  readonly identity: Identity;
  readonly address?: string;
}

/** What operators see in `extensions.cost`. */
export interface ShownCost {
  readonly estimate: number;
  readonly fieldCost: number;
  readonly typeCost: number;
  readonly limit: number;
}

/** Takes what operations cost from their callers' budgets, before they run. */
export interface Demand {
  /** Finds out, counts and takes the cost of one operation; null: it may run. `estimate` is called when costs matter at all.
   * Errors: COST_EXCEEDED (with `estimate`, `limit`, and `retryAfterMs` where waiting helps), BAD_USER_INPUT (a list without its slicing argument). */
  charge(payer: Payer, estimate: () => Cost): Promise<GraphQLError | null>;
  /** What a caller may see of an operation's cost: operators all of it, others nothing. */
  shown(identity: Identity, estimate: () => Cost): ShownCost | null;
}

export interface DemandOptions {
  readonly mode: DemandMode;
  readonly budgets: Budgets;
  readonly store: Store;
  readonly telemetry: Telemetry;
}

/** Where costs don't matter. */
export const NO_DEMAND: Demand = { charge: async () => null, shown: () => null };

const COST_BUCKETS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];

export const createDemand = ({ mode, budgets, store, telemetry }: DemandOptions): Demand => {
  if (mode === 'off') return NO_DEMAND;
  const costs = telemetry.histogram(
    'fanfare_gateway_operation_cost',
    'Estimated cost of operations (IBM cost specification).',
    COST_BUCKETS,
  );
  const exceeded = telemetry.counter(
    'fanfare_gateway_cost_exceeded_total',
    'Operations over a limit on cost, refused or (mode measure) not.',
    ['limit'],
  );
  const judge = async (payer: Payer, cost: Cost): Promise<GraphQLError | null> => {
    const estimate = roundedTotal(cost);
    costs.observe(estimate);
    if (cost.fault !== null) return refusal('BAD_USER_INPUT', cost.fault);
    if (estimate > budgets.operationMax) {
      exceeded.inc({ limit: 'operation' });
      return tooDear(estimate, budgets.operationMax);
    }
    const { key, bucket } = purseOf(payer, budgets);
    const { taken, retryAfterMs } = await store.takeTokens(key, bucket, estimate);
    if (taken) return null;
    exceeded.inc({ limit: payer.identity.kind === 'user' && payer.identity.id !== null ? 'user' : 'address' });
    return estimate > bucket.capacity ? tooDear(estimate, bucket.capacity) : spent(estimate, bucket, retryAfterMs);
  };
  return {
    charge: async (payer, estimate) => {
      const refused = await judge(payer, estimate());
      return mode === 'enforce' ? refused : null;
    },
    shown: (identity, estimate) => {
      if (identity.kind !== 'user' || !identity.scopes.includes('ops:read')) return null;
      const { fieldCost, typeCost } = estimate();
      return { estimate: roundedTotal({ fieldCost, typeCost, fault: null }), fieldCost, typeCost, limit: budgets.operationMax };
    },
  };
};

// Fractions of a weight are rounded up, so that nothing is free that costs anything; what cannot be found out is more than any limit, and still a number in JSON.
const roundedTotal = (cost: Cost): number => Math.min(Math.ceil(totalOf(cost)), Number.MAX_SAFE_INTEGER);

const purseOf = ({ identity, address = '' }: Payer, budgets: Budgets): { readonly key: string; readonly bucket: TokenBucket } =>
  identity.kind === 'user' && identity.id !== null
    ? { key: `cost:user:${identity.id}`, bucket: budgets.user }
    : { key: `cost:address:${address}`, bucket: budgets.address };

const tooDear = (estimate: number, limit: number): GraphQLError =>
  exceededError(
    `The operation may cost ${estimate}; the limit for one operation is ${limit}. Ask for less at once: shorter lists, fewer levels.`,
    {
      estimate,
      limit,
    },
  );

const spent = (estimate: number, { capacity }: TokenBucket, retryAfterMs: number): GraphQLError =>
  exceededError(`The operation may cost ${estimate}, and your budget is spent for now: try again in ${retryAfterMs} ms, or ask for less.`, {
    estimate,
    limit: capacity,
    retryAfterMs,
  });

const exceededError = (
  message: string,
  extensions: { readonly estimate: number; readonly limit: number; readonly retryAfterMs?: number },
): GraphQLError => {
  const { retryAfterMs } = extensions;
  const http =
    retryAfterMs === undefined
      ? { status: statusOf('COST_EXCEEDED') }
      : { status: statusOf('RATE_LIMITED'), headers: new HeaderMap([['retry-after', String(Math.ceil(retryAfterMs / 1_000))]]) };
  return new GraphQLError(message, { extensions: { code: 'COST_EXCEEDED', http, ...extensions } });
};
