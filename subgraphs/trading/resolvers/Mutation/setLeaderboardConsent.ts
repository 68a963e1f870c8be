import { checkIdempotencyKey } from '#platform/idempotency.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import type { MutationResolvers } from '../../generated/resolvers.ts';

export const setLeaderboardConsent: MutationResolvers['setLeaderboardConsent'] = async (_, { input }, context) => {
  const viewer = requireViewer(context);
  checkIdempotencyKey(input.idempotencyKey);
  const consent = await context.leaderboards.consents.submit({ ...input, userId: viewer.id }, { signal: context.signal });
  return consent === null ? { consent: null, userErrors: [CONFLICT] } : { consent, userErrors: [] };
};

const CONFLICT = {
  code: 'IDEMPOTENCY_CONFLICT' as const,
  message: 'This idempotencyKey was used before with other input. Use a new key for a new wish.',
  field: ['input', 'idempotencyKey'],
};
