import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';

/** One @cacheControl. */
export interface CacheHint {
  readonly maxAgeSeconds?: number;
  readonly scope?: 'PUBLIC' | 'PRIVATE';
  readonly inheritMaxAge: boolean;
}

/** What @cacheControl says in a supergraph. */
export interface CacheHints {
  /** By the name of an object, interface or union. */
  readonly types: ReadonlyMap<string, CacheHint>;
  /** By `Type.field`. */
  readonly fields: ReadonlyMap<string, CacheHint>;
}

/** Reads the hints from a supergraph's document. A negative maxAge counts as 0. */
export const readHints = (supergraph: DocumentNode): CacheHints => {
  const types = new Map<string, CacheHint>();
  const fields = new Map<string, CacheHint>();
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      definition.kind !== Kind.UNION_TYPE_DEFINITION
    )
      continue;
    const typename = definition.name.value;
    note(types, typename, definition.directives);
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) note(fields, `${typename}.${field.name.value}`, field.directives);
  }
  return { types, fields };
};

const note = (hints: Map<string, CacheHint>, place: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
  const directive = directives?.find(({ name }) => name.value === 'cacheControl');
  if (directive === undefined) return;
  const argumentOf = (name: string) => directive.arguments?.find((argument) => argument.name.value === name)?.value;
  const [maxAge, scope, inherit] = [argumentOf('maxAge'), argumentOf('scope'), argumentOf('inheritMaxAge')];
  hints.set(place, {
    ...(maxAge?.kind === Kind.INT ? { maxAgeSeconds: Math.max(0, Number(maxAge.value)) } : {}),
    ...(scope?.kind === Kind.ENUM ? { scope: scope.value === 'PRIVATE' ? 'PRIVATE' : 'PUBLIC' } : {}),
    inheritMaxAge: inherit?.kind === Kind.BOOLEAN && inherit.value,
  });
};
