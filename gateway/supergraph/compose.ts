import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { SubgraphSdl } from './source.ts';

/** Composes subgraphs into a supergraph. Throws an Error that lists everything that is wrong. */
export const composeSubgraphs = (subgraphs: readonly SubgraphSdl[]): string => {
  const { supergraphSdl, errors } = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
  if (errors === undefined) return supergraphSdl;
  throw new Error(`The subgraphs don't compose: ${errors.map(({ message }) => message).join('\n')}`);
};
