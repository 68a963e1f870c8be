import { feedsOfShards } from '#platform/feed/shard.ts';
import type { SubgraphName } from '#platform/subgraph/transport.ts';

/** Feeds in which a subgraph says who may follow what no more. */
export interface ControlSource {
  readonly subgraph: SubgraphName;
  readonly feeds: readonly string[];
}

/** All that is followed. Streaming has none: a stream that ends closes nothing to those who follow it. */
export const CONTROL_SOURCES: readonly ControlSource[] = [{ subgraph: 'messaging', feeds: feedsOfShards('control') }];
