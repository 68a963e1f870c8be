import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { withheldOf } from '../authorise/withheld.ts';
import { type Collector, collectFields, conditionsOf } from '../execute/plan/fields.ts';
import { createMatchesType, type Subtypes } from '../execute/plan/types.ts';
import type { Variables } from '../execute/variables.ts';
import { COST_STEPS_MAX, ESTIMATES_PER_OPERATION_MAX, INTROSPECTION_COST, LIST_SIZE_ASSUMED } from '../limits.ts';
import { type Cache, createCache } from '../supergraph/cache.ts';
import { type Cost, costOf, fixed, maxOf, NOTHING, type Part, sumOf, varying } from './costs.ts';
import { argumentsCostOf } from './inputs.ts';
import { hasVariables, type SelectedField, sliceOf } from './sizes.ts';
import type { ListSize, Weights } from './weights.ts';

/** What an operation costs at most, before it runs. `variables`: coerced. Infinite where so many types may stand behind one another that it is not found out. */
export type Estimate = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => Cost;

/** Estimates the operations of one generation by the static analysis of https://ibm.github.io/graphql-specs/cost-spec.html: fields and objects weigh 1, scalars and
 * enums 0, unless @cost says otherwise; what stands in a list counts as often as the list is long. An operation is compiled once for each
 * combination of its conditions; what doesn't depend on variables is added up by then. */
export const createEstimate = (schema: GraphQLSchema, subtypes: Subtypes, weights: Weights): Estimate => {
  const matches = createMatchesType(subtypes);
  const known = new WeakMap<OperationDefinitionNode, { readonly conditions: readonly string[]; readonly parts: Cache<Part> }>();
  const lookUp = (document: DocumentNode, operation: OperationDefinitionNode) => {
    const found = known.get(operation);
    if (found !== undefined) return found;
    const made = { conditions: conditionsOf([document]), parts: createCache<Part>(ESTIMATES_PER_OPERATION_MAX) };
    known.set(operation, made);
    return made;
  };
  return (document, operation, variables) => {
    const { conditions, parts } = lookUp(document, operation);
    const bits = conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const part = parts.getOrMake(bits, () => {
      const decided = Object.fromEntries(conditions.map((name) => [name, variables[name] === true]));
      return new Compiler({ schema, weights, matches, fragments: fragmentsOf(document), variables: decided }).operation(operation);
    });
    return costOf(part, variables);
  };
};

const fragmentsOf = ({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> =>
  Object.fromEntries(
    definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])),
  );

interface CompilerOptions extends Collector {
  readonly schema: GraphQLSchema;
  readonly weights: Weights;
}

/** A length, or how to find it for one request. */
type Size = (variables: Variables) => { readonly size: number; readonly fault: string | null };

/** A length that a field gives to one below it. */
interface Given {
  /** From here to the list. */
  readonly path: readonly string[];
  readonly size: Size | number;
}

class TooManySteps extends Error {}

/** Compiles one operation. */
class Compiler {
  readonly #options: CompilerOptions;
  /** What was compiled, by type and selections: behind an interface the same selections come up for many types. */
  readonly #known = new Map<string, Part>();
  readonly #numbers = new Map<SelectionSetNode, number>();
  #steps = 0;

  constructor(options: CompilerOptions) {
    this.#options = options;
  }

  operation({ operation, selectionSet }: OperationDefinitionNode): Part {
    const root = this.#options.schema.getRootType(operation);
    if (!root) return NOTHING;
    const own = fixed({ fieldCost: 0, typeCost: this.#typeWeight(root), fault: null });
    try {
      return sumOf([own, this.#object(root, [selectionSet], [])]);
    } catch (error) {
      if (error instanceof TooManySteps) return fixed({ fieldCost: Number.POSITIVE_INFINITY, typeCost: 0, fault: null });
      throw error;
    }
  }

  #composite(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], given: readonly Given[]): Part {
    if (!isAbstractType(type)) return this.#object(type, sets, given);
    const parts = this.#options.schema.getPossibleTypes(type).map((possible) => this.#object(possible, sets, given));
    return maxOf([...new Set(parts)]);
  }

  #object(type: GraphQLObjectType, sets: readonly SelectionSetNode[], given: readonly Given[]): Part {
    // What is given by the field above depends on that field: such parts are not shared.
    const key = given.length > 0 ? null : `${type.name} ${sets.map((set) => this.#number(set)).join(' ')}`;
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const fields = collectFields(this.#options, type.name, sets);
    const part = sumOf([...fields.values()].map((nodes) => this.#field(type, nodes, given)));
    if (key !== null) this.#known.set(key, part);
    return part;
  }

  #field(parent: GraphQLObjectType, nodes: readonly FieldNode[], given: readonly Given[]): Part {
    this.#steps += 1;
    if (this.#steps > COST_STEPS_MAX) throw new TooManySteps();
    const shown = nodes.filter((node) => withheldOf(node) === null);
    const [field] = shown;
    const name = field?.name.value ?? '';
    if (name === '__schema' || name === '__type') return fixed({ fieldCost: INTROSPECTION_COST, typeCost: 0, fault: null });
    const definition = parent.getFields()[name];
    if (field === undefined || definition === undefined) return NOTHING;
    const selected: SelectedField = { field, definition, name: `${parent.name}.${name}` };
    const returned = getNamedType(definition.type);
    const listSize = this.#declared(this.#options.weights.lists, parent, name) ?? null;
    const passed = given.flatMap(({ path, size }) => (path[0] === name ? [{ path: path.slice(1), size }] : []));
    const inner = [...passed.filter(({ path }) => path.length > 0), ...sizesFor(listSize, selected)];
    const sets = shown.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
    const children = isCompositeType(returned) ? this.#composite(returned, sets, inner) : NOTHING;
    const weight = this.#declared(this.#options.weights.fields, parent, name) ?? (isCompositeType(returned) ? 1 : 0);
    return times({
      children,
      weight,
      typeWeight: this.#typeWeight(returned),
      argumentsCost: argumentsCostOf(this.#options.weights, selected),
      size: listsIn(definition.type) === 0 ? null : lengthOf(listSize, passed, selected),
    });
  }

  #number(set: SelectionSetNode): number {
    const number = this.#numbers.get(set) ?? this.#numbers.size;
    this.#numbers.set(set, number);
    return number;
  }

  #typeWeight(type: GraphQLNamedType): number {
    const { weights, schema } = this.#options;
    const own = weights.types.get(type.name);
    if (own !== undefined) return own;
    if (!isAbstractType(type)) return isCompositeType(type) ? 1 : 0;
    return Math.max(...schema.getPossibleTypes(type).map((possible) => this.#typeWeight(possible)), 0);
  }

  // What an interface says of a field holds for the implementations that say nothing themselves.
  #declared<Value>(by: ReadonlyMap<string, Value>, parent: GraphQLObjectType, field: string): Value | undefined {
    return [parent, ...parent.getInterfaces()].map((type) => by.get(`${type.name}.${field}`)).find((value) => value !== undefined);
  }
}

interface Factors {
  readonly children: Part;
  readonly weight: number;
  readonly typeWeight: number;
  readonly argumentsCost: number | ((variables: Variables) => number);
  /** Null: one object. */
  readonly size: Size | number | null;
}

/** One field: resolved once, its objects as often as they come. What is negative makes nothing else cheaper. */
const times = ({ children, weight, typeWeight, argumentsCost, size }: Factors): Part => {
  const cost = (variables: Variables): Cost => {
    const { size: count, fault } = size === null ? ONE : typeof size === 'number' ? { size, fault: null } : size(variables);
    const inner = costOf(children, variables);
    const given = typeof argumentsCost === 'number' ? argumentsCost : argumentsCost(variables);
    return {
      fieldCost: Math.max(0, weight + given) + product(count, inner.fieldCost),
      typeCost: Math.max(0, product(count, typeWeight + inner.typeCost)),
      fault: fault ?? inner.fault,
    };
  };
  const isFixed = children.evaluate === null && typeof argumentsCost === 'number' && typeof size !== 'function';
  return isFixed ? fixed(cost({})) : varying(cost);
};

const ONE = { size: 1, fault: null };

// Nothing of something endless is nothing.
const product = (count: number, cost: number): number => (count === 0 || cost === 0 ? 0 : count * cost);

const listsIn = (type: GraphQLOutputType): number => {
  if (isNonNullType(type)) return listsIn(type.ofType);
  return isListType(type) ? 1 + listsIn(type.ofType) : 0;
};

/** How long the lists of a field are together: what it says itself, else what a field above says, else what is assumed of every list. */
const lengthOf = (listSize: ListSize | null, passed: readonly Given[], selected: SelectedField): Size | number => {
  const others = LIST_SIZE_ASSUMED ** (listsIn(selected.definition.type) - 1);
  const own = listSize === null || listSize.sizedFields.length > 0 ? null : slicing(listSize, selected);
  const size = own ?? passed.find(({ path }) => path.length === 0)?.size ?? LIST_SIZE_ASSUMED;
  if (typeof size === 'number') return size * others;
  return (variables) => {
    const sliced = size(variables);
    return { ...sliced, size: sliced.size * others };
  };
};

const sizesFor = (listSize: ListSize | null, selected: SelectedField): readonly Given[] => {
  if (listSize === null || listSize.sizedFields.length === 0) return [];
  const size = slicing(listSize, selected) ?? LIST_SIZE_ASSUMED;
  return listSize.sizedFields.map((path) => ({ path, size }));
};

/** The size by a field's own directive. Null: it says none, whatever is sent. */
const slicing = (listSize: ListSize, selected: SelectedField): Size | number | null => {
  const names = listSize.slicingArguments.map(([name]) => name);
  const depends = (selected.field.arguments ?? []).some(({ name, value }) => names.includes(name.value) && hasVariables(value));
  const find: Size = (variables) => {
    const { size, fault } = sliceOf(listSize, selected, variables);
    return { size: size ?? LIST_SIZE_ASSUMED, fault };
  };
  if (depends) return find;
  const { size, fault } = sliceOf(listSize, selected, {});
  if (fault !== null) return find;
  return size;
};
