import type { Database } from '#platform/database/database.ts';
import { newId, newIdInShard, shardIndexOf } from '#platform/ids.ts';
import { insertLots } from '../../subgraphs/trading/data/backpack.ts';
import { writeBook } from '../../subgraphs/trading/data/ledger.ts';
import { lockWallets } from '../../subgraphs/trading/data/wallets.ts';
import { BONUS_GRANTS_ACCOUNT, openBook, TOP_UP_ACCOUNT } from '../../subgraphs/trading/domain/ledger.ts';

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

/** What somebody gets for nothing. */
export interface Gratis {
  readonly bonusCoins: bigint;
  /** Pieces of a gift in the backpack, which keep for ever. */
  readonly giftId: string;
  readonly pieces: number;
}

/** Gives somebody bonus coins and pieces, through the ledger and the backpack, so that all books are whole afterwards. */
export const giveFreely = (database: Database, ownerId: string, { bonusCoins, giftId, pieces }: Gratis): Promise<void> =>
  database.transaction('giveFreely', async (tx) => {
    const now = new Date();
    const id = newIdInShard(shardIndexOf(ownerId), now.getTime());
    const book = openBook(await lockWallets(tx, [ownerId]), now);
    if (bonusCoins > 0n) {
      const { shard } = book.post({ ownerId, currency: 'BONUS_COINS', amount: bonusCoins, causeId: id });
      book.postSystem({ shard, accountId: BONUS_GRANTS_ACCOUNT, currency: 'BONUS_COINS', amount: -bonusCoins });
    }
    book.changePieces(ownerId, pieces);
    const lot = { id, ownerId, giftId, source: 'GRANT' as const, granted: pieces, left: pieces, expiresAt: null, grantedAt: now };
    await insertLots(tx, [{ ...lot, grantId: id, day: null, grantedBy: 'olga' }]);
    await writeBook(tx, book.close(), id);
  });
