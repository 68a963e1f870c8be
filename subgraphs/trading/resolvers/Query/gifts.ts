import type { QueryResolvers } from '../../generated/resolvers.ts';

export const gifts: QueryResolvers['gifts'] = (_, { locale, region, at }, { catalogue }) =>
  catalogue.giftsOnSale({ at: at ?? new Date(), region: region ?? null, locale: locale ?? null });
