import type { QueryResolvers } from '../../generated/resolvers.ts';

export const ledgerProof: QueryResolvers['ledgerProof'] = (_, { recompute }, { prover }) => prover.prove(recompute);
