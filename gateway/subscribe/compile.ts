import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  print,
  separateOperations,
  TypeInfo,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { needsOf } from '../authorise/needs.ts';
import { withoutMarks, withoutWithheld } from '../authorise/withheld.ts';
import { refusal } from '../execute/errors.ts';
import { conditionsOf } from '../execute/plan/fields.ts';
import type { Variables } from '../execute/variables.ts';
import { PLANS_MAX } from '../limits.ts';
import { createAsyncCache } from '../supergraph/cache.ts';
import { contextOf, type Generation, type PreparedOperation } from '../supergraph/generation.ts';
import { HIDDEN_PREFIX } from '../supergraph/rules.ts';

/** A subscription, ready to run: all that doesn't depend on variables or on the subscriber. */
export interface CompiledSubscription {
  /** For example `roomEvents`. */
  readonly field: string;
  /** Where the event stands in a payload: the field's alias or name. */
  readonly responseKey: string;
  /** A log takes `after`, begins with a position and loses nothing; a state sends its newest value. */
  readonly kind: 'log' | 'state';
  /** Whether one upstream serves all subscribers. */
  readonly broadcast: boolean;
  /** The argument that says what is followed, where that is not for everybody. */
  readonly subject: string | null;
  /** The argument that chooses among the audiences of what is not for everybody. */
  readonly audience: string | null;
  /** What the client sent of it, with marks at what is withheld. */
  readonly source: DocumentNode;
  /** Who may read which of its fields. */
  readonly needs: string;
  /** The values of the variables in its @skip and @include: its plan is made for just these. */
  readonly conditions: Readonly<Record<string, boolean>>;
  /** The operation without its name and with `after` as a variable of our own: what may be shared is equal in this text. */
  readonly text: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The upstream subscription, with hidden fields added. */
  readonly primary: FetchNode;
  /** Runs once per event: the event as it came from upstream, then what other subgraphs add. */
  readonly eventPlan: QueryPlan;
  /** Shapes the answer, without the hidden fields. */
  readonly context: PreparedOperation['context'];
  /** The client's own field, whose arguments hold `after`. */
  readonly rootField: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The type of a log's position events. */
  readonly positionType: string | null;
}

/** The name under which the event plan finds its event. */
export const EVENT_SOURCE = 'fanfare__event';
/** The variable that carries the upstream's `after`. */
export const AFTER_VARIABLE = `${HIDDEN_PREFIX}after`;
/** What the gateway must know of each event, as far as its type has it. */
export const HIDDEN_FIELDS = ['cursor', 'id', 'seq', 'at', 'version'] as const;
export const hiddenName = (field: (typeof HIDDEN_FIELDS)[number]): string => `${HIDDEN_PREFIX}${field}`;

/** Compiles one subscription of a validated document, or finds it. Rejects with GraphQLError PERSONAL_FIELD_IN_BROADCAST, GRAPHQL_VALIDATION_FAILED, and
 * like `Planner.plan`. */
export type CompileSubscription = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  /** Coerced; only those in @skip and @include matter. */
  variables: Variables,
) => Promise<CompiledSubscription>;

/** Compiled subscriptions are kept for one generation: make a new one with each. */
export const createCompiler = (generation: Generation): CompileSubscription => {
  const byText = createAsyncCache<CompiledSubscription>(PLANS_MAX);
  // A document that is subscribed to by many is one object, as long as it is remembered: then nothing has to be printed to find what it compiles to.
  const byOperation = new WeakMap<OperationDefinitionNode, CompiledSubscription>();
  return async (document, operation, variables) => {
    const known = byOperation.get(operation);
    if (known !== undefined) return known;
    const own = separateOperations(document)[operation.name?.value ?? ''] ?? document;
    const conditions = Object.fromEntries(conditionsOf([own]).map((name) => [name, variables[name] === true]));
    const compiled = await byText.getOrMake(`${JSON.stringify(conditions)}${print(own)}`, () => compile(generation, own, conditions));
    if (Object.keys(conditions).length === 0) byOperation.set(operation, compiled);
    return compiled;
  };
};

const compile = async (
  generation: Generation,
  document: DocumentNode,
  conditions: CompiledSubscription['conditions'],
): Promise<CompiledSubscription> => {
  const { field: rootField, definition } = rootOf(generation, document);
  const broadcast = generation.marks.broadcast.has(`Subscription.${definition.name}`);
  if (broadcast) refusePersonalFields(generation, document);
  const shape = withoutUnusedVariables(withOwnAfter(generation, document, definition));
  const upstream = withHiddenFields(generation, withoutWithheld(shape), definition.type);
  const { node } = await generation.planner.plan({ document: print(upstream), operationName: null, conditions });
  if (node?.kind !== 'Subscription') throw new Error(`the planner made a ${node?.kind ?? 'empty'} plan for a subscription`);
  const event = { ...node.primary, serviceName: EVENT_SOURCE, operationKind: 'query' as FetchNode['operationKind'], variableUsages: [] };
  return {
    field: definition.name,
    responseKey: (rootField.alias ?? rootField.name).value,
    kind: definition.args.some(({ name }) => name === 'after') ? 'log' : 'state',
    broadcast,
    subject: generation.marks.subjects.get(`Subscription.${definition.name}`) ?? null,
    audience: generation.marks.audiences.get(`Subscription.${definition.name}`) ?? null,
    source: document,
    conditions,
    needs: needsOf(generation.planner.facts.guards, generation.schema, withoutMarks(document)),
    text: print(shape),
    document: shape,
    operation: operationIn(shape),
    primary: node.primary,
    eventPlan: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes: node.rest === undefined ? [event] : [event, node.rest] } },
    context: contextOf(generation, shape, null),
    rootField,
    definition,
    positionType: positionTypeOf(generation, definition.type),
  };
};

export const operationIn = (document: DocumentNode): OperationDefinitionNode => {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('the document has no operation');
  return operation;
};

const rootOf = (
  generation: Generation,
  document: DocumentNode,
): { readonly field: FieldNode; readonly definition: GraphQLField<unknown, unknown> } => {
  const types = new TypeInfo(generation.schema);
  const root = generation.schema.getSubscriptionType();
  const found: { readonly field: FieldNode; readonly definition: GraphQLField<unknown, unknown> }[] = [];
  const refuseDirectives = (node: { readonly directives?: readonly unknown[] | undefined }): void => {
    if (types.getParentType() !== root || (node.directives ?? []).length === 0) return;
    throw refusal('GRAPHQL_VALIDATION_FAILED', 'The root field of a subscription takes no directives: leave the subscription out instead.');
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      InlineFragment: refuseDirectives,
      FragmentSpread: refuseDirectives,
      Field: (field) => {
        refuseDirectives(field);
        const definition = types.getFieldDef();
        if (types.getParentType() === root && definition) found.push({ field, definition });
      },
    }),
  );
  const [first] = found;
  if (first === undefined) throw refusal('GRAPHQL_VALIDATION_FAILED', 'The subscription selects no field.');
  return first;
};

const refusePersonalFields = (generation: Generation, document: DocumentNode): void => {
  const types = new TypeInfo(generation.schema);
  const root = generation.schema.getSubscriptionType();
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (field) => {
        // Who may subscribe at all is asked of each subscriber; what is inside is the same for all.
        if (types.getParentType() === root) return;
        const name = `${types.getParentType()?.name ?? ''}.${field.name.value}`;
        if (!generation.marks.personal.has(name)) return;
        throw refusal(
          'PERSONAL_FIELD_IN_BROADCAST',
          `${name} differs by viewer, and this subscription is shared by all of them. Read it with a query instead.`,
        );
      },
    }),
  );
};

// The client's `after` may be a variable or stand in the document; it is no part of what is shared. The upstream gets it in a variable of ours.
const withOwnAfter = (generation: Generation, document: DocumentNode, definition: GraphQLField<unknown, unknown>): DocumentNode => {
  const types = new TypeInfo(generation.schema);
  const root = generation.schema.getSubscriptionType();
  const after = definition.args.find(({ name }) => name === 'after');
  const value = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: AFTER_VARIABLE } } as const;
  const argument = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'after' }, value } as const;
  return visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition: (operation) => {
        const { name: _, ...nameless } = operation;
        if (after === undefined) return nameless;
        const variable: VariableDefinitionNode = { kind: Kind.VARIABLE_DEFINITION, variable: value, type: parseType(String(after.type)) };
        return { ...nameless, variableDefinitions: [...(operation.variableDefinitions ?? []), variable] };
      },
      Field: (field) => {
        if (types.getParentType() !== root || after === undefined) return undefined;
        return { ...field, arguments: [...(field.arguments ?? []).filter(({ name }) => name.value !== 'after'), argument] };
      },
    }),
  );
};

const withoutUnusedVariables = (document: DocumentNode): DocumentNode => {
  const used = new Set<string>();
  visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return visit(document, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) });
};

const withHiddenFields = (generation: Generation, document: DocumentNode, type: GraphQLOutputType): DocumentNode => {
  const types = new TypeInfo(generation.schema);
  const root = generation.schema.getSubscriptionType();
  const eventType = getNamedType(type);
  const fields = isObjectType(eventType) || isInterfaceType(eventType) ? eventType.getFields() : {};
  const hidden: FieldNode[] = HIDDEN_FIELDS.filter((name) => Object.hasOwn(fields, name)).map((name) => fieldNode(name, hiddenName(name)));
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        // On leaving, so that the hidden fields are not visited themselves.
        leave: (field) => {
          if (types.getParentType() !== root || field.selectionSet === undefined) return undefined;
          const selections = [...field.selectionSet.selections, fieldNode('__typename'), ...hidden];
          return { ...field, selectionSet: { ...field.selectionSet, selections } };
        },
      },
    }),
  );
};

const fieldNode = (name: string, alias?: string): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  ...(alias === undefined ? {} : { alias: { kind: Kind.NAME, value: alias } }),
});

const positionTypeOf = (generation: Generation, type: GraphQLOutputType): string | null => {
  const named = getNamedType(type);
  if (!isInterfaceType(named)) return null;
  return generation.schema.getPossibleTypes(named).find(({ name }) => name.endsWith('PositionEvent'))?.name ?? null;
};
