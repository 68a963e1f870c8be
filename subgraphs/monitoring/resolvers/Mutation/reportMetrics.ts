import { FanfareError } from '#platform/errors.ts';
import type { Identity } from '#platform/identity/identity.ts';
import { KEY_LENGTH_MAX } from '../../domain/limits.ts';
import { checkSampleCount, type ReportError } from '../../domain/report.ts';
import type { MutationResolvers, ReportMetricsPayload } from '../../generated/resolvers.ts';

/** Takes a report of metric samples as a whole or not at all. What depends on the key, the clock or the reporter's series is decided inside the lane. */
export const reportMetrics: MutationResolvers['reportMetrics'] = async (_, { input }, { identity, lanes, moment, signal }) => {
  const { idempotencyKey: key, samples } = input;
  if (key === '' || key.length > KEY_LENGTH_MAX)
    throw new FanfareError('BAD_USER_INPUT', `idempotencyKey must have 1 to ${KEY_LENGTH_MAX} characters.`);
  const tooMany = checkSampleCount(samples.length);
  if (tooMany !== null) return refused(tooMany);
  const { accepted, error } = await lanes.reports.submit(
    { reporterId: reporterIdOf(identity), key, samples, receivedAtMs: moment.nowMs },
    { signal },
  );
  return error === null ? { accepted, userErrors: [] } : refused(error);
};

function refused({ code, message, field }: ReportError): ReportMetricsPayload {
  return { accepted: 0, userErrors: [{ __typename: 'ReportMetricsError', code, message, field }] };
}

/** Keys belong to whoever reports; a user and a service of the same name are two. */
function reporterIdOf(identity: Identity): string {
  if (identity.kind === 'service') return `service:${identity.service}`;
  if (identity.kind === 'user' && identity.id !== null) return `user:${identity.id}`;
  throw new FanfareError('FORBIDDEN', 'Only a user or a service can report metrics.');
}
