import { z } from 'zod';
import { FanfareError } from '#platform/errors.ts';
import type { IdentityKeys } from '#platform/identity/identity.ts';
import { newId } from '#platform/ids.ts';
import { within } from '#platform/subgraph/stream.ts';
import type { SubgraphTransport } from '#platform/subgraph/transport.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { ADMISSION_TIMEOUT_MS, ADMISSIONS_PER_REQUEST_MAX, ADMISSIONS_WAITING_MAX, SUBGRAPH_RETRY_AFTER_MS } from '../limits.ts';
import { type Entrant, keyOf } from './entrant.ts';

/** Asks one subgraph who may follow what. */
export interface Admissions {
  /** Why this viewer may not follow, or null. The answer is newer than the question. Whoever asks while a request is under way shares the next one, so that thousands who
   * come at once take a few requests. Rejects with FanfareError BUSY when too many wait, SUBGRAPH_UNAVAILABLE or TIMEOUT when the subgraph does not say. */
  ask(who: Entrant): Promise<string | null>;
}

export interface AdmissionsOptions {
  readonly transport: SubgraphTransport;
  readonly identityKeys: IdentityKeys;
  readonly telemetry: Telemetry;
}

interface Question extends PromiseWithResolvers<string | null> {
  readonly who: Entrant;
}

const QUERY = 'query GatewayAdmissions($checks: [AdmissionCheck!]!) { admissions(checks: $checks) { refusal } }';

const answerParser = z.object({ admissions: z.array(z.object({ refusal: z.string().nullable() })) });

export const createAdmissions = ({ transport, identityKeys, telemetry }: AdmissionsOptions): Admissions => {
  const requests = telemetry.counter('fanfare_gateway_admission_requests_total', 'Requests about who may follow what.', ['subgraph']);
  /** Not sent yet. */
  const waiting = new Map<string, Question>();
  let busy = false;

  const send = async (who: readonly Entrant[]): Promise<readonly (string | null)[]> => {
    requests.inc({ subgraph: transport.name });
    const signal = AbortSignal.timeout(ADMISSION_TIMEOUT_MS);
    const identity = identityKeys.sign({ kind: 'service', service: 'gateway', scopes: [] }, transport.name);
    const variables = { checks: who.map(checkOf) };
    const { data, errors } = await within(
      transport.execute({ query: QUERY, variables }, { identity, requestId: newId(), signal }),
      ADMISSION_TIMEOUT_MS,
      () =>
        new FanfareError('TIMEOUT', `The ${transport.name} part did not say in time who may follow.`, {
          retryAfterMs: SUBGRAPH_RETRY_AFTER_MS,
        }),
    );
    const answered = answerParser.safeParse(data);
    if (answered.success && answered.data.admissions.length === who.length) return answered.data.admissions.map(({ refusal }) => refusal);
    throw unclear(transport.name, errors?.[0] ?? answered.error);
  };

  const answerAll = async (questions: readonly Question[]): Promise<void> => {
    try {
      const refusals = await send(questions.map(({ who }) => who));
      for (const [index, { resolve }] of questions.entries()) resolve(refusals[index] ?? null);
    } catch (error) {
      for (const { reject } of questions) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    busy = true;
    while (waiting.size > 0) {
      const next = [...waiting].slice(0, ADMISSIONS_PER_REQUEST_MAX);
      for (const [key] of next) waiting.delete(key);
      await answerAll(next.map(([, question]) => question));
    }
    busy = false;
  };

  return {
    ask: async (who) => {
      const key = keyOf(who);
      const known = waiting.get(key);
      if (known !== undefined) return known.promise;
      if (waiting.size >= ADMISSIONS_WAITING_MAX)
        throw new FanfareError('BUSY', 'Too many viewers are coming in at the moment.', { retryAfterMs: SUBGRAPH_RETRY_AFTER_MS });
      const question: Question = { who, ...Promise.withResolvers<string | null>() };
      waiting.set(key, question);
      if (!busy) void work();
      return question.promise;
    },
  };
};

const checkOf = ({ subject, userId, audience }: Entrant): object =>
  audience === null ? { subject, userId } : { subject, userId, audience: audience.name, scopes: audience.scopes };

const unclear = (subgraph: string, cause: unknown): FanfareError =>
  new FanfareError('SUBGRAPH_UNAVAILABLE', `The ${subgraph} part does not say who may follow.`, {
    retryAfterMs: SUBGRAPH_RETRY_AFTER_MS,
    cause,
  });
