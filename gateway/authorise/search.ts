import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from '../execute/plan/fields.ts';
import type { Variables } from '../execute/variables.ts';
import { type Form, fragmentsOf, typeNamed } from './forms.ts';
import { type Withheld, withheldOf, withheldTypesOf } from './withheld.ts';

export interface Search {
  /** As they were sent. */
  readonly variables: Variables;
  /** `anywhere`: whatever is withheld. `root`: root fields, and fields whose null would take the root along, because all above them are non-null. */
  readonly reach: 'anywhere' | 'root';
}

/** The first thing that is withheld of what an operation really asks for, or null. What @skip and @include leave out doesn't count. */
export const findWithheld = (schema: GraphQLSchema, { document, operation }: Form, { variables, reach }: Search): Withheld | null => {
  const fragments = fragmentsOf(document);
  const given = withDefaults(operation, variables);
  const seen = new Set<string>();
  const find = ({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined, exposed: boolean): Withheld | null => {
    for (const selection of selections) {
      if (!isIncluded(selection.directives, given)) continue;
      const found =
        selection.kind === Kind.FIELD
          ? inField(selection, parent, exposed)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? find(selection.selectionSet, typeNamed(schema, selection.typeCondition?.name.value) ?? parent, exposed)
            : inFragment(selection.name.value, exposed);
      if (found !== null) return found;
    }
    return null;
  };
  const inField = (field: FieldNode, parent: GraphQLNamedType | undefined, exposed: boolean): Withheld | null => {
    const type = typeOf(parent, field);
    const own = withheldOf(field);
    if (own !== null) return reach === 'anywhere' || (exposed && (isRoot(parent) || isNonNullType(type))) ? own : null;
    const [behind] = withheldTypesOf([field]).values();
    if (behind !== undefined && reach === 'anywhere') return behind;
    if (field.selectionSet === undefined || type === undefined || field.name.value.startsWith('__')) return null;
    const inner = exposed && takesParentAlong(type);
    return reach === 'root' && !inner ? null : find(field.selectionSet, getNamedType(type), inner);
  };
  const inFragment = (name: string, exposed: boolean): Withheld | null => {
    // Once for each way to look at it: however often a fragment is spread, that is no more work.
    const key = `${exposed} ${name}`;
    if (seen.has(key)) return null;
    seen.add(key);
    const fragment = fragments.get(name);
    return fragment === undefined ? null : find(fragment.selectionSet, typeNamed(schema, fragment.typeCondition.name.value), exposed);
  };
  const root = schema.getRootType(operation.operation) ?? undefined;
  const isRoot = (parent: GraphQLNamedType | undefined): boolean => parent === root;
  return find(operation.selectionSet, root, true);
};

const typeOf = (parent: GraphQLNamedType | undefined, { name }: FieldNode): GraphQLOutputType | undefined =>
  isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name.value]?.type : undefined;

// Whether an object that becomes null makes what it stands in null.
const takesParentAlong = (type: GraphQLOutputType): boolean => {
  if (!isNonNullType(type)) return false;
  return isListType(type.ofType) ? takesParentAlong(type.ofType.ofType) : true;
};

const withDefaults = ({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables => {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...variables };
};
