import {
  type FieldNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import { type Withheld, withheldOf, withheldTypesOf } from '../../authorise/withheld.ts';
import { type Collector, collectFields } from './fields.ts';
import { compileLeaf, UNFIT } from './leaves.ts';
import { type Data, isObject, memberOf, type Run } from './run.ts';

/** Where shaping stands. `path` holds the steps down to the current depth; what is deeper is left over from elsewhere. */
export interface Shaping {
  readonly run: Run;
  readonly path: (string | number)[];
}

/** Makes of a value that is not null what the client gets: null when it doesn't fit, with an error noted at its path. */
type Complete = (value: unknown, shaping: Shaping, depth: number) => unknown;

interface Field {
  readonly key: string;
  readonly nonNull: boolean;
  /** For messages: `Type.field`. */
  readonly name: string;
  readonly complete: Complete;
}

interface Shape {
  /** Null: a type that clients can't be told (an interface, for @interfaceObject): asking `__typename` of it makes the object null. */
  readonly typename: string | null;
  readonly fields: readonly (Field | TypenameField | WithheldField)[];
}

interface TypenameField {
  readonly key: string;
  readonly complete: null;
  readonly withheld: null;
}

/** One that the caller may not read: null, and an error that says so. */
interface WithheldField {
  readonly key: string;
  readonly complete: null;
  readonly withheld: Withheld;
  readonly nonNull: boolean;
}

/** What shaping is compiled with: the API schema, and the fragments and conditions of one operation. */
export interface ShapeCompiler extends Collector {
  readonly schema: GraphQLSchema;
}

/** Shapes an object of a known type. Null when a non-null field of it has no value. */
export type ShapeObject = (source: Data, shaping: Shaping, depth: number) => Data | null;

/** Compiles a selection on objects of exactly this type: the fields in the client's order, each with what makes its value. */
export const compileObject = (compiler: ShapeCompiler, typename: string, selectionSets: readonly SelectionSetNode[]): ShapeObject => {
  const { fields, typename: shown } = compileShape(compiler, typename, selectionSets);
  return (source, shaping, depth) => {
    const target: Data = {};
    for (const field of fields) {
      if (field.complete === null) {
        if (field.withheld !== null) {
          shaping.path[depth] = field.key;
          noteWithheld(shaping, depth + 1, field.withheld);
          if (field.nonNull) return null;
          target[field.key] = null;
          continue;
        }
        if (shown === null) return note(shaping, depth, `The type of an object of ${typename} is not known.`);
        target[field.key] = shown;
        continue;
      }
      const value = memberOf(source, field.key);
      shaping.path[depth] = field.key;
      const completed = value === undefined || value === null ? null : field.complete(value, shaping, depth + 1);
      if (completed === null && field.nonNull) return note(shaping, depth + 1, `Cannot return null for non-nullable field ${field.name}.`);
      target[field.key] = completed;
    }
    return target;
  };
};

const compileShape = (compiler: ShapeCompiler, typename: string, selectionSets: readonly SelectionSetNode[]): Shape => {
  const type = compiler.schema.getType(typename);
  const fields: Shape['fields'][number][] = [];
  for (const [key, nodes] of collectFields(compiler, typename, selectionSets)) {
    const name = nodes[0]?.name.value ?? '';
    if (name === TypeNameMetaFieldDef.name) fields.push({ key, complete: null, withheld: null });
    // Introspection is answered apart from what subgraphs send.
    if (name.startsWith('__')) continue;
    const fieldType = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name]?.type : undefined;
    if (fieldType === undefined) continue;
    const nonNull = isNonNullType(fieldType);
    const place = `${typename}.${name}`;
    // Selected on several types, a field may be withheld on one of them and not on another.
    const shown = nodes.filter((node) => withheldOf(node) === null);
    const [withheld] = shown.length > 0 ? [] : nodes.flatMap((node) => withheldOf(node) ?? []);
    if (withheld !== undefined) fields.push({ key, complete: null, withheld, nonNull });
    else fields.push({ key, nonNull, name: place, complete: compileValue(compiler, fieldType, shown, place) });
  }
  return { typename: isObjectType(type) ? typename : null, fields };
};

const compileValue = (compiler: ShapeCompiler, type: GraphQLOutputType, nodes: readonly FieldNode[], place: string): Complete => {
  if (isNonNullType(type)) return compileValue(compiler, type.ofType, nodes, place);
  if (isListType(type)) return compileList(compiler, type.ofType, nodes, place);
  if (isLeafType(type)) {
    const complete = compileLeaf(type);
    return (value, shaping, depth) => {
      const completed = complete(value);
      return completed === UNFIT ? note(shaping, depth, `Invalid value found for field ${place}.`) : completed;
    };
  }
  return compileComposite(compiler, type, nodes, place);
};

const compileList = (compiler: ShapeCompiler, itemType: GraphQLOutputType, nodes: readonly FieldNode[], place: string): Complete => {
  const complete = compileValue(compiler, itemType, nodes, place);
  const nonNull = isNonNullType(itemType);
  return (value, shaping, depth) => {
    if (!Array.isArray(value)) return note(shaping, depth, `Expected a list for field ${place}.`);
    const items = new Array<unknown>(value.length);
    let whole = true;
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      shaping.path[depth] = index;
      const completed = item === undefined || item === null ? null : complete(item, shaping, depth + 1);
      if (completed === null && nonNull) {
        note(shaping, depth + 1, `Cannot return null for non-nullable item of ${place}.`);
        whole = false;
      }
      items[index] = completed;
    }
    return whole ? items : null;
  };
};

const compileComposite = (compiler: ShapeCompiler, type: GraphQLOutputType, nodes: readonly FieldNode[], place: string): Complete => {
  const declared = getNamedType(type);
  const selectionSets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
  const withheldTypes = withheldTypesOf(nodes);
  // Compiled when an object of the type is first seen: an operation on an interface may name many that never come.
  const shapes = new Map<string, ShapeObject>();
  return (value, shaping, depth) => {
    if (!isObject(value)) return note(shaping, depth, `Expected an object for field ${place}.`);
    const sent = memberOf(value, '__typename');
    const typename = typeof sent === 'string' ? sent : declared.name;
    let shape = shapes.get(typename);
    if (shape === undefined) {
      const actual = compiler.schema.getType(typename);
      if (!isCompositeType(actual) || !(compiler.matches(declared.name, typename) || (isAbstractType(actual) && isAbstractType(declared))))
        return note(shaping, depth, `Invalid __typename found for object at field ${place}.`);
      const withheld = withheldTypes.get(typename);
      shape =
        withheld === undefined ? compileObject(compiler, typename, selectionSets) : (_, at, below) => noteWithheld(at, below, withheld);
      shapes.set(typename, shape);
    }
    return shape(value, shaping, depth);
  };
};

/** Errors of one answer from which on shaping adds none: a list of thousands that is wrong in each item is told by its first. */
const SHAPING_ERRORS_MAX = 100;

/** Notes an error at the current path, unless one already tells why there is nothing. Gives null, for the caller to give. */
const note = (shaping: Shaping, depth: number, message: string): null => noteError(shaping, depth, { code: 'INVALID_GRAPHQL', message });

const noteWithheld = (shaping: Shaping, depth: number, { code, message }: Withheld): null => noteError(shaping, depth, { code, message });

const noteError = ({ run, path }: Shaping, depth: number, { code, message }: { readonly code: string; readonly message: string }): null => {
  if (run.errors.length >= SHAPING_ERRORS_MAX) return null;
  const at = path.slice(0, depth);
  if (!run.errors.some((error) => explains(error.path, at))) run.errors.push(new GraphQLError(message, { path: at, extensions: { code } }));
  return null;
};

// An error above the place, or anywhere under it, has made it null.
const explains = (path: readonly (string | number)[] | undefined, at: readonly (string | number)[]): boolean => {
  if (path === undefined) return true;
  const length = Math.min(path.length, at.length);
  for (let index = 0; index < length; index += 1) if (path[index] !== at[index]) return false;
  return true;
};
