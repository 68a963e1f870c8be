import {
  type DirectiveDefinitionNode,
  DirectiveLocation,
  type DocumentNode,
  extendSchema,
  type GraphQLSchema,
  Kind,
  type TypeNode,
  visit,
} from 'graphql';

/** Directives that clients may use in operations, besides those of the specification: those that all subgraphs declare, and those that come with
 * @composeDirective. */
export const readExecutableDirectives = (supergraph: DocumentNode): readonly DirectiveDefinitionNode[] =>
  supergraph.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION || NOT_SERVED.has(definition.name.value) || definition.name.value.includes('__'))
      return [];
    const locations = definition.locations.filter(({ value }) => EXECUTABLE.has(value));
    return locations.length === 0 ? [] : [{ ...definition, locations }];
  });

const EXECUTABLE: ReadonlySet<string> = new Set([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);

/** Incremental delivery is not served, whatever subgraphs declare. */
const NOT_SERVED: ReadonlySet<string> = new Set(['defer', 'stream']);

/** The API schema with them. Apollo's has only those that came without @composeDirective. One whose arguments have a type that clients don't see is left out. */
export const withExecutableDirectives = (schema: GraphQLSchema, directives: readonly DirectiveDefinitionNode[]): GraphQLSchema => {
  const missing = directives.filter(
    ({ name, arguments: given = [] }) =>
      schema.getDirective(name.value) === undefined && given.every(({ type }) => schema.getType(namedTypeOf(type)) !== undefined),
  );
  return missing.length === 0 ? schema : extendSchema(schema, { kind: Kind.DOCUMENT, definitions: missing }, { assumeValidSDL: true });
};

const namedTypeOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type));

/** The document with the defaults of these directives' arguments spelled out: a subgraph may have another default, or none. */
export const withDirectiveDefaults = (document: DocumentNode, directives: readonly DirectiveDefinitionNode[]): DocumentNode => {
  const defaults = new Map(
    directives.map(({ name, arguments: known = [] }) => [name.value, known.filter(({ defaultValue }) => defaultValue !== undefined)]),
  );
  if ([...defaults.values()].every((known) => known.length === 0)) return document;
  return visit(document, {
    Directive: (directive) => {
      const given = directive.arguments ?? [];
      const missing = (defaults.get(directive.name.value) ?? []).filter(({ name }) => given.every((one) => one.name.value !== name.value));
      if (missing.length === 0) return undefined;
      const added = missing.flatMap(({ name, defaultValue }) =>
        defaultValue === undefined ? [] : [{ kind: Kind.ARGUMENT, name, value: defaultValue } as const],
      );
      return { ...directive, arguments: [...given, ...added] };
    },
  });
};
