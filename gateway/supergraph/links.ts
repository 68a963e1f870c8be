import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, Kind } from 'graphql';

/** The name that a directive of a linked specification has in a supergraph: subgraphs may import it under another. */
export type DirectiveNames = (specification: Specification, directive: string) => string;

const SPECIFICATIONS = {
  authenticated: 'https://specs.apollo.dev/authenticated',
  requiresScopes: 'https://specs.apollo.dev/requiresScopes',
  policy: 'https://specs.apollo.dev/policy',
  cost: 'https://specs.apollo.dev/cost',
  live: 'https://fanfare.dev/live',
} as const;

export type Specification = keyof typeof SPECIFICATIONS;

interface Link {
  /** Without its version. */
  readonly url: string;
  /** What stands before the names of what was not imported. */
  readonly prefix: string;
  readonly imports: ReadonlyMap<string, string>;
}

/** Reads the `@link`s of a supergraph, by the rules of https://specs.apollo.dev/link/v1.0. What is not linked has its plain name. */
export const readDirectiveNames = (supergraph: DocumentNode): DirectiveNames => {
  const links = new Map<string, Link>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const link = directive.name.value === 'link' ? linkOf(directive) : null;
      if (link !== null && !links.has(link.url)) links.set(link.url, link);
    }
  }
  return (specification, directive) => {
    const link = links.get(SPECIFICATIONS[specification]);
    if (link === undefined) return directive;
    const imported = link.imports.get(`@${directive}`);
    if (imported !== undefined) return imported.slice(1);
    // A specification's own directive has the name of the specification, also when nothing is imported.
    return directive === specification ? link.prefix : `${link.prefix}__${directive}`;
  };
};

const linkOf = ({ arguments: given }: ConstDirectiveNode): Link | null => {
  const argumentOf = (name: string): ConstValueNode | undefined => given?.find((argument) => argument.name.value === name)?.value;
  const url = textOf(argumentOf('url'));
  const [, base, name] = /^(.*\/([^/]+))\/v[\d.]+\/?$/.exec(url ?? '') ?? [];
  if (base === undefined || name === undefined) return null;
  const imports = argumentOf('import');
  const named = imports?.kind === Kind.LIST ? imports.values.flatMap(importOf) : [];
  return { url: base, prefix: textOf(argumentOf('as')) ?? name, imports: new Map(named) };
};

const importOf = (value: ConstValueNode): readonly (readonly [string, string])[] => {
  if (value.kind === Kind.STRING) return [[value.value, value.value]];
  if (value.kind !== Kind.OBJECT) return [];
  const member = (wanted: string): string | null => textOf(value.fields.find(({ name }) => name.value === wanted)?.value);
  const name = member('name');
  return name === null ? [] : [[name, member('as') ?? name]];
};

const textOf = (value: ConstValueNode | undefined): string | null => (value?.kind === Kind.STRING ? value.value : null);
