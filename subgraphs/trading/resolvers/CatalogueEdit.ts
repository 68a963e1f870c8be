import { changedFields } from '../domain/catalogueEdit.ts';
import { catalogueItemJson } from '../events.ts';
import type { CatalogueEditResolvers } from '../generated/resolvers.ts';

export const CatalogueEdit: CatalogueEditResolvers = {
  version: ({ outcome }) => outcome.version,
  actor: ({ actorId }) => ({ id: actorId }),
  changedFields: ({ outcome: { before, after } }) => changedFields(before, after),
  before: ({ outcome: { before } }) => (before === null ? null : JSON.stringify(catalogueItemJson(before))),
  after: ({ outcome: { after } }) => JSON.stringify(catalogueItemJson(after)),
};
