import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { buildASTSchema, parse } from 'graphql';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';
import type { GeneratedFile } from './generated-file.ts';
import { ROOT_FOLDER, readSubgraphSdl } from './schema.ts';

const HEADER = `// Made from schema/*.graphql by \`npm run codegen\`. Don't edit.`;

/** What scalars are inside a resolver. DateTime and BigInt are parsed and serialised by the scalars of platform/subgraph. */
const SCALARS = { ID: 'string', BigInt: 'bigint', Cursor: 'string', DateTime: 'Date', SafeInt: 'number' } as const;

/** `export interface GiftOrderMapper` in a subgraph's mappers.ts: resolvers of GiftOrder get such a row as their parent. */
const MAPPER_EXPORT = /^export (?:interface|type) (\w+)Mapper\b/gm;

const CONFIG = {
  federation: true,
  disableFederationDirectiveAndScalarInjection: true,
  contextType: '../context.ts#Context',
  scalars: SCALARS,
  strictScalars: true,
  enumsAsTypes: true,
  useTypeImports: true,
  immutableTypes: true,
  makeResolverTypeCallable: true,
  avoidOptionals: { query: true, mutation: true, subscription: true },
  resolversNonOptionalTypename: { interfaceImplementingType: true },
  maybeValue: 'T | null',
  inputMaybeValue: 'T | null | undefined',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  addUnderscoreToArgsType: true,
} as const;

/** The committed resolver types of one subgraph. Reads its SDL and its optional mappers.ts. */
export async function generateResolverTypes(name: SubgraphName, rootFolder: string = ROOT_FOLDER): Promise<GeneratedFile> {
  const path = `subgraphs/${name}/generated/resolvers.ts`;
  const document = parse(readSubgraphSdl(name, rootFolder));
  const body = await codegen({
    filename: path,
    // Federation's directives are known to the composition, which checks them; here they may stay undeclared.
    schema: document,
    schemaAst: buildASTSchema(document, { assumeValidSDL: true }),
    documents: [],
    config: { ...CONFIG, mappers: readMappers(name, rootFolder) },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
  });
  return { path, content: `${HEADER}\n${body.trimEnd()}\n` };
}

/** The resolver types of all subgraphs. */
export const generateAllResolverTypes = (): Promise<readonly GeneratedFile[]> =>
  Promise.all(SUBGRAPH_NAMES.map((name) => generateResolverTypes(name)));

function readMappers(name: SubgraphName, rootFolder: string): Record<string, string> {
  const path = join(rootFolder, 'subgraphs', name, 'mappers.ts');
  if (!existsSync(path)) return {};
  const typeNames = [...readFileSync(path, 'utf8').matchAll(MAPPER_EXPORT)].map((match) => match[1] ?? '');
  return Object.fromEntries(typeNames.map((typeName) => [typeName, `../mappers.ts#${typeName}Mapper`]));
}
