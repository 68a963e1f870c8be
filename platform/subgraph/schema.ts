import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import DataLoader from 'dataloader';
import { concatAST, type DocumentNode, type GraphQLSchema, isObjectType, isScalarType, parse } from 'graphql';
import type { Identity } from '#platform/identity/identity.ts';
import { enforceAuthorisation, requireService } from './authorise.ts';
import { createScalars } from './scalars.ts';
import type { SubgraphName } from './transport.ts';

const SCHEMA_FOLDER = new URL('../../schema/', import.meta.url);

/** The SDL of one subgraph: common.graphql and its own. */
export const readSubgraphSdl = (name: SubgraphName): DocumentNode =>
  concatAST(['common', name].map((file) => parse(readFileSync(new URL(`${file}.graphql`, SCHEMA_FOLDER), 'utf8'), { noLocation: true })));

/** Makes a subgraph's schema executable: SDL, resolvers, custom scalars, and the enforcement of @authenticated and @requiresScopes. The DataLoaders in `loaders` of a
 * context forget all before each mutation. Throws TypeError when resolvers and SDL don't fit (a misspelt resolver would otherwise silently never run). */
export const makeSubgraphSchema = (sdl: DocumentNode, resolvers: object, identityOf: (context: unknown) => Identity): GraphQLSchema => {
  const map = resolvers as ResolverMap;
  const schema = buildSubgraphSchema([{ typeDefs: sdl, resolvers: { ...map, ...createScalars() } }]);
  checkResolvers(schema, map);
  enforceAuthorisation(schema, identityOf);
  forgetBetweenMutations(schema);
  const service = schema.getQueryType()?.getFields()['_service'];
  const resolveService = service?.resolve;
  if (service !== undefined && resolveService !== undefined) {
    service.resolve = (source, args, context, info) => {
      requireService(identityOf(context));
      return resolveService(source, args, context, info);
    };
  }
  return schema;
};

// Mutations of one operation run one after the other, in one context: what the first one's answer has loaded is old for the second one's.
const forgetBetweenMutations = (schema: GraphQLSchema): void => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (resolve === undefined) continue;
    field.resolve = (source, args, context, info) => {
      const { loaders = {} } = context as { readonly loaders?: Readonly<Record<string, unknown>> };
      for (const loader of Object.values(loaders)) if (loader instanceof DataLoader) loader.clearAll();
      return resolve(source, args, context, info);
    };
  }
};

// biome-ignore lint/suspicious/noExplicitAny: the resolver map's own type in @apollo/subgraph is made of any; generated types check its parts.
type ResolverMap = Record<string, Record<string, any>>;

const checkResolvers = (schema: GraphQLSchema, resolvers: ResolverMap): void => {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined) throw new TypeError(`there are resolvers for ${typeName}, which the schema doesn't have`);
    if (!isObjectType(type) || isScalarType(type)) continue;
    const unknown = Object.keys(fields).find((name) => !name.startsWith('__') && type.getFields()[name] === undefined);
    if (unknown !== undefined) throw new TypeError(`there is a resolver for ${typeName}.${unknown}, which the schema doesn't have`);
  }
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (field.resolve === undefined && field.subscribe === undefined) throw new TypeError(`${root?.name}.${field.name} has no resolver`);
    }
  }
};
