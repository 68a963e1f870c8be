import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

// What there is to claim, and whether it was claimed already, is decided inside the lane.
export const claimDailyProps: MutationResolvers['claimDailyProps'] = async (_, { input: { idempotencyKey } }, context) => {
  const { id: ownerId, region } = requireViewer(context);
  checkIdempotencyKey(idempotencyKey);
  const outcome = await context.props.claims.submit({ ownerId, region, idempotencyKey }, { signal: context.signal });
  return outcome.ok
    ? { lots: outcome.lots, wallet: outcome.wallet, userErrors: [] }
    : { lots: [], wallet: outcome.wallet, userErrors: [outcome.error] };
};
