import { type DocumentNode, type GraphQLSchema, getNamedType, isAbstractType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Guards } from './guards.ts';

/** What the fields of a document need, and the objects behind them, as a text that is equal for two schemas when the same callers may read the same of it.
 * `document`: validated, without marks. */
export const needsOf = (guards: Guards, schema: GraphQLSchema, document: DocumentNode): string => {
  const needs = new Map<string, readonly number[]>();
  const note = (name: string, needed: readonly number[] | undefined): void => {
    if (needed !== undefined) needs.set(name, needed);
  };
  const types = new TypeInfo(schema);
  const look = ({ name }: { readonly name: { readonly value: string } }): void => {
    const field = `${types.getParentType()?.name ?? ''}.${name.value}`;
    note(field, guards.ofField.get(field));
    const returned = getNamedType(types.getType());
    if (returned === undefined || returned === null) return;
    const objects = isAbstractType(returned) ? schema.getPossibleTypes(returned) : [returned];
    for (const object of objects) note(object.name, guards.ofObject.get(object.name));
  };
  visit(document, visitWithTypeInfo(types, { Field: look }));
  const lines = [...needs].map(([name, needed]) => `${name} ${JSON.stringify(needed.map((index) => guards.requirements[index]))}`);
  return lines.sort().join('\n');
};
