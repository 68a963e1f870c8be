import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { checkItems, errorOfItem } from '../../domain/gift.ts';
import { standingOfNew } from '../../domain/giftOrder.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const sendGifts: MutationResolvers['sendGifts'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const items = input.items.map(({ quantity = 1, ...item }) => ({ ...item, quantity }));
  const fault = checkItems(items);
  if (fault !== null) return { results: [], wallet: null, userErrors: [fault] };
  const outcomes = await context.lanes.bulkGifts.submit(
    { ...input, items, senderId: viewer.id, claims: viewer },
    { signal: context.signal },
  );
  const wallet = outcomes.at(-1)?.wallet ?? null;
  const conflict = outcomes.find((outcome) => !outcome.ok && outcome.error.code === 'IDEMPOTENCY_CONFLICT');
  if (conflict?.ok === false) return { results: [], wallet, userErrors: [conflict.error] };
  const results = outcomes.map((outcome, place) => {
    if (!outcome.ok) return { order: null, error: errorOfItem(outcome.error, place) };
    return { order: outcome.repeated ? outcome.order : { ...outcome.order, standing: standingOfNew(outcome.order) }, error: null };
  });
  return { results, wallet, userErrors: [] };
};
