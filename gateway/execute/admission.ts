import { type DocumentNode, type FieldNode, type GraphQLError, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import type { Generation } from '../supergraph/generation.ts';
import { refusal } from './errors.ts';

/** Refuses a mutation or subscription as a whole, before anything happens, when its caller lacks a scope that one of its root fields needs.
 * (Fields of queries are refused one by one by the subgraphs, which check everything again.) `document`: validated, for its fragments.
 * Errors: UNAUTHENTICATED, FORBIDDEN. */
export const admit = (
  generation: Generation,
  { document, operation }: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
  identity: Identity,
): GraphQLError | null => {
  if (operation.operation === 'query') return null;
  const type = operation.operation === 'mutation' ? generation.schema.getMutationType() : generation.schema.getSubscriptionType();
  for (const { name } of rootFieldsOf(document, operation.selectionSet)) {
    const needed = generation.marks.scopes.get(`${type?.name ?? ''}.${name.value}`);
    const refused = needed === undefined ? null : refuse(name.value, needed, identity);
    if (refused !== null) return refused;
  }
  return null;
};

/** Root fields may stand in fragments. Each fragment is looked at once, however often it is spread. */
const rootFieldsOf = (document: DocumentNode, { selections }: SelectionSetNode, seen = new Set<string>()): readonly FieldNode[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFieldsOf(document, selection.selectionSet, seen);
    const name = selection.name.value;
    if (seen.has(name)) return [];
    seen.add(name);
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFieldsOf(document, fragment.selectionSet, seen) : [];
  });

const refuse = (field: string, needed: readonly (readonly string[])[], identity: Identity): GraphQLError | null => {
  if (identity.kind === 'audience') return null;
  if (identity.kind === 'user' && identity.id === null)
    return refusal('UNAUTHENTICATED', `${field} needs a token: send \`Authorization: Bearer …\`.`);
  const scopes: readonly string[] = identity.scopes;
  if (needed.some((all) => all.every((scope) => scopes.includes(scope)))) return null;
  return refusal('FORBIDDEN', `${field} needs the scope ${needed.map((all) => all.join(' and ')).join(', or ')}, which this token lacks.`);
};
