import { submitGiftEdit } from '../../data/catalogueEditor.ts';
import type { PutGift } from '../../domain/catalogueEdit.ts';
import type { MutationResolvers, PutGiftInput } from '../../generated/resolvers.ts';

export const putGift: MutationResolvers['putGift'] = (_, { input }, context) =>
  submitGiftEdit(input.idempotencyKey, { operation: 'putGift', input: toGift(input) }, context);

// What is absent is spelled out, always in this order: a key's fingerprint is made of it.
const toGift = ({ effect, items = [], ...input }: PutGiftInput): PutGift => ({
  id: input.id,
  version: input.version ?? null,
  name: input.name,
  names: input.names ?? [],
  imageUrl: input.imageUrl ?? null,
  kind: input.kind ?? 'SINGLE',
  items: items.map(({ giftId, quantity = 1 }) => ({ giftId, quantity })),
  priceCoins: input.priceCoins ?? null,
  onSaleFrom: input.onSaleFrom ?? null,
  onSaleUntil: input.onSaleUntil ?? null,
  regions: input.regions ?? [],
  effect: effect == null ? null : { ...effect, priority: effect.priority ?? 0 },
  cancelWindowSeconds: input.cancelWindowSeconds ?? 0,
  comboWindowSeconds: input.comboWindowSeconds ?? null,
  dailyQuantityMax: input.dailyQuantityMax ?? null,
  limited: input.limited ?? false,
  dailyFree: input.dailyFree ?? 0,
});
