import { createHash } from 'node:crypto';
import { type DocumentNode, print } from 'graphql';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { coerceVariables, type Variables } from '../execute/variables.ts';
import { CACHED_DOCUMENT_LENGTH_MAX, RESPONSE_KEY_LENGTH_MAX } from '../limits.ts';
import type { PrepareDocument } from '../supergraph/documents.ts';
import { type Generation, operationOf } from '../supergraph/generation.ts';
import { type CachePolicy, type CachePolicyOf, createCachePolicies } from './policy.ts';
import { type Answer, type CacheOutcome, createResponseCache, isKeepable, type KeptAnswer } from './responses.ts';

/** An operation over HTTP, before anybody has looked whether it makes sense. */
export interface AskedOverHttp {
  readonly query: unknown;
  readonly variables: unknown;
  readonly operationName: unknown;
  /** All else that the answer depends on: method and headers. */
  readonly variant: () => string;
  /** Whether nothing is known of its caller. */
  readonly anonymous: boolean;
  /** Aborts when the client hangs up. */
  readonly signal?: AbortSignal;
}

/** Runs the operation: as its caller, or as somebody whom nothing is known of. */
export type RunOverHttp = (as: { readonly caller: true } | { readonly caller: false; readonly signal: AbortSignal }) => Promise<Answer>;

/** An answer with what HTTP caches may do with it. */
export interface ControlledAnswer {
  readonly answer: Answer | KeptAnswer;
  /** The value of `Cache-Control`. */
  readonly cacheControl: string;
  /** Whether a cache of its caller’s own may keep it, and nobody else’s. */
  readonly isPrivate: boolean;
  /** How old it is; undefined where it was made for this request. */
  readonly ageSeconds?: number;
  readonly outcome: CacheOutcome | 'passed';
}

export type AnswerOverHttp = (asked: AskedOverHttp, run: RunOverHttp) => Promise<ControlledAnswer>;

/** Answers operations, from the cache where all of an operation is PUBLIC and may be kept. Such an operation never runs as its caller but as an anonymous viewer, so that whatever a
 * subgraph gives away, the answer is fit for everybody. */
export const createAnswers = (generation: Generation, prepareDocument: PrepareDocument, telemetry: Telemetry): AnswerOverHttp => {
  const responses = createResponseCache(telemetry);
  const outcomes = telemetry.counter(
    'fanfare_gateway_response_cache_total',
    'Operations over HTTP, by what the response cache did for them.',
    ['outcome'],
  );
  const find = createFinder(generation, prepareDocument);
  return async (asked, run) => {
    const found = find(asked);
    const controlled = (answer: Answer): ControlledAnswer => {
      outcomes.inc({ outcome: 'passed' });
      return { answer, ...controlOf(found?.policy ?? null, answer), outcome: 'passed' };
    };
    if (found === null || found.key === null) return controlled(await run({ caller: true }));
    let made = null as Answer | null;
    const kept = await responses.answer(found.key, {
      maxAgeSeconds: found.policy.maxAgeSeconds,
      ask: async (signal) => {
        made = await run({ caller: false, signal });
        return made;
      },
      ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    });
    // An anonymous caller would get the same once more, after as long a wait and for as much again.
    if (kept === null) return controlled(asked.anonymous && made !== null ? made : await run({ caller: true }));
    outcomes.inc({ outcome: kept.outcome });
    const { answer, outcome } = kept;
    const cacheControl = `max-age=${found.policy.maxAgeSeconds}, public`;
    const ageSeconds = Math.floor((performance.now() - answer.storedAtMs) / 1_000);
    return { answer, cacheControl, isPrivate: false, outcome, ...(outcome === 'hit' ? { ageSeconds } : {}) };
  };
};

/** Runs an operation past the cache. */
export const uncached = async (run: RunOverHttp): Promise<ControlledAnswer> => {
  const answer = await run({ caller: true });
  return { answer, ...controlOf(null, answer), outcome: 'passed' };
};

interface Found {
  readonly policy: CachePolicy;
  /** Null: it is not kept here. */
  readonly key: string | null;
}

/** Finds the policy of an operation, and the key of its answer. Null for what is no query that runs: it is refused elsewhere. */
const createFinder = (generation: Generation, prepareDocument: PrepareDocument): ((asked: AskedOverHttp) => Found | null) => {
  const policyOf: CachePolicyOf = createCachePolicies({
    schema: generation.schema,
    hints: generation.marks.cache,
    personal: generation.marks.personal,
  });
  const hashOf = createHashes();
  const { types, fields } = generation.marks.cache;
  // Nothing may be kept where nothing says so.
  if (types.size === 0 && fields.size === 0) return () => null;
  return ({ query, variables, operationName, variant }) => {
    if (typeof query !== 'string' || query.length > CACHED_DOCUMENT_LENGTH_MAX) return null;
    // What has another form is refused by whoever runs it.
    if (!isObjectOrAbsent(variables) || !isTextOrAbsent(operationName)) return null;
    const prepared = prepareDocument(query);
    if (!prepared.ok) return null;
    const { document } = prepared;
    const operation = operationOf(document, operationName ?? null);
    if (!operation) return null;
    const policy = policyOf(document, operation);
    if (policy.maxAgeSeconds === 0 || policy.scope === 'PRIVATE') return { policy, key: null };
    const coerced = coerceVariables(generation.schema, operation, variables);
    if (!coerced.ok) return null;
    const key = [generation.id, hashOf(document), operation.name?.value ?? '', variant(), JSON.stringify(coerced.values)].join('\n');
    return { policy, key: key.length > RESPONSE_KEY_LENGTH_MAX ? null : key };
  };
};

/** Hashes of documents as they are printed: what differs by white space alone is one. */
const createHashes = (): ((document: DocumentNode) => string) => {
  const known = new WeakMap<DocumentNode, string>();
  return (document) => {
    const kept = known.get(document) ?? createHash('sha256').update(print(document)).digest('base64url');
    known.set(document, kept);
    return kept;
  };
};

const isObjectOrAbsent = (value: unknown): value is Variables | null | undefined =>
  value === undefined || (typeof value === 'object' && !Array.isArray(value));

const isTextOrAbsent = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || typeof value === 'string';

// What was made for its caller belongs to its caller, also where it is PUBLIC: it passes because nobody else got it, or because it is asked for with more than a key holds.
const controlOf = (policy: CachePolicy | null, answer: Answer): Pick<ControlledAnswer, 'cacheControl' | 'isPrivate'> =>
  policy === null || policy.maxAgeSeconds === 0 || !isKeepable(answer)
    ? { cacheControl: 'no-store', isPrivate: false }
    : { cacheControl: `max-age=${policy.maxAgeSeconds}, private`, isPrivate: true };
