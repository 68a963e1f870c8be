import { type ASTNode, type ConstDirectiveNode, type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { HIDDEN_PREFIX } from '../supergraph/rules.ts';

/** Why a caller does not get something. */
export interface Withheld {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly message: string;
}

/* A document says itself what of it is withheld, by a directive on the field: so it stays said when parts are rearranged or printed (and two
 * subscriptions of which different fields are withheld have different texts). With `type` it is about objects of that type behind the field, else about the
 * field. Clients cannot send it: the schema doesn't know it. */
const WITHHELD = `${HIDDEN_PREFIX}withheld`;

/** The mark of a field, or of objects of one type behind it. */
export const withheldDirective = ({ code, message }: Withheld, type?: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: WITHHELD },
  arguments: Object.entries({ code, message, ...(type === undefined ? {} : { type }) }).map(([name, value]) => ({
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: name },
    value: { kind: Kind.STRING, value },
  })),
});

/** Why a field of a marked document is withheld, or null. */
export const withheldOf = (field: FieldNode): Withheld | null => marksOf(field).find(({ type }) => type === null)?.withheld ?? null;

/** Whatever is withheld in these parts of a marked document. */
export const withheldIn = (nodes: readonly ASTNode[]): readonly Withheld[] => {
  const found: Withheld[] = [];
  for (const node of nodes) visit(node, { Field: (field) => void found.push(...marksOf(field).map(({ withheld }) => withheld)) });
  return found;
};

/** The types whose objects are withheld behind these fields. */
export const withheldTypesOf = (fields: readonly FieldNode[]): ReadonlyMap<string, Withheld> =>
  new Map(fields.flatMap(marksOf).flatMap(({ type, withheld }) => (type === null ? [] : [[type, withheld] as const])));

interface Mark {
  readonly type: string | null;
  readonly withheld: Withheld;
}

const marksOf = ({ directives = [] }: FieldNode): readonly Mark[] =>
  directives
    .filter(({ name }) => name.value === WITHHELD)
    .map(({ arguments: given = [] }) => {
      const text = (wanted: string): string | null => {
        const value = given.find(({ name }) => name.value === wanted)?.value;
        return value?.kind === Kind.STRING ? value.value : null;
      };
      const code = text('code') === 'UNAUTHENTICATED' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      return { type: text('type'), withheld: { code, message: text('message') ?? '' } };
    });

/** The document as it may be planned: without the fields that are withheld, and without marks. What would be left empty asks for `__typename`. */
export const withoutWithheld = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field: {
      enter: (field) => {
        const marks = marksOf(field);
        if (marks.length === 0) return undefined;
        if (marks.some(({ type }) => type === null)) return null;
        return { ...field, directives: (field.directives ?? []).filter(({ name }) => name.value !== WITHHELD) };
      },
    },
    SelectionSet: {
      leave: (set: SelectionSetNode) => (set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : undefined),
    },
  });

/** The document as the client sent it. */
export const withoutMarks = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field: (field) =>
      marksOf(field).length === 0
        ? undefined
        : { ...field, directives: (field.directives ?? []).filter(({ name }) => name.value !== WITHHELD) },
  });

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
