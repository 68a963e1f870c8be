import { startLogFollower } from '../data/logFollower.ts';
import { indexMessages, SEARCH_FOLLOWER } from '../data/messageSearch.ts';
import { SEARCH_CLAIM_MS, SEARCH_PARALLEL_MAX } from '../domain/searchTerms.ts';
import type { Module } from './module.ts';
import type { ModuleParts } from './parts.ts';

/** Makes messages findable by their words, a moment after they were posted. */
export const search = ({ database, telemetry, listen }: Pick<ModuleParts, 'database' | 'telemetry' | 'listen'>): Module => {
  const follower = startLogFollower({
    name: SEARCH_FOLLOWER,
    from: 'beginning',
    database,
    telemetry,
    parallel: SEARCH_PARALLEL_MAX,
    claimMs: SEARCH_CLAIM_MS,
    work: (claimed) => indexMessages(database, claimed),
  });
  listen((conversationIds) => follower.news(conversationIds));
  return { name: 'search', order: 950, close: () => follower.close() };
};
