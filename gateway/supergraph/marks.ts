import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind } from 'graphql';

/** What the directives of the supergraph say about fields, by `Type.field`. */
export interface FieldMarks {
  /** Subscription fields whose upstream is shared by all subscribers (@broadcast). */
  readonly broadcast: ReadonlySet<string>;
  /** Fields whose value depends on who asks (@personal, @authenticated, @requiresScopes, @policy). */
  readonly personal: ReadonlySet<string>;
  /** What a caller needs for a field: one of the lists, and of that list every scope. An empty inner list: a token. */
  readonly scopes: ReadonlyMap<string, readonly (readonly string[])[]>;
}

const PERSONAL_DIRECTIVES: ReadonlySet<string> = new Set(['personal', 'authenticated', 'requiresScopes', 'policy']);

/** Reads the marks from the supergraph's document. Marks on a type or interface hold for all of its fields. */
export const readMarks = (supergraph: DocumentNode): FieldMarks => {
  const broadcast = new Set<string>();
  const personal = new Set<string>();
  const scopes = new Map<string, readonly (readonly string[])[]>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const name = `${definition.name.value}.${field.name.value}`;
      const directives = [...(definition.directives ?? []), ...(field.directives ?? [])];
      if (directives.some((directive) => directive.name.value === 'broadcast')) broadcast.add(name);
      if (directives.some((directive) => PERSONAL_DIRECTIVES.has(directive.name.value))) {
        personal.add(name);
        // Asked for through an interface it is just as personal, whether or not the interface says so.
        for (const of of definition.interfaces ?? []) personal.add(`${of.name.value}.${field.name.value}`);
      }
      const needed = scopesNeeded(field, directives);
      if (needed !== null) scopes.set(name, needed);
    }
  }
  return { broadcast, personal, scopes };
};

const scopesNeeded = (field: FieldDefinitionNode, directives: readonly ConstDirectiveNode[]): readonly (readonly string[])[] | null => {
  const own = field.directives?.find((directive) => directive.name.value === 'requiresScopes');
  const required = own ?? directives.find((directive) => directive.name.value === 'requiresScopes');
  const argument = required?.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  if (argument?.kind === Kind.LIST) {
    return argument.values.map((all) =>
      all.kind === Kind.LIST ? all.values.flatMap((scope) => (scope.kind === Kind.STRING ? [scope.value] : [])) : [],
    );
  }
  return directives.some((directive) => directive.name.value === 'authenticated') ? [[]] : null;
};
