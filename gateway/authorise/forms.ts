import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import type { Guards } from './guards.ts';
import { explain, meets } from './requirements.ts';
import { type Withheld, withheldDirective, withoutWithheld } from './withheld.ts';

/** What an operation is about, as far as permissions go. */
export interface Profile {
  /** Requirements that come up, by their index. */
  readonly needed: readonly number[];
  /** Whether it asks for `__schema` or `__type`. */
  readonly introspects: boolean;
}

/** An operation as one kind of caller may run it. */
export interface Form {
  /** Which permissions are missing: empty when none is. Equal for callers who get the same of this operation. */
  readonly key: string;
  /** What the client sent, with marks at what is withheld: the answer is shaped by it. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** What subgraphs may be asked for. */
  readonly planned: DocumentNode;
}

/** Looks through an operation once. `document`: validated. */
export const profileOf = (guards: Guards, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Profile => {
  const fragments = fragmentsOf(document);
  const needed = new Set<number>();
  const seen = new Set<string>();
  let introspects = false;
  const look = ({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === '__schema' || selection.name.value === '__type') introspects = true;
        const returned = returnedBy(parent, selection);
        for (const index of guards.ofField.get(`${parent?.name ?? ''}.${selection.name.value}`) ?? []) needed.add(index);
        for (const name of objectsBehind(schema, returned)) for (const index of guards.ofObject.get(name) ?? []) needed.add(index);
        if (selection.selectionSet !== undefined && !selection.name.value.startsWith('__')) look(selection.selectionSet, returned);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        look(selection.selectionSet, typeNamed(schema, selection.typeCondition?.name.value) ?? parent);
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) look(fragment.selectionSet, typeNamed(schema, fragment.typeCondition.name.value));
      }
    }
  };
  look(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
  return { needed: [...needed].sort((left, right) => left - right), introspects };
};

/** The requirements among `needed` that a caller does not meet. */
export const missingOf = ({ requirements }: Guards, needed: readonly number[], identity: Identity): readonly number[] =>
  needed.filter((index) => {
    const requirement = requirements[index];
    return requirement === undefined || !meets(identity, requirement);
  });

export interface FormRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly identity: Identity;
  readonly missing: readonly number[];
}

/** Marks what is withheld from a caller who misses these requirements. Whether a field is depends on the type that it is selected on and on nothing around it, so each
 * fragment is marked once, however often it is spread. */
export const formOf = (guards: Guards, schema: GraphQLSchema, { document, operation, identity, missing }: FormRequest): Form => {
  const why = (what: string, needs: readonly number[] | undefined): Withheld | null => {
    const requirement = needs === undefined ? undefined : guards.requirements[needs.find((index) => missing.includes(index)) ?? -1];
    if (requirement === undefined) return null;
    const code = identity.kind === 'user' && identity.id === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    return { code, message: explain(what, requirement, identity) };
  };
  const markField = (field: FieldNode, parent: GraphQLNamedType | undefined): FieldNode => {
    if (field.name.value.startsWith('__')) return field;
    const name = `${parent?.name ?? ''}.${field.name.value}`;
    const withheld = why(name, guards.ofField.get(name));
    // What stands below it is asked of nobody, and shown to nobody.
    if (withheld !== null) return { ...field, directives: [...(field.directives ?? []), withheldDirective(withheld)] };
    if (field.selectionSet === undefined) return field;
    const returned = returnedBy(parent, field);
    const hidden = (isAbstractType(returned) ? objectsBehind(schema, returned) : []).flatMap((type) => {
      const reason = why(type, guards.ofObject.get(type));
      return reason === null ? [] : [withheldDirective(reason, type)];
    });
    const directives = hidden.length === 0 ? field.directives : [...(field.directives ?? []), ...hidden];
    return { ...field, ...(directives === undefined ? {} : { directives }), selectionSet: markSet(field.selectionSet, returned) };
  };
  const markSelection = (selection: SelectionNode, parent: GraphQLNamedType | undefined): SelectionNode => {
    if (selection.kind === Kind.FIELD) return markField(selection, parent);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    const on = typeNamed(schema, selection.typeCondition?.name.value) ?? parent;
    return { ...selection, selectionSet: markSet(selection.selectionSet, on) };
  };
  const markSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection) => markSelection(selection, parent)),
  });
  const marked: OperationDefinitionNode = {
    ...operation,
    selectionSet: markSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined),
  };
  const whole: DocumentNode = {
    ...document,
    definitions: document.definitions.flatMap((definition): readonly DefinitionNode[] => {
      if (definition === operation) return [marked];
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) return [];
      return [{ ...definition, selectionSet: markSet(definition.selectionSet, typeNamed(schema, definition.typeCondition.name.value)) }];
    }),
  };
  const key = `${identity.kind === 'user' && identity.id === null ? 'anonymous' : 'signed in'} without ${missing.join(',')}`;
  return { key, document: whole, operation: marked, planned: withoutWithheld(whole) };
};

/** Fragments of a document, by name. */
export const fragmentsOf = (document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );

/** The type that a field returns, without lists and non-null. Undefined for introspection. */
export const returnedBy = (parent: GraphQLNamedType | undefined, { name }: FieldNode): GraphQLNamedType | undefined => {
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name.value] : undefined;
  return field === undefined ? undefined : getNamedType(field.type);
};

export const typeNamed = (schema: GraphQLSchema, name: string | undefined): GraphQLNamedType | undefined =>
  name === undefined ? undefined : schema.getType(name);

const objectsBehind = (schema: GraphQLSchema, type: GraphQLNamedType | undefined): readonly string[] =>
  isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [];
