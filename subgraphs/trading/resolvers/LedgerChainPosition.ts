import type { LedgerChainPositionResolvers } from '../generated/resolvers.ts';

export const LedgerChainPosition: LedgerChainPositionResolvers = {
  seal: ({ seal }) => Number(seal),
  hash: ({ hash }) => Buffer.from(hash).toString('hex'),
};
