import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUBGRAPH_NAMES, type SubgraphName } from '#platform/subgraph/transport.ts';

/** The repository's root folder. */
export const ROOT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

/** The SDL of one subgraph, as it is served and composed: the common definitions, then its own. */
export const readSubgraphSdl = (name: SubgraphName, rootFolder: string = ROOT_FOLDER): string =>
  ['common', name].map((file) => readFileSync(join(rootFolder, 'schema', `${file}.graphql`), 'utf8')).join('\n');

/** The SDL of all subgraphs, by name. */
export const readAllSubgraphSdl = (rootFolder: string = ROOT_FOLDER): ReadonlyMap<SubgraphName, string> =>
  new Map(SUBGRAPH_NAMES.map((name) => [name, readSubgraphSdl(name, rootFolder)]));
