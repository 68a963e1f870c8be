import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind } from 'graphql';
import type { Guards } from '../authorise/guards.ts';
import { type CacheHints, readHints } from '../cache/hints.ts';
import type { DirectiveNames } from './links.ts';

/** What the directives of the supergraph say about fields, by `Type.field`. */
export interface FieldMarks {
  /** Subscription fields whose upstream is shared by all subscribers (@broadcast). */
  readonly broadcast: ReadonlySet<string>;
  /** The argument that says what is followed, of those broadcasts that are not for everybody (@broadcast's `subject`). */
  readonly subjects: ReadonlyMap<string, string>;
  /** The argument that chooses among their audiences (@broadcast's `audience`). */
  readonly audiences: ReadonlyMap<string, string>;
  /** Fields whose value depends on who asks: @personal, and whatever is guarded. By their own names alone: types whose objects only some may see. */
  readonly personal: ReadonlySet<string>;
  /** How long what may be kept (@cacheControl). */
  readonly cache: CacheHints;
}

/** Reads the marks from the supergraph's document. Marks on a type or interface hold for all of its fields. Throws Error for a
 * broadcast whose `subject` or `audience` would keep nobody out. */
export const readMarks = (supergraph: DocumentNode, nameOf: DirectiveNames, guards: Guards): FieldMarks => {
  const broadcast = new Set<string>();
  const subjects = new Map<string, string>();
  const audiences = new Map<string, string>();
  const personal = new Set<string>([...guards.ofField.keys(), ...guards.ofObject.keys()]);
  const names = { broadcast: nameOf('live', 'broadcast'), personal: nameOf('live', 'personal') };
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const name = `${definition.name.value}.${field.name.value}`;
      const directives = [...(definition.directives ?? []), ...(field.directives ?? [])];
      const mark = directives.find((directive) => directive.name.value === names.broadcast);
      if (mark !== undefined) broadcast.add(name);
      const subject = argumentNamed('subject', name, field, mark);
      if (subject !== null) subjects.set(name, subject);
      const audience = argumentNamed('audience', name, field, mark);
      if (audience !== null) audiences.set(name, audience);
      if (!directives.some((directive) => directive.name.value === names.personal)) continue;
      personal.add(name);
      // Asked for through an interface it is just as personal, whether or not the interface says so.
      for (const of of definition.interfaces ?? []) personal.add(`${of.name.value}.${field.name.value}`);
    }
  }
  for (const name of heirsOf(supergraph, names.personal)) personal.add(name);
  return { broadcast, subjects, audiences, personal, cache: readHints(supergraph) };
};

/** Fields, by `Type.field`, whose interface says this of them: a fragment on a type that implements it asks for the same thing. */
const heirsOf = (supergraph: DocumentNode, directive: string): readonly string[] => {
  const types = supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION ? [definition] : [],
  );
  const marked = new Set<string>();
  for (const { kind, name: type, directives: ofType = [], fields = [] } of types) {
    if (kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { name, directives = [] } of fields)
      if ([...ofType, ...directives].some((one) => one.name.value === directive)) marked.add(`${type.value}.${name.value}`);
  }
  return types.flatMap(({ name: type, interfaces = [], fields = [] }) =>
    fields
      .filter(({ name }) => interfaces.some((of) => marked.has(`${of.name.value}.${name.value}`)))
      .map(({ name }) => `${type.value}.${name.value}`),
  );
};

const argumentNamed = (
  by: 'subject' | 'audience',
  name: string,
  field: FieldDefinitionNode,
  mark: ConstDirectiveNode | undefined,
): string | null => {
  const value = mark?.arguments?.find((argument) => argument.name.value === by)?.value;
  if (value?.kind !== Kind.STRING) return null;
  const type = field.arguments?.find((argument) => argument.name.value === value.value)?.type;
  if (type?.kind === Kind.NON_NULL_TYPE) return value.value;
  throw new Error(
    `@broadcast(${by}: ${JSON.stringify(value.value)}) of ${name} names no argument that is always given: everybody could follow it`,
  );
};
