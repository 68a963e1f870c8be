import { checkPageSize } from '#platform/subgraph/connection.ts';
import { PRICES_SHOWN_MAX } from '../data/catalogueRows.ts';
import { nameIn } from '../domain/locale.ts';
import type { GiftResolvers } from '../generated/resolvers.ts';

export const Gift: GiftResolvers = {
  // Also gifts that are not on sale any more: what was sent stays drawable.
  __resolveReference: ({ id }, { loaders }) => loaders.gifts.load(id),
  name: ({ name, names, locale }, args) => nameIn(name, names, args.locale ?? locale),
  bundle: ({ items }) => items,
  prices: async ({ id, prices }, { first }, { loaders }) => {
    checkPageSize(first, PRICES_SHOWN_MAX);
    // What an edit answers with has the prices from the one in force on; older ones are in the catalogue.
    const known = (await loaders.gifts.load(id))?.prices ?? prices;
    return known.toReversed().slice(0, first);
  },
  stock: ({ id, limited }, _, { loaders }) => (limited ? loaders.stocks.load(id) : null),
};
