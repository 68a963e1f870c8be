import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CacheHint, CacheHints } from './hints.ts';

/** How long the answer to an operation may be kept, and for whom. */
export interface CachePolicy {
  /** 0: not at all. */
  readonly maxAgeSeconds: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
}

/** The policy of one operation of a validated document. It is worked out once, and holds for every combination of variables: what @skip and @include leave out counts, too. */
export type CachePolicyOf = (document: DocumentNode, operation: OperationDefinitionNode) => CachePolicy;

export interface PolicySource {
  /** What the operation was validated against. */
  readonly schema: GraphQLSchema;
  readonly hints: CacheHints;
  /** Fields, by `Type.field`, whose value depends on who asks, and types whose objects only some may see: an operation with one of them is PRIVATE. */
  readonly personal: ReadonlySet<string>;
}

const NEVER: CachePolicy = { maxAgeSeconds: 0, scope: 'PUBLIC' };

/** Works policies out by Apollo's rules for @cacheControl: root fields and fields that are objects are kept for 0 seconds unless a hint on the field, or else on its type, says
 * otherwise or says that they inherit; all other fields inherit; the shortest maxAge wins, and PRIVATE wins. Introspection is never kept.
 * Source: "Server-side caching" in the documentation of Apollo Server. A field of an interface is judged by each type that it may turn out to be. */
export const createCachePolicies = (source: PolicySource): CachePolicyOf => {
  const known = new WeakMap<OperationDefinitionNode, CachePolicy>();
  return (document, operation) => {
    const kept = known.get(operation);
    if (kept !== undefined) return kept;
    const policy = operation.operation === 'query' ? workOut(source, document, operation) : NEVER;
    known.set(operation, policy);
    return policy;
  };
};

/** How long what a plan asks of one subgraph may be kept and given to others, in seconds, worked out once for each of its documents. 0: it is not for others, not even at the same moment. */
export const createFetchAges = (source: PolicySource): ((document: DocumentNode) => number) => {
  const known = new WeakMap<DocumentNode, number>();
  return (document) => {
    const kept = known.get(document) ?? fetchAgeOf(source, document);
    known.set(document, kept);
    return kept;
  };
};

// The rules are those for operations: a root field needs a hint, and entities need one on their type. What the API schema does not know (the planner's own names, and what clients
// may not see) is for nobody else.
const fetchAgeOf = (source: PolicySource, document: DocumentNode): number => {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const root = source.schema.getQueryType();
  if (operation?.operation !== 'query' || !root) return 0;
  const walk: Walk = { ...source, document, seen: new Map(), maxAgeSeconds: null, isPrivate: false, isPlanned: true };
  const entities = operation.selectionSet.selections.find(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === '_entities',
  );
  if (entities?.kind === Kind.FIELD && entities.selectionSet !== undefined) visitEntities(walk, entities.selectionSet);
  else visit(walk, operation.selectionSet, root, true);
  return walk.isPrivate ? 0 : (walk.maxAgeSeconds ?? 0);
};

const visitEntities = (walk: Walk, { selections }: SelectionSetNode): void => {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) continue;
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(walk.document, selection.name.value);
    const type = walk.schema.getType(fragment?.typeCondition?.name.value ?? '');
    if (fragment === undefined || !isCompositeType(type)) {
      keepNothing(walk);
      continue;
    }
    const hint = walk.hints.types.get(type.name);
    if (hint?.scope === 'PRIVATE' || maybeHidden(walk, type)) walk.isPrivate = true;
    restrict(walk, hint?.maxAgeSeconds ?? 0);
    visit(walk, fragment.selectionSet, type, false);
  }
};

interface Walk extends PolicySource {
  readonly document: DocumentNode;
  /** Selections that were walked, per type. */
  readonly seen: Map<SelectionSetNode, Set<string>>;
  maxAgeSeconds: number | null;
  isPrivate: boolean;
  /** It was written by the planner, for a subgraph. */
  readonly isPlanned: boolean;
}

const workOut = (source: PolicySource, document: DocumentNode, operation: OperationDefinitionNode): CachePolicy => {
  const walk: Walk = { ...source, document, seen: new Map(), maxAgeSeconds: null, isPrivate: false, isPlanned: false };
  const root = source.schema.getQueryType();
  if (root) visit(walk, operation.selectionSet, root, true);
  return { maxAgeSeconds: walk.maxAgeSeconds ?? 0, scope: walk.isPrivate ? 'PRIVATE' : 'PUBLIC' };
};

const visit = (walk: Walk, selectionSet: SelectionSetNode, type: GraphQLCompositeType, isRoot: boolean): void => {
  // Root fields stand in selections on the root type alone, so the type tells them apart.
  const types = walk.seen.get(selectionSet) ?? new Set();
  walk.seen.set(selectionSet, types);
  if (types.has(type.name)) return;
  types.add(type.name);
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      for (const parent of objectTypesOf(walk.schema, type)) visitField(walk, selection, parent, isRoot);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(walk.document, selection.name.value);
    if (fragment === undefined) continue;
    const condition = fragment.typeCondition === undefined ? type : walk.schema.getType(fragment.typeCondition.name.value);
    if (!isCompositeType(condition)) keepNothing(walk);
    else visit(walk, fragment.selectionSet, narrower(walk.schema, type, condition), isRoot);
  }
};

const visitField = (walk: Walk, field: FieldNode, parent: GraphQLObjectType, isRoot: boolean): void => {
  const name = field.name.value;
  if (name === '__typename') return;
  if (name.startsWith('__')) {
    restrict(walk, 0);
    return;
  }
  const definition = parent.getFields()[name];
  if (definition === undefined) {
    // A validated operation asks for nothing unknown; here it stands on a type that the fragment around it leaves out. What a plan asks for beyond the schema is nobody's.
    if (walk.isPlanned) keepNothing(walk);
    return;
  }
  const target = getNamedType(definition.type);
  const place = `${parent.name}.${name}`;
  const composite = isCompositeType(target);
  const hint = combined(composite ? walk.hints.types.get(target.name) : undefined, walk.hints.fields.get(place));
  if (hint.scope === 'PRIVATE' || isPersonal(walk, parent, name) || (composite && maybeHidden(walk, target))) walk.isPrivate = true;
  if (hint.maxAgeSeconds !== undefined) restrict(walk, hint.maxAgeSeconds);
  else if (isRoot || (composite && !hint.inheritMaxAge)) restrict(walk, 0);
  if (composite && field.selectionSet !== undefined) visit(walk, field.selectionSet, target, false);
};

// What an interface says of its field holds for the types behind it, too.
const isPersonal = ({ personal }: Walk, parent: GraphQLObjectType, field: string): boolean =>
  personal.has(`${parent.name}.${field}`) || parent.getInterfaces().some(({ name }) => personal.has(`${name}.${field}`));

// Also where nothing but its type is asked of an object.
const maybeHidden = ({ personal, schema }: Walk, type: GraphQLCompositeType): boolean =>
  objectTypesOf(schema, type).some(({ name }) => personal.has(name));

const combined = (ofType: CacheHint | undefined, ofField: CacheHint | undefined): CacheHint => {
  if (ofField === undefined) return ofType ?? NO_HINT;
  if (ofType === undefined) return ofField;
  return { ...ofType, ...ofField, inheritMaxAge: ofType.inheritMaxAge || ofField.inheritMaxAge };
};

const NO_HINT: CacheHint = { inheritMaxAge: false };

const keepNothing = (walk: Walk): void => {
  walk.isPrivate = true;
  restrict(walk, 0);
};

const restrict = (walk: Walk, maxAgeSeconds: number): void => {
  walk.maxAgeSeconds = Math.min(walk.maxAgeSeconds ?? maxAgeSeconds, maxAgeSeconds);
};

const objectTypesOf = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isObjectType(type) ? [type] : schema.getPossibleTypes(type);

/** What an object can be inside a fragment: an object type stays what it is, and an object type as the condition is all that is left. */
const narrower = (schema: GraphQLSchema, type: GraphQLCompositeType, condition: GraphQLCompositeType): GraphQLCompositeType =>
  isAbstractType(condition) && (isObjectType(type) || schema.getPossibleTypes(type).length < schema.getPossibleTypes(condition).length)
    ? type
    : condition;

const fragmentOf = (document: DocumentNode, name: string): FragmentDefinitionNode | undefined =>
  document.definitions.find(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
  );
