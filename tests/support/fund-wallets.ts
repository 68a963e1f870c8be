import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { openBook, TOP_UP_ACCOUNT } from '../../subgraphs/trading/domain/ledger.ts';

/** Wallets in one transaction at most. */
const FUNDED_AT_ONCE = 5_000;

/** Gives each of these owners that many coins, through the ledger, so that the books are whole afterwards. */
export const fundWallets = async (database: Database, owners: readonly string[], coins: bigint): Promise<void> => {
  for (let start = 0; start < owners.length; start += FUNDED_AT_ONCE)
    await fund(database, owners.slice(start, start + FUNDED_AT_ONCE), coins);
};

const fund = (database: Database, owners: readonly string[], coins: bigint): Promise<void> =>
  database.transaction('fundWallets', async (tx) => {
    const book = openBook(await lockWallets(tx, owners), new Date());
    for (const ownerId of owners) {
      const { shard } = book.post({ ownerId, currency: 'COINS', amount: coins, causeId: null });
      book.postSystem({ shard, accountId: TOP_UP_ACCOUNT, currency: 'COINS', amount: -coins });
    }
    await writeBook(tx, book.close(), newId());
  });
