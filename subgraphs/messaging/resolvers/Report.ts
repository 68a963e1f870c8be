import type { ReportResolvers } from '../generated/resolvers.ts';

export const Report: ReportResolvers = {
  reporter: ({ reporterId }, _, { identity, loaders }) => {
    const isOperator = identity.kind === 'user' && (identity.scopes.includes('ops:read') || identity.scopes.includes('ops:write'));
    return isOperator ? loaders.users.load(reporterId) : null;
  },
};
