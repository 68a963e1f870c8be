import { checkPageSize } from '#platform/subgraph/connection.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

/** Clients show them all on one sheet; a catalogue that outgrows this needs pages. */
const GIFTS_SHOWN_MAX = 500;

export const gifts: QueryResolvers['gifts'] = async (_, { first, locale, region, at }, { catalogue }) => {
  checkPageSize(first, GIFTS_SHOWN_MAX);
  const onSale = await catalogue.giftsOnSale({ at: at ?? new Date(), region: region ?? null, locale: locale ?? null });
  return onSale.slice(0, first);
};
