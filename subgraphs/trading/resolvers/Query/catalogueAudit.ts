import { FanfareError } from '#platform/errors.ts';
import { checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { type AuditedEdit, listEdits } from '../../data/catalogueEdits.ts';
import { PAGE_SIZE_MAX } from '../../domain/page.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';

export const catalogueAudit: QueryResolvers['catalogueAudit'] = async (_, { first, after }, { partitions }) => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const edits = await listEdits(partitions.home.database, first + 1, versionOf(after ?? null));
  // Whoever brings a cursor has seen what comes before it.
  return connectionOf(edits.slice(0, first), cursorOf, { hasNextPage: edits.length > first, hasPreviousPage: (after ?? null) !== null });
};

const VERSION_FORM = /^[1-9]\d{0,15}$/;

const cursorOf = ({ outcome }: AuditedEdit): string => Buffer.from(String(outcome.version)).toString('base64url');

const versionOf = (cursor: string | null): number | null => {
  if (cursor === null) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!VERSION_FORM.test(text)) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of edits. Use one as it came, or none.');
  return Number(text);
};
