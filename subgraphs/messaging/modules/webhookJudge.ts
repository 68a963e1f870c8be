import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createBreaker } from '#platform/breaker.ts';
import { newId } from '#platform/ids.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { isCleanText } from '#platform/text.ts';
import { judgeAttempt } from '#platform/webhook.ts';
import type { SendContext } from '../data/moduleEvents.ts';
import type { Verdict } from '../data/sendRules.ts';
import type { MessageBody } from '../domain/message.ts';
import {
  JUDGEMENT_ATTEMPT_SHARE,
  JUDGEMENT_ATTEMPTS_MAX,
  JUDGEMENT_PAUSE_SHARE,
  JUDGEMENTS_PARALLEL_MAX,
  WEBHOOK_BREAKER,
} from '../domain/webhookLimits.ts';
import type { WebhookAnswer, WebhookClient } from './webhookClient.ts';

const clean = z.string().refine(isCleanText);
const judgement = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('allow') }),
  z.object({ verdict: z.literal('refuse'), code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), message: clean.min(1).max(500) }),
  z.object({ verdict: z.literal('hold'), reason: clean.max(200) }),
  z.object({ verdict: z.literal('change'), text: clean.transform((text) => text.trim()) }),
]);

/** Asks the outside about messages. Throws when it does not answer in time, or with something else than a judgement; at once, while it counts as away or too much is asked at the same time. */
export const openJudge = (
  client: WebhookClient,
  { timeoutMs, telemetry }: { readonly timeoutMs: number; readonly telemetry: Telemetry },
): ((context: SendContext, signal: AbortSignal) => Promise<Verdict>) => {
  let underWay = 0;
  const breaker = createBreaker(WEBHOOK_BREAKER, {
    onState: (state) => {
      if (state !== 'half-open')
        telemetry.log.warn({ breaker: state }, state === 'open' ? 'the message webhook counts as away' : 'the message webhook is back');
    },
  });
  return async (context, signal) => {
    if (underWay >= JUDGEMENTS_PARALLEL_MAX) throw new Error(`${underWay} messages are being judged already: no more at the same time`);
    const passed = breaker.enter();
    if ('retryAfterMs' in passed) throw new Error(`the message webhook counts as away for another ${passed.retryAfterMs} ms`);
    underWay += 1;
    try {
      const answer = await ask(client, { id: newId(), body: JSON.stringify(questionOf(context)) }, { timeoutMs, signal });
      const verdict = verdictOf(answer, context.body);
      passed.report('answered');
      return verdict;
    } catch (error) {
      passed.report('failed');
      throw error;
    } finally {
      underWay -= 1;
    }
  };
};

const questionOf = ({ conversation, author, body, replaces }: SendContext) => ({
  type: 'message.beforeSend',
  v: 1,
  conversation: { id: conversation.id, kind: conversation.kind, ownerId: conversation.ownerId },
  author: { id: author.id },
  message: body,
  ...(replaces === undefined ? {} : { replaces }),
});

const ask = async (
  client: WebhookClient,
  message: { readonly id: string; readonly body: string },
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<WebhookAnswer> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await tryToAsk(client, message, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs * JUDGEMENT_ATTEMPT_SHARE)]));
    const attempted = judgeAttempt('statusCode' in answer ? answer.statusCode : null, attempt, JUDGEMENT_ATTEMPTS_MAX);
    if (attempted === 'DELIVERED' && 'statusCode' in answer) return answer;
    if (attempted === 'GIVE_UP' || signal.aborted) {
      if ('error' in answer) throw answer.error;
      throw new Error(`the message webhook answered ${answer.statusCode}`);
    }
    await sleep(timeoutMs * JUDGEMENT_PAUSE_SHARE * Math.random());
  }
};

const tryToAsk = async (
  client: WebhookClient,
  message: { readonly id: string; readonly body: string },
  signal: AbortSignal,
): Promise<WebhookAnswer | { readonly error: unknown }> => {
  try {
    return await client.post(message, signal);
  } catch (error) {
    return { error };
  }
};

const verdictOf = ({ statusCode, body }: WebhookAnswer, said: MessageBody): Verdict => {
  // 204 No Content: nothing against it.
  if (statusCode === 204) return null;
  const given = judgement.parse(JSON.parse(body));
  switch (given.verdict) {
    case 'allow':
      return null;
    case 'refuse':
      return { type: 'refuse', code: given.code, message: given.message };
    case 'hold':
      return { type: 'hold', reason: given.reason };
    case 'change':
      return { type: 'change', body: { ...said, text: given.text } };
  }
};
