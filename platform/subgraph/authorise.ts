import { type DirectiveNode, type GraphQLField, type GraphQLSchema, getNamedType, isObjectType, Kind } from 'graphql';
import { FanfareError } from '#platform/errors.ts';
import type { Identity, Scope } from '#platform/identity/identity.ts';

/** A person who is signed in. */
export interface Viewer {
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly roles: readonly string[];
  readonly clientId: string | null;
  /** Whether the token says that they are not of age. */
  readonly minor: boolean;
  /** Where the token says that they are, ISO 3166-1 alpha-2; null: it does not say. */
  readonly region: string | null;
}

/** What these checks need of a resolver's context. */
interface WithIdentity {
  readonly identity: Identity;
}

/** The person behind the request. Throws FanfareError UNAUTHENTICATED for anonymous viewers, FORBIDDEN for audiences and services. */
export const requireViewer = ({ identity }: WithIdentity): Viewer => {
  if (identity.kind !== 'user') throw new FanfareError('FORBIDDEN', 'Only a person can do this, not a service or an audience.');
  if (identity.id === null) throw unauthenticated();
  const { id, scopes, roles, clientId, minor = false, region = null } = identity;
  return { id, scopes, roles, clientId, minor, region };
};

/** Lets persons and services with that scope pass. Throws FanfareError UNAUTHENTICATED for anonymous viewers, FORBIDDEN for who lacks it. */
export const requireScope = ({ identity }: WithIdentity, scope: Scope): void => insist(identity, { of: 'scopes', alternatives: [[scope]] });

/** Enforces @authenticated, @requiresScopes and @policy of a subgraph's own SDL on every field that carries them, or whose type does, or what it returns, so that
 * no resolver can forget it. A policy is held by a person whose roles name it; services hold none.
 * Changes the schema in place. `identityOf` finds the identity that belongs to a context value. */
export const enforceAuthorisation = (schema: GraphQLSchema, identityOf: (context: unknown) => Identity): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const ofType = directivesOf(type);
    for (const field of Object.values(type.getFields()))
      guardField(field, [...ofType, ...(field.astNode?.directives ?? []), ...directivesOf(getNamedType(field.type))], identityOf);
  }
};

/** Lets a field pass only for services (`_service`, which shows the subgraph's own SDL). */
export const requireService = (identity: Identity): void => {
  if (identity.kind !== 'service') throw new FanfareError('FORBIDDEN', 'Only services may read this.');
};

const unauthenticated = (): FanfareError => new FanfareError('UNAUTHENTICATED', 'Sign in first: this needs a token.');

const directivesOf = (type: { readonly astNode?: unknown; readonly extensionASTNodes?: unknown }): readonly DirectiveNode[] => {
  const nodes = [type.astNode, ...(Array.isArray(type.extensionASTNodes) ? type.extensionASTNodes : [])] as readonly (
    | { readonly directives?: readonly DirectiveNode[] }
    | undefined
  )[];
  return nodes.flatMap((node) => node?.directives ?? []);
};

const guardField = (
  field: GraphQLField<unknown, unknown>,
  directives: readonly DirectiveNode[],
  identityOf: (context: unknown) => Identity,
): void => {
  const demands = directives.flatMap(demandsOf);
  if (demands.length === 0) return;
  const check = (context: unknown): void => {
    for (const wanted of demands) insist(identityOf(context), wanted);
  };
  const { resolve, subscribe } = field;
  if (subscribe !== undefined) {
    field.subscribe = (source, args, context, info) => {
      check(context);
      return subscribe(source, args, context, info);
    };
    return;
  }
  field.resolve = (source, args, context, info) => {
    check(context);
    return resolve === undefined ? propertyOf(source, info.fieldName) : resolve(source, args, context, info);
  };
};

const propertyOf = (source: unknown, name: string): unknown => (source as Readonly<Record<string, unknown>> | null)?.[name];

/** What one directive demands: of one of these sets everything. A set may be empty (signed in is enough). */
interface Demand {
  readonly of: 'scopes' | 'policies';
  readonly alternatives: readonly (readonly string[])[];
}

const demandsOf = ({ name, arguments: given }: DirectiveNode): readonly Demand[] => {
  if (name.value === 'authenticated') return [{ of: 'scopes', alternatives: [[]] }];
  const of = name.value === 'requiresScopes' ? 'scopes' : name.value === 'policy' ? 'policies' : null;
  if (of === null) return [];
  const value = given?.find((argument) => argument.name.value === of)?.value;
  if (value?.kind !== Kind.LIST) throw new TypeError(`@${name.value} needs a list of lists of ${of}`);
  const alternatives = value.values.map((set) =>
    (set.kind === Kind.LIST ? set.values : [set]).map((text) => (text.kind === Kind.STRING ? text.value : '')),
  );
  return [{ of, alternatives }];
};

const insist = (identity: Identity, { of, alternatives }: Demand): void => {
  if (identity.kind === 'audience') throw new FanfareError('FORBIDDEN', 'A broadcast acts for everyone and cannot read this.');
  if (identity.kind === 'user' && identity.id === null) throw unauthenticated();
  const roles = identity.kind === 'user' ? identity.roles : [];
  const held: readonly string[] = of === 'scopes' ? identity.scopes : roles;
  if (alternatives.some((set) => set.every((name) => held.includes(name)))) return;
  const needed = alternatives.map((set) => set.join(' and ')).join(', or with ');
  throw new FanfareError('FORBIDDEN', `This needs a token with ${of === 'scopes' ? '' : 'the policy '}${needed}.`);
};
