import { type DocumentNode, Kind } from 'graphql';

/** Subgraphs and their addresses, as `join__Graph` has them. An address may be empty, or none. */
export const readSubgraphs = (supergraph: DocumentNode): ReadonlyMap<string, string> => {
  const urls = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives } of definition.values ?? []) {
      const given = directives?.find(({ name }) => name.value === 'join__graph')?.arguments ?? [];
      const [name = '', url = ''] = ['name', 'url'].map((key) => {
        const value = given.find((argument) => argument.name.value === key)?.value;
        return value?.kind === Kind.STRING ? value.value : '';
      });
      urls.set(name, url);
    }
  }
  return urls;
};
