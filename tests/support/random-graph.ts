import type { SubgraphSource } from './federation.ts';
import type { Random } from './random.ts';

/** Graphs of small subgraphs, made at random, in which every value is a function of who holds it, so that one schema over the same functions must answer
 * every operation alike. */
export interface RandomGraph {
  readonly sources: Readonly<Record<string, SubgraphSource>>;
  /** Whether some of its fields may not be null (and sometimes are, at their resolvers). */
  readonly hasNonNull: boolean;
  /** The value of a field of an object, as a single schema has it. Throws what its resolver throws. */
  resolve(holder: Holder, field: string, given: Given): unknown;
}

/** An object is its id, which says its type, too. */
export interface Holder {
  readonly __typename: string;
  readonly id: string;
}

export type Given = Readonly<Record<string, unknown>>;

interface Field {
  readonly name: string;
  readonly type: string;
  readonly list: boolean;
  readonly hasArgument: boolean;
  readonly nonNull: boolean;
  /** Whether its resolver throws for some objects. */
  readonly throws: boolean;
  /** @shareable for another reason than several owners: somebody provides it. */
  readonly provided: boolean;
  /** @inaccessible. */
  readonly hidden: boolean;
  /** Where it is answered. */
  readonly owners: readonly string[];
  /** Where it was answered before. */
  readonly overridden: string | null;
  readonly requires: Requirement | null;
  /** A field of its objects that comes with it. */
  readonly provides: Field | null;
  /** The types of its objects, where it has any. */
  readonly members: readonly string[];
}

interface Requirement {
  readonly field: Field;
  /** As @requires says it. */
  readonly text: string;
  readonly given: Given;
}

interface Entity {
  readonly name: string;
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly fields: Field[];
}

interface Model {
  readonly random: Random;
  readonly entities: readonly Entity[];
  readonly roots: Field[];
  /** What the single subgraph with an interface object adds to all things. Null: there is none. */
  readonly stranger: Field[] | null;
}

const SUBGRAPHS = ['s0', 's1', 's2'] as const;
const STRANGER = 's3';
const KEYS = ['id', 'id', 'id', 'id', 'id', 'id', 'code', 'ref { k }', 'id ref { k }'] as const;
const INSTANCES = 3;
const SCALARS = ['Int', 'String'] as const;

export const aRandomGraph = (random: Random): RandomGraph => {
  const model = aModel(random);
  const fields = new Map<string, Field>();
  for (const field of [...model.roots, ...(model.stranger ?? []), ...model.entities.flatMap((entity) => entity.fields)])
    fields.set(field.name, field);
  const known: Known = { fields, entities: model.entities.map(({ name }) => name) };
  const names = model.stranger === null ? SUBGRAPHS : [...SUBGRAPHS, STRANGER];
  return {
    sources: Object.fromEntries(names.map((name) => [name, { sdl: sdlOf(model, name), resolvers: resolversOf(model, known, name) }])),
    hasNonNull: [...fields.values()].some(({ nonNull }) => nonNull),
    resolve: (holder, field, given) => resolved(known, holder, field, given, null),
  };
};

const aModel = (random: Random): Model => {
  const entities = ['E0', 'E1', 'E2'].map((name): Entity => {
    const present = SUBGRAPHS.filter((_, index) => index === Number(name[1]) || random.chance(0.7));
    return { name, keys: new Map(present.map((subgraph) => [subgraph, keysFor(random)])), fields: [] };
  });
  const stranger: Field[] | null = random.chance(0.3) ? [] : null;
  const model: Model = { random, entities, roots: [], stranger };
  for (const entity of entities)
    for (const subgraph of entity.keys.keys())
      for (let count = 1 + random.below(3); count > 0; count -= 1) addField(model, entity, subgraph);
  for (const entity of entities)
    for (const subgraph of entity.keys.keys())
      for (let count = random.below(4); count > 0; count -= 1) addRequirement(model, entity, subgraph);
  for (const entity of entities) for (const field of entity.fields) if (random.chance(0.3)) addProvided(model, entity, field);
  for (const subgraph of SUBGRAPHS)
    for (let count = 1 + random.below(2); count > 0; count -= 1)
      model.roots.push(aField(model, `root${model.roots.length}`, [subgraph], true));
  if (stranger !== null) {
    stranger.push({ ...plain('added0', 'String', [STRANGER]), hasArgument: random.chance(0.5) }, plain('added1', 'Int', [STRANGER]));
    model.roots.push({
      ...plain(`root${model.roots.length}`, 'Thing', [STRANGER]),
      list: random.chance(0.5),
      members: entities.map(({ name }) => name),
    });
  }
  return model;
};

const keysFor = (random: Random): readonly string[] => [
  ...new Set([random.pick(KEYS), ...(random.chance(0.4) ? [random.pick(KEYS)] : [])]),
];

const plain = (name: string, type: string, owners: readonly string[]): Field => ({
  name,
  type,
  list: false,
  hasArgument: false,
  nonNull: false,
  throws: false,
  provided: false,
  hidden: false,
  owners,
  overridden: null,
  requires: null,
  provides: null,
  members: [],
});

/** A field of any type that its owners all know. */
const aField = ({ random, entities }: Model, name: string, owners: readonly string[], composite: boolean): Field => {
  const known = entities.filter(({ keys }) => owners.every((owner) => keys.has(owner))).map((entity) => entity.name);
  const kind = random.below(composite ? 3 : 6);
  const list = random.chance(0.4);
  const field = { ...plain(name, random.pick(SCALARS), owners), list, hasArgument: random.chance(0.4), nonNull: random.chance(0.08) };
  const [first, ...rest] = known;
  if (kind <= 1 && first !== undefined) {
    const member = random.pick([first, ...rest]);
    return { ...field, type: member, members: [member], throws: random.chance(0.4) };
  }
  // Everybody must know the same members of what they share.
  if (kind === 2 && first !== undefined)
    return { ...field, type: random.chance(0.5) ? 'Some' : 'Thing', members: known, throws: random.chance(0.4) };
  return kind === 3 ? { ...field, type: 'Value', members: ['Value'] } : field;
};

const addField = (model: Model, entity: Entity, subgraph: string): void => {
  const { random } = model;
  const others = [...entity.keys.keys()].filter((other) => other !== subgraph);
  const [other] = others;
  const shared = other !== undefined && random.chance(0.2);
  const name = `f${entity.name[1]}${entity.fields.length}`;
  const made = aField(model, name, shared ? [subgraph, other] : [subgraph], false);
  // Subgraphs that share a field with a union must know the same members of it: they need not, so such a field stays with one.
  const field = made.type === 'Some' || made.type === 'Thing' ? { ...made, ...ownedByOne(model, subgraph) } : made;
  entity.fields.push(!shared && other !== undefined && random.chance(0.15) && isSimple(field) ? { ...field, overridden: other } : field);
};

const ownedByOne = ({ entities }: Model, subgraph: string): Pick<Field, 'owners' | 'members'> => ({
  owners: [subgraph],
  members: entities.filter(({ keys }) => keys.has(subgraph)).map(({ name }) => name),
});

const isSimple = ({ type }: Field): boolean => type === 'Int' || type === 'String' || type === 'Value';

const addRequirement = (model: Model, entity: Entity, subgraph: string): void => {
  const { random } = model;
  const isThere = (name: string): boolean => model.entities.some((other) => other.name === name && other.keys.has(subgraph));
  const foreign = entity.fields.filter(
    (field) =>
      (isSimple(field) || isThere(field.type)) && field.requires === null && !field.nonNull && !field.throws && !touches(field, subgraph),
  );
  const [first, ...rest] = foreign;
  if (first === undefined) return;
  const field = random.pick([first, ...rest]);
  const required = { ...field, hidden: random.chance(0.2) };
  entity.fields.splice(entity.fields.indexOf(field), 1, required);
  const x = 2 + random.below(2);
  const text = `${field.name}${field.hasArgument ? `(x: ${x})` : ''}${field.type === 'Value' ? ' { v0 v1 }' : isSimple(field) ? '' : ' { id }'}`;
  const requires: Requirement = { field: required, text, given: field.hasArgument ? { x } : {} };
  entity.fields.push({ ...plain(`f${entity.name[1]}${entity.fields.length}`, 'String', [subgraph]), requires });
};

const addProvided = ({ random, entities }: Model, entity: Entity, field: Field): void => {
  const [owner, ...others] = field.owners;
  const target = entities.find(({ name }) => name === field.type);
  if (owner === undefined || others.length > 0 || field.overridden !== null || target === undefined) return;
  const [first, ...rest] = target.fields.filter(
    (one) =>
      isSimple(one) &&
      one.type !== 'Value' &&
      one.requires === null &&
      !one.hasArgument &&
      one.overridden === null &&
      !touches(one, owner) &&
      !isRequiredBy(target, one, owner),
  );
  if (first === undefined) return;
  const provides = random.pick([first, ...rest]);
  target.fields.splice(target.fields.indexOf(provides), 1, { ...provides, provided: true });
  entity.fields.splice(entity.fields.indexOf(field), 1, { ...field, provides });
};

// Who provides a field may answer what requires it, too, without being given it: then nothing shows whether it was.
const isRequiredBy = ({ fields }: Entity, { name }: Field, subgraph: string): boolean =>
  fields.some(({ requires, owners }) => requires?.field.name === name && owners.includes(subgraph));

const touches = (field: Field, subgraph: string): boolean => field.owners.includes(subgraph) || field.overridden === subgraph;

// Schemas

const sdlOf = (model: Model, subgraph: string): string => {
  const present = model.entities.filter(({ keys }) => keys.has(subgraph));
  const roots = model.roots.filter((field) => field.owners.includes(subgraph));
  const query = roots.length === 0 ? '' : `type Query { ${roots.map((field) => declared(field, subgraph)).join(' ')} }`;
  if (subgraph === STRANGER) {
    const added = (model.stranger ?? []).map((field) => declared(field, subgraph)).join(' ');
    return `${query} type Thing @key(fields: "id") @interfaceObject { id: ID! ${added} }`;
  }
  const keyed = model.stranger !== null && present.length === model.entities.length ? '@key(fields: "id")' : '';
  const shared = 'type Value @shareable { v0: String v1(x: Int = 1): Int } type Ref @shareable { k: ID! }';
  const union =
    present.length === 0
      ? ''
      : `union Some = ${present.map(({ name }) => name).join(' | ')} interface Thing ${keyed} { id: ID! label(x: Int = 1): String }`;
  return [query, union, shared, ...present.map((entity) => entitySdl(model, entity, subgraph))].join('\n');
};

const entitySdl = (model: Model, { name, keys, fields }: Entity, subgraph: string): string => {
  const own = keys.get(subgraph) ?? [];
  const all = model.stranger !== null && model.entities.every((entity) => entity.keys.has(subgraph)) ? [...new Set([...own, 'id'])] : own;
  const given = all.map((key) => `@key(fields: "${key}")`).join(' ');
  const keyText = all.join(' ');
  const keyFields = [
    'id: ID! @shareable',
    'label(x: Int = 1): String @shareable',
    ...(keyText.includes('code') ? ['code: ID! @shareable'] : []),
    ...(keyText.includes('ref') ? ['ref: Ref! @shareable'] : []),
  ];
  const needed = new Set(
    fields.flatMap(({ requires, owners }) => (requires !== null && owners.includes(subgraph) ? [requires.field] : [])),
  );
  for (const { provides, owners, type } of model.entities.flatMap((one) => one.fields))
    if (provides !== null && type === name && owners.includes(subgraph)) needed.add(provides);
  const external = [...new Map([...needed].map((field) => [field.name, field])).values()].map((field) => `${head(field)} @external`);
  const answered = fields.filter((field) => touches(field, subgraph)).map((field) => declared(field, subgraph));
  return `type ${name} implements Thing ${given} { ${[...keyFields, ...external, ...answered].join(' ')} }`;
};

const head = ({ name, hasArgument, type, list }: Field): string =>
  `${name}${hasArgument ? '(x: Int = 1)' : ''}: ${list ? `[${type}]` : type}`;

const declared = (field: Field, subgraph: string): string => {
  const { owners, requires, overridden } = field;
  if (overridden === subgraph) return head(field);
  return [
    head(field),
    owners.length > 1 || field.provided ? '@shareable' : '',
    field.hidden ? '@inaccessible' : '',
    field.provides === null ? '' : `@provides(fields: "${field.provides.name}")`,
    requires === null ? '' : `@requires(fields: "${requires.text}")`,
    overridden === null ? '' : `@override(from: "${overridden}")`,
  ].join(' ');
};

// Values

interface Known {
  readonly fields: ReadonlyMap<string, Field>;
  readonly entities: readonly string[];
}

/** What a subgraph got of an object that it was asked for: what its fields require. */
type Represented = Readonly<Record<string, unknown>> | null;

const resolved = (known: Known, holder: Holder, name: string, given: Given, represented: Represented): unknown => {
  const { id } = holder;
  if (name === 'id') return id;
  if (name === 'code') return `code:${id}`;
  if (name === 'ref') return { k: `ref:${id}` };
  if (name === 'k') return (holder as unknown as { readonly k: string }).k;
  const x = typeof given['x'] === 'number' ? given['x'] : 1;
  const seed = hash(`${id}.${name}(${x})`);
  if (name === 'v0') return seed % 4 === 0 ? null : `${id}.v0`;
  if (name === 'v1') return seed % 100;
  if (name === 'label') return seed % 5 === 0 ? null : `${id}.label(${x})`;
  const field = known.fields.get(name);
  if (field === undefined) throw new Error(`nobody knows ${name}`);
  if (field.requires !== null) return `needs ${required(known, holder, field.requires, represented)}`;
  if (seed % (field.nonNull ? 20 : 6) === 0) return null;
  if (seed % 5 === 0 && field.throws) throw new Error(`no ${name} of ${id}`);
  if (!field.list) return itemOf(known, field, `${id}.${name}(${x})`, seed);
  return Array.from({ length: seed % 4 }, (_, index) => {
    const own = hash(`${seed} ${index}`);
    return own % 7 === 0 ? null : itemOf(known, field, `${id}.${name}(${x})${index}`, own);
  });
};

const itemOf = (known: Known, { type, members }: Field, text: string, seed: number): unknown => {
  if (type === 'Int') return seed % 1_000;
  if (type === 'String') return text;
  if (type === 'Value') return { __typename: 'Value', id: text };
  const member = members[seed % members.length] ?? known.entities[0] ?? '';
  return { __typename: member, id: `${member}-${seed % INSTANCES}` };
};

const required = (known: Known, holder: Holder, { field, given }: Requirement, represented: Represented): string => {
  const value = represented === null ? resolved(known, holder, field.name, given, null) : represented[field.name];
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? told(known, inner, represented) : inner,
  );
};

// What a requirement selects of an object.
const told = (known: Known, object: object, represented: Represented): string => {
  const { v0, v1, id } = object as Readonly<Record<string, unknown>>;
  if (represented !== null) return id === undefined ? `${String(v0)}/${String(v1)}` : String(id);
  const holder = object as Holder;
  const isValue = holder.__typename === 'Value';
  return isValue ? `${String(resolved(known, holder, 'v0', {}, null))}/${String(resolved(known, holder, 'v1', {}, null))}` : holder.id;
};

const hash = (text: string): number => {
  let sum = 2_166_136_261;
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return (sum ^ (sum >>> 13)) >>> 0;
};

// Resolvers

interface Reference {
  readonly id?: string;
  readonly code?: string;
  readonly ref?: { readonly k: string };
}

const idOf = ({ id, code, ref }: Reference): string => id ?? code?.slice('code:'.length) ?? ref?.k.slice('ref:'.length) ?? 'lost';

const resolversOf = (model: Model, known: Known, subgraph: string): object => {
  const resolver =
    (name: string) =>
    (parent: (Holder & { readonly represented?: Represented }) | undefined, given: Given): unknown =>
      resolved(known, parent ?? { __typename: 'Query', id: 'Query' }, name, given, parent?.represented ?? {});
  const resolvers = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, resolver(name)]));
  const refer = (reference: Reference) => {
    const id = idOf(reference);
    return { __typename: id.split('-')[0], id, represented: reference };
  };
  const roots = resolvers(model.roots.filter(({ owners }) => owners.includes(subgraph)).map(({ name }) => name));
  const query = Object.keys(roots).length === 0 ? {} : { Query: roots };
  if (subgraph === STRANGER) {
    // An interface object has no other name than its own.
    const thing = (reference: Reference) => ({ ...refer(reference), __typename: 'Thing' });
    return { ...query, Thing: { ...resolvers((model.stranger ?? []).map(({ name }) => name)), __resolveReference: thing } };
  }
  const present = model.entities.filter(({ keys }) => keys.has(subgraph));
  const entities = present.map(({ name, keys, fields }) => {
    const own = fields.filter((field) => touches(field, subgraph)).map((field) => field.name);
    const provided = model.entities
      .flatMap((entity) => entity.fields)
      .flatMap((field) => (field.provides !== null && field.type === name && field.owners.includes(subgraph) ? [field.provides.name] : []));
    const keyFields = [(keys.get(subgraph) ?? []).join(' ')].flatMap((text) => ['code', 'ref'].filter((key) => text.includes(key)));
    return [name, { ...resolvers([...own, ...provided, ...keyFields, 'label']), __resolveReference: refer }] as const;
  });
  const things = present.length === 0 ? {} : { Thing: { __resolveReference: refer } };
  return { ...query, ...things, Value: resolvers(['v0', 'v1']), ...Object.fromEntries(entities) };
};
