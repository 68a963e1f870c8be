import type { LedgerProofResolvers } from '../generated/resolvers.ts';

export const LedgerProof: LedgerProofResolvers = {
  holds: ({ faults }) => faults.length === 0,
  positions: ({ partitions }) => partitions,
};
