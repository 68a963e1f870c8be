import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, parse, printSchema } from 'graphql';
import type { SubgraphName } from '#platform/subgraph/transport.ts';
import type { GeneratedFile } from './generated-file.ts';
import { readAllSubgraphSdl } from './schema.ts';

export const SUPERGRAPH_PATH = 'schema/supergraph.graphql';
export const API_SCHEMA_PATH = 'schema/api.graphql';

/** Directives that the gateway reads from the supergraph. Without @composeDirective they vanish in composition without a word. */
const GATEWAY_DIRECTIVES = ['broadcast', 'personal', 'requiresScopes', 'cost', 'listSize', 'cacheControl'] as const;

const API_SCHEMA_HEADER = `# The public schema of Fanfare: what clients see and what /schema.graphql serves.
# Made from schema/*.graphql by \`npm run compose\`; a breaking change to it fails \`npm run check\`.
`;

/** The supergraph that the gateway loads, and the API schema that clients see. */
export interface Composition {
  readonly supergraphSdl: string;
  readonly apiSdl: string;
  readonly apiSchema: GraphQLSchema;
}

/** Composes the subgraphs. Routing URLs are placeholders: the gateway finds subgraphs by name. Throws an Error that lists everything that is wrong:
 * composition errors, descriptions in which subgraphs disagree, directives that got lost. */
export function compose(sdlByName: ReadonlyMap<SubgraphName, string> = readAllSubgraphSdl()): Composition {
  const services = [...sdlByName].map(([name, sdl]) => ({ name, url: `http://${name}/graphql`, typeDefs: parse(sdl) }));
  const result = composeServices(services);
  if (result.errors !== undefined) {
    throw new Error(`The subgraphs in schema/ don't compose:\n${result.errors.map((error) => `  ${error.message}`).join('\n')}`);
  }
  const disagreements = result.hints.filter((hint) => hint.definition.code === 'INCONSISTENT_DESCRIPTION');
  if (disagreements.length > 0) {
    throw new Error(`Only the owner of a type describes it:\n${disagreements.map((hint) => `  ${hint.message}`).join('\n')}`);
  }
  assertDirectivesAreKept(result.supergraphSdl);
  const apiSchema = Supergraph.build(result.supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
  return {
    supergraphSdl: withFinalNewline(result.supergraphSdl),
    apiSdl: withFinalNewline(API_SCHEMA_HEADER + printSchema(apiSchema)),
    apiSchema,
  };
}

/** The committed files that composition makes. */
export const composedFiles = (composition: Composition): readonly GeneratedFile[] => [
  { path: SUPERGRAPH_PATH, content: composition.supergraphSdl },
  { path: API_SCHEMA_PATH, content: composition.apiSdl },
];

function assertDirectivesAreKept(supergraphSdl: string): void {
  const lost = GATEWAY_DIRECTIVES.filter((directive) => !new RegExp(`\\) @${directive}\\b|: .*@${directive}\\b`).test(supergraphSdl));
  if (lost.length > 0) {
    throw new Error(
      `The supergraph has no field with ${lost.map((directive) => `@${directive}`).join(', ')}: is it in @composeDirective (schema/common.graphql) and in use?`,
    );
  }
}

const withFinalNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
