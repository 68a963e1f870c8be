import type { GraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  execute,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Identity, Scope } from '#platform/identity/identity.ts';
import { createIdentityKeys, randomIdentityKey } from '#platform/identity/keys.ts';
import type { AccessRules } from '../../gateway/authorise/authorise.ts';
import { NO_DEMAND } from '../../gateway/demand/demand.ts';
import { createGatewayInterface, type Execution } from '../../gateway/execute/executor.ts';
import { observeOperations } from '../../gateway/observe/operations.ts';
import { compose } from './federation.ts';
import { aGeneration } from './generation.ts';
import { aTelemetry } from './telemetry.ts';

const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@interfaceObject",
  "@requires", "@external", { name: "@authenticated", as: "@signedIn" }, "@requiresScopes", "@policy"])\n`;

const CATALOGUE = `${HEADER}
type Query {
  open: Open! half: Half hidden: Hidden node: Node nodes: [Node!] search: [Result!] me: Person boss: Person! level: Level token: Token
  grid: [[Node]] media: Media medias: [Media!]! book: Book vault: String @signedIn count(of: Int): Int
}
type Mutation { touch: Int vault: Int @signedIn person: Person! maybe: Person }
interface Node { id: ID! name: String secret: String next: Node }
type Open implements Node { id: ID! name: String secret: String next: Node }
type Half implements Node { id: ID! name: String secret: String @requiresScopes(scopes: [["ops:read", "ops:write"], ["wallet:read"]]) next: Node }
type Hidden implements Node @signedIn { id: ID! name: String secret: String next: Node code: Int }
union Result = Open | Half | Hidden | Person
type Person @key(fields: "id") {
  id: ID! nick: String mail: String! @signedIn badge: String @policy(policies: [["staff"], ["boss", "vip"]]) boss: Person friends: [Person] level: Level
}
scalar Token @requiresScopes(scopes: [["chat:write"]])
enum Level @policy(policies: [["staff"]]) { LOW HIGH }
interface Media @key(fields: "id") { id: ID! title: String }
type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int @signedIn }
type Film implements Media @key(fields: "id") { id: ID! title: String }
`;

const EXTRAS = `${HEADER}
type Media @key(fields: "id") @interfaceObject { id: ID! likes: Int reviews: [String] @requiresScopes(scopes: [["gifts:send"]]) }
type Person @key(fields: "id") { id: ID! wallet: Int @requiresScopes(scopes: [["wallet:read"]]) note: String }
`;

/** What each guarded field needs, written down by hand: `Type.field` to a test of what somebody holds. Types stand for all of their fields. */
export const NEEDS: Readonly<Record<string, (identity: Identity) => boolean>> = {
  'Query.vault': signedIn,
  'Query.hidden': signedIn,
  'Query.level': (identity) => hasRole(identity, 'staff'),
  'Query.token': (identity) => hasScope(identity, 'chat:write'),
  'Half.secret': (identity) => (hasScope(identity, 'ops:read') && hasScope(identity, 'ops:write')) || hasScope(identity, 'wallet:read'),
  Hidden: signedIn,
  'Person.mail': signedIn,
  'Person.badge': (identity) => hasRole(identity, 'staff') || (hasRole(identity, 'boss') && hasRole(identity, 'vip')),
  'Person.level': (identity) => hasRole(identity, 'staff'),
  'Person.wallet': (identity) => hasScope(identity, 'wallet:read'),
  'Book.pages': signedIn,
  'Book.reviews': (identity) => hasScope(identity, 'gifts:send'),
  'Film.reviews': (identity) => hasScope(identity, 'gifts:send'),
  'Media.reviews': (identity) => hasScope(identity, 'gifts:send'),
};

function signedIn(identity: Identity): boolean {
  return identity.kind === 'user' && identity.id !== null;
}

const hasScope = (identity: Identity, scope: Scope): boolean => identity.kind === 'user' && identity.scopes.includes(scope);

const hasRole = (identity: Identity, role: string): boolean => identity.kind === 'user' && identity.roles.includes(role);

export interface GuardedAnswer {
  readonly data: unknown;
  readonly errors: readonly { readonly path: string; readonly code: unknown; readonly message: string }[];
}

/** A graph with a guard of each kind on each kind of thing, in process. */
export interface GuardedGraph {
  readonly schema: GraphQLSchema;
  ask(query: string, identity: Identity, options?: GuardedOptions): Promise<GuardedAnswer>;
  /** `Type.field` of whatever subgraphs were asked for since the last `ask`, with every type that an interface's field may stand for. */
  readonly asked: ReadonlySet<string>;
  /** How many requests subgraphs got since the last `ask`. */
  readonly calls: number;
}

export interface GuardedOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly rules?: Partial<AccessRules>;
}

const person = (id: string): object => ({
  __typename: 'Person',
  id,
  nick: `nick ${id}`,
  mail: 'SECRET mail',
  badge: 'SECRET badge',
  level: 'LOW',
});
const nodeOf = (type: string, depth = 0): object => ({
  __typename: type,
  id: `${type} ${depth}`,
  name: 'name',
  secret: type === 'Open' ? 'public' : 'SECRET of a node',
  code: 666,
  next: () => (depth > 3 ? null : nodeOf(['Open', 'Half', 'Hidden'][depth % 3] ?? '', depth + 1)),
});
const mediaOf = (type: string): object => ({ __typename: type, id: type, title: 'title', pages: 666 });
const boss = { ...person('2'), boss: null, friends: [] };
const me = { ...person('1'), boss, friends: [boss, null] };
const nodes = (): readonly object[] => ['Open', 'Half', 'Hidden'].map((type) => nodeOf(type));

const CATALOGUE_RESOLVERS = {
  Query: {
    open: () => nodeOf('Open'),
    half: () => nodeOf('Half'),
    hidden: () => nodeOf('Hidden'),
    node: () => nodeOf('Half'),
    nodes,
    search: () => [...nodes(), me],
    me: () => me,
    boss: () => boss,
    level: () => 'HIGH',
    token: () => 'SECRET token',
    grid: () => [nodes(), nodes()],
    media: () => mediaOf('Film'),
    medias: () => [mediaOf('Book'), mediaOf('Film')],
    book: () => mediaOf('Book'),
    vault: () => 'SECRET vault',
    count: (_: unknown, { of }: { readonly of?: number }) => of ?? 0,
  },
  Mutation: { touch: () => 1, vault: () => 666, person: () => me, maybe: () => me },
  Person: { __resolveReference: ({ id }: { readonly id: string }) => (id === '1' ? me : boss) },
  Book: { __resolveReference: () => mediaOf('Book') },
  Film: { __resolveReference: () => mediaOf('Film') },
  Media: { __resolveReference: ({ id }: { readonly id: string }) => mediaOf(id) },
};
const EXTRAS_RESOLVERS = {
  Media: { __resolveReference: ({ id }: { readonly id: string }) => ({ id }), likes: () => 1, reviews: () => ['SECRET review'] },
  Person: { __resolveReference: ({ id }: { readonly id: string }) => ({ id }), wallet: () => 666, note: () => 'note' },
};

export const aGuardedGraph = async (): Promise<GuardedGraph> => {
  const sources = { catalogue: { sdl: CATALOGUE, resolvers: CATALOGUE_RESOLVERS }, extras: { sdl: EXTRAS, resolvers: EXTRAS_RESOLVERS } };
  const asked = new Set<string>();
  const counted = { calls: 0 };
  const generation = await aGeneration(compose(sources, (name) => `http://${name}.test`));
  const dataSources = Object.fromEntries(
    Object.entries(sources).map(([name, { sdl, resolvers }]) => [
      name,
      recorded(buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]), asked, counted),
    ]),
  );
  const telemetry = aTelemetry('gateway');
  const observer = observeOperations(telemetry, 1_000);
  const base = { generation, dataSources, identityKeys: createIdentityKeys([randomIdentityKey()]), telemetry, observer, demand: NO_DEMAND };
  return {
    schema: generation.schema,
    asked,
    get calls() {
      return counted.calls;
    },
    ask: async (query, identity, { variables = {}, rules = {} } = {}) => {
      asked.clear();
      counted.calls = 0;
      const access: AccessRules = { unauthorisedFields: 'null', introspection: 'everyone', ...rules };
      const document = parse(query);
      const [invalid] = validate(generation.schema, document, specifiedRules);
      if (invalid !== undefined) throw new Error(`${invalid.message}\n${query}`);
      const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition');
      const execution: Execution = { ...base, access };
      const executions = { current: execution, of: () => execution, onSwap: () => undefined };
      const { executor } = await createGatewayInterface(executions).load({ engine: {} } as never);
      const result = await executor?.({
        document,
        operation,
        operationName: null,
        queryHash: query,
        request: { query, variables },
        context: { requestId: 'test', identity, timeoutMs: 5_000, address: '127.0.0.1' },
      } as never);
      return {
        data: result?.data === undefined ? undefined : JSON.parse(JSON.stringify(result.data)),
        errors: (result?.errors ?? []).map(({ path, message, extensions }) => ({
          path: path?.join('.') ?? '',
          code: extensions['code'],
          message,
        })),
      };
    },
  };
};

const recorded = (schema: GraphQLSchema, asked: Set<string>, counted: { calls: number }): GraphQLDataSource => ({
  process: async ({ request }) => {
    counted.calls += 1;
    const document = parse(request.query ?? '');
    const [invalid] = validate(schema, document);
    if (invalid !== undefined) throw new Error(`the subgraph was asked for nonsense: ${invalid.message}`);
    const types = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: ({ name }) => {
          const parent = types.getParentType();
          if (parent === undefined || parent === null || name.value.startsWith('_')) return;
          const possible =
            'getFields' in parent && !('getInterfaces' in parent && schema.getPossibleTypes(parent as never).length > 0)
              ? [parent]
              : [parent, ...schema.getPossibleTypes(parent as never)];
          for (const type of possible) asked.add(`${type.name}.${name.value}`);
        },
      }),
    );
    const variableValues = JSON.parse(JSON.stringify(request.variables ?? {})) as Record<string, unknown>;
    const { data, errors } = JSON.parse(JSON.stringify(await execute({ schema, document, variableValues }))) as {
      data?: Record<string, unknown> | null;
      errors?: GraphQLFormattedError[];
    };
    return { ...(data ? { data } : {}), ...(errors === undefined ? {} : { errors }) };
  },
});
