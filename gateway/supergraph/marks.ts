import { type DocumentNode, Kind } from 'graphql';
import type { Guards } from '../authorise/guards.ts';
import { type CacheHints, readHints } from '../cache/hints.ts';
import type { DirectiveNames } from './links.ts';

/** What the directives of the supergraph say about fields, by `Type.field`. */
export interface FieldMarks {
  /** Subscription fields whose upstream is shared by all subscribers (@broadcast). */
  readonly broadcast: ReadonlySet<string>;
  /** Fields whose value depends on who asks: @personal, and whatever is guarded. */
  readonly personal: ReadonlySet<string>;
  /** How long what may be kept (@cacheControl). */
  readonly cache: CacheHints;
}

/** Reads the marks from the supergraph's document. Marks on a type or interface hold for all of its fields. */
export const readMarks = (supergraph: DocumentNode, nameOf: DirectiveNames, guards: Guards): FieldMarks => {
  const broadcast = new Set<string>();
  const personal = new Set<string>(guards.ofField.keys());
  const names = { broadcast: nameOf('live', 'broadcast'), personal: nameOf('live', 'personal') };
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const name = `${definition.name.value}.${field.name.value}`;
      const directives = [...(definition.directives ?? []), ...(field.directives ?? [])];
      if (directives.some((directive) => directive.name.value === names.broadcast)) broadcast.add(name);
      if (!directives.some((directive) => directive.name.value === names.personal)) continue;
      personal.add(name);
      // Asked for through an interface it is just as personal, whether or not the interface says so.
      for (const of of definition.interfaces ?? []) personal.add(`${of.name.value}.${field.name.value}`);
    }
  }
  return { broadcast, personal, cache: readHints(supergraph) };
};
