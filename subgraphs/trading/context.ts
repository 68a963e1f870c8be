import type { Identity } from '#platform/identity/identity.ts';
import type { SubgraphRequestContext } from '#platform/subgraph/subgraph.ts';
import type { CatalogueCache } from './data/catalogueCache.ts';
import type { Lanes } from './data/lanes.ts';
import type { Leaderboards } from './data/leaderboards.ts';
import { createLoaders, type Loaders } from './data/loaders.ts';
import type { OrderDesk } from './data/orderDesk.ts';
import type { Partitions } from './data/partitions.ts';
import type { Props } from './data/props.ts';
import type { LedgerProver } from './data/prover.ts';
import type { Stocks } from './data/stocks.ts';
import type { TopUpShop } from './data/topUpShop.ts';
import type { WalletWatch } from './data/walletWatch.ts';

/** What lives as long as the process. */
export interface Parts {
  readonly partitions: Partitions;
  readonly lanes: Lanes;
  readonly catalogue: CatalogueCache;
  readonly shop: TopUpShop;
  readonly orderDesk: OrderDesk;
  readonly props: Props;
  readonly prover: LedgerProver;
  readonly stocks: Stocks;
  readonly walletWatch: WalletWatch;
  readonly leaderboards: Leaderboards;
}

/** What a resolver gets: one per request, or per event of a subscription. */
export interface Context extends Parts {
  readonly identity: Identity;
  readonly requestId: string;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  readonly loaders: Loaders;
}

export const createContext = (parts: Parts): ((request: SubgraphRequestContext) => Context) => {
  const loadersOfRequest = createLoaders(parts.partitions, parts.leaderboards.reader, parts.catalogue);
  return ({ identity, requestId, signal }) => ({ ...parts, identity, requestId, signal, loaders: loadersOfRequest() });
};
