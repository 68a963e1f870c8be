import { type GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import type { Generation } from '../supergraph/generation.ts';
import { refusal } from './errors.ts';

/** Refuses a mutation or subscription as a whole, before anything happens, when its caller lacks a scope that one of its root fields needs.
 * (Fields of queries are refused one by one by the subgraphs, which check everything again.) Errors: UNAUTHENTICATED, FORBIDDEN. */
export const admit = (generation: Generation, operation: OperationDefinitionNode, identity: Identity): GraphQLError | null => {
  if (operation.operation === 'query') return null;
  const type = operation.operation === 'mutation' ? generation.schema.getMutationType() : generation.schema.getSubscriptionType();
  for (const selection of operation.selectionSet.selections) {
    if (selection.kind !== Kind.FIELD) continue;
    const needed = generation.marks.scopes.get(`${type?.name ?? ''}.${selection.name.value}`);
    const refused = needed === undefined ? null : refuse(selection.name.value, needed, identity);
    if (refused !== null) return refused;
  }
  return null;
};

const refuse = (field: string, needed: readonly (readonly string[])[], identity: Identity): GraphQLError | null => {
  if (identity.kind === 'audience') return null;
  if (identity.kind === 'user' && identity.id === null)
    return refusal('UNAUTHENTICATED', `${field} needs a token: send \`Authorization: Bearer …\`.`);
  const scopes: readonly string[] = identity.scopes;
  if (needed.some((all) => all.every((scope) => scopes.includes(scope)))) return null;
  return refusal('FORBIDDEN', `${field} needs the scope ${needed.map((all) => all.join(' and ')).join(', or ')}, which this token lacks.`);
};
