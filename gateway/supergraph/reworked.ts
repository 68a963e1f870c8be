import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { HIDDEN_PREFIX } from './rules.ts';

/** What a hidden field of the planner's stands for: a field with the arguments that some @requires demands. */
export interface StandIn {
  readonly name: string;
  readonly arguments: readonly ArgumentNode[];
}

/** A supergraph in the form that Apollo's planner plans rightly, and what that form means. */
export interface Reworked {
  readonly document: DocumentNode;
  /** By the name of the hidden field. */
  readonly standIns: ReadonlyMap<string, StandIn>;
  /** The hidden fields that a field of a subgraph requires, by `subgraph/Type.field`. */
  readonly required: ReadonlyMap<string, ReadonlySet<string>>;
}

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Works around two faults of the planner, without touching what clients see:
 * - It fetches a field that is required with arguments under the field's own name, where it meets the client's own arguments or another @requires.
 *   Each such field gets a hidden twin without arguments, one per set of arguments (`standIns`), and @requires names the twin.
 * - It comes back to a subgraph by the first key of a type, also when that one is not resolvable. Resolvable keys are put first. */
export const reworkSupergraph = (document: DocumentNode): Reworked => {
  const work = new Work(document);
  const definitions = document.definitions.map((definition) => (isComposite(definition) ? work.rework(definition) : definition));
  const reworked = { kind: Kind.DOCUMENT, definitions: definitions.map((definition) => work.withTwins(definition)) } as const;
  return {
    document: work.standIns.size === 0 ? reworked : withInaccessible(reworked),
    standIns: work.standIns,
    required: work.required,
  };
};

const isComposite = (definition: DocumentNode['definitions'][number]): definition is Composite =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

class Work {
  readonly standIns = new Map<string, StandIn>();
  readonly required = new Map<string, Set<string>>();
  private readonly types: ReadonlyMap<string, Composite>;
  private readonly names = new Map<string, string>();
  private readonly twins = new Map<string, Map<string, FieldDefinitionNode>>();
  private readonly subgraphs: ReadonlyMap<string, string>;
  private readonly inaccessible: string;

  constructor(document: DocumentNode) {
    this.types = new Map(document.definitions.filter(isComposite).map((definition) => [definition.name.value, definition]));
    this.subgraphs = subgraphNames(document);
    this.inaccessible = inaccessibleName(document) ?? 'inaccessible';
  }

  rework(type: Composite): Composite {
    return {
      ...type,
      directives: resolvableFirst(type.directives ?? []),
      fields: (type.fields ?? []).map((field) => this.reworkField(type.name.value, field)),
    };
  }

  withTwins(definition: DocumentNode['definitions'][number]): DocumentNode['definitions'][number] {
    const twins = isComposite(definition) ? this.twins.get(definition.name.value) : undefined;
    return twins === undefined || !isComposite(definition)
      ? definition
      : { ...definition, fields: [...(definition.fields ?? []), ...twins.values()] };
  }

  private reworkField(typename: string, field: FieldDefinitionNode): FieldDefinitionNode {
    return {
      ...field,
      directives: (field.directives ?? []).map((directive) => {
        const requires = stringArgument(directive, 'requires');
        if (directive.name.value !== 'join__field' || requires === null) return directive;
        const used = new Set<string>();
        const reworked = this.reworkSelections(typename, selectionSetOf(requires), used);
        if (used.size === 0) return directive;
        this.required.set(`${this.subgraphs.get(enumArgument(directive, 'graph')) ?? ''}/${typename}.${field.name.value}`, used);
        const value = { kind: Kind.STRING, value: reworked.selections.map(print).join(' ').replaceAll(/\s+/g, ' ') } as const;
        return {
          ...directive,
          arguments: (directive.arguments ?? []).map((argument) =>
            argument.name.value === 'requires' ? { ...argument, value } : argument,
          ),
        };
      }),
    };
  }

  private reworkSelections(typename: string, { selections }: SelectionSetNode, used: Set<string>): SelectionSetNode {
    const reworked = selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return {
          ...selection,
          selectionSet: this.reworkSelections(selection.typeCondition?.name.value ?? typename, selection.selectionSet, used),
        };
      const field = this.types.get(typename)?.fields?.find(({ name }) => name.value === selection.name.value);
      if (field === undefined) return selection;
      const inner = selection.selectionSet && {
        selectionSet: this.reworkSelections(namedTypeOf(field.type), selection.selectionSet, used),
      };
      if ((field.arguments ?? []).length === 0) return { ...selection, ...inner };
      const name = this.twinOf(typename, field, selection.arguments ?? []);
      used.add(name);
      return { ...selection, name: { kind: Kind.NAME, value: name }, arguments: [], ...inner };
    });
    return { kind: Kind.SELECTION_SET, selections: reworked };
  }

  private twinOf(typename: string, field: FieldDefinitionNode, given: readonly ArgumentNode[]): string {
    const sorted = given.toSorted((left, right) => left.name.value.localeCompare(right.name.value));
    const key = `${field.name.value}(${sorted.map(print).join(',')})`;
    const name = this.names.get(key) ?? `${HIDDEN_PREFIX}${this.names.size}_${field.name.value}`;
    this.names.set(key, name);
    this.standIns.set(name, { name: field.name.value, arguments: given });
    this.addTwin(typename, name, field);
    // Who implements the interface answers its fields.
    for (const [implementer, { interfaces }] of this.types) {
      const own = this.types.get(implementer)?.fields?.find((other) => other.name.value === field.name.value);
      if (own !== undefined && interfaces?.some((one) => one.name.value === typename)) this.addTwin(implementer, name, own);
    }
    return name;
  }

  private addTwin(typename: string, name: string, field: FieldDefinitionNode): void {
    const twins = this.twins.get(typename) ?? new Map<string, FieldDefinitionNode>();
    this.twins.set(typename, twins);
    const joins = (field.directives ?? []).filter(({ name: { value } }) => value === 'join__field');
    const inaccessible = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: this.inaccessible } } as const;
    twins.set(name, {
      kind: Kind.FIELD_DEFINITION,
      name: { kind: Kind.NAME, value: name },
      type: field.type,
      directives: [...joins, inaccessible],
    });
  }
}

const resolvableFirst = (directives: readonly ConstDirectiveNode[]): readonly ConstDirectiveNode[] =>
  directives.toSorted((left, right) => Number(isUnresolvable(left)) - Number(isUnresolvable(right)));

const isUnresolvable = (directive: ConstDirectiveNode): boolean =>
  directive.name.value === 'join__type' &&
  (directive.arguments ?? []).some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value);

const stringArgument = (directive: ConstDirectiveNode, name: string): string | null => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
};

const enumArgument = (directive: ConstDirectiveNode, name: string): string => {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.ENUM ? value.value : '';
};

/** The subgraphs by their names in `join__Graph`. */
export const subgraphNames = (document: DocumentNode): ReadonlyMap<string, string> => {
  const graphs = document.definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives }) => {
      const join = directives?.find((directive) => directive.name.value === 'join__graph');
      return [name.value, (join && stringArgument(join, 'name')) ?? name.value];
    }),
  );
};

const namedTypeOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type));

const selectionSetOf = (fields: string): SelectionSetNode => {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${fields} is no selection`);
  return definition.selectionSet;
};

/** What the supergraph calls @inaccessible: a subgraph may have imported it by another name. Null where it isn't linked. */
const inaccessibleName = (document: DocumentNode): string | null => {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    const link = definition.directives?.find((directive) => stringArgument(directive, 'url')?.includes('/inaccessible/'));
    if (link === undefined) continue;
    const imports = link.arguments?.find(({ name }) => name.value === 'import')?.value;
    const [imported] = imports?.kind === Kind.LIST ? imports.values : [];
    const renamed = imported?.kind === Kind.OBJECT ? imported.fields.find(({ name }) => name.value === 'as')?.value : undefined;
    return renamed?.kind === Kind.STRING ? renamed.value.replace('@', '') : (stringArgument(link, 'as') ?? 'inaccessible');
  }
  return null;
};

const INACCESSIBLE = parse(
  `extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`,
  { noLocation: true },
);

// Twins are hidden from clients like everything that is @inaccessible.
const withInaccessible = (document: DocumentNode): DocumentNode => {
  if (inaccessibleName(document) !== null) return document;
  const [link, directive] = INACCESSIBLE.definitions;
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION && link?.kind === Kind.SCHEMA_EXTENSION
      ? { ...definition, directives: [...(definition.directives ?? []), ...(link.directives ?? [])] }
      : definition,
  );
  return { ...document, definitions: directive === undefined ? definitions : [...definitions, directive] };
};
