import { fingerprintOf } from '#platform/idempotency.ts';
import { isUuid } from '#platform/ids.ts';
import { requireViewer } from '#platform/subgraph/authorise.ts';
import { MODERATION_BUCKET } from '../domain/limits.ts';
import { type ItemPlace, itemPlaceOf } from '../domain/queueItem.ts';
import { REPORT_BUCKET } from '../domain/queueLimits.ts';
import { type QueueRefusal, reportRefusalOf, reviewRefusalOf } from '../domain/queueRefusal.ts';
import {
  type ReportAction,
  type ReportCode,
  type ReviewAction,
  type ReviewCode,
  reportInputFault,
  reviewInputFault,
} from '../domain/queueRules.ts';
import type { CommandLane } from './commandLane.ts';
import type { ReportAnswer } from './reports.ts';
import type { ReviewAnswer } from './reviews.ts';
import { type SubmitParts, submitCommand } from './submitCommand.ts';

/** The lanes of what concerns queues. */
export interface QueueLanes {
  readonly reviews: CommandLane<ReviewAction, ReviewAnswer>;
  readonly reports: CommandLane<ReportAction, ReportAnswer>;
}

type QueueContext = SubmitParts & { readonly lanes: QueueLanes } & Parameters<typeof requireViewer>[0];

/** A wish about an item. `place`: the input field that names it. `reason`: as it came. */
export interface ReviewWish {
  readonly itemId: string;
  readonly reason?: string | null | undefined;
  readonly idempotencyKey: string;
  readonly place: 'heldMessageId' | 'reportCaseId';
}

/** Submits what a moderator decides about an item; see submitCommand. Null: it is done. */
export const decideItem = async (
  { itemId, reason = null, idempotencyKey: key, place }: ReviewWish,
  actionOf: (item: ItemPlace & { readonly reason: string | null }) => ReviewAction,
  context: QueueContext,
): Promise<QueueRefusal<ReviewCode> | null> => {
  const viewer = requireViewer(context);
  const item = itemPlaceOf(itemId);
  const action = actionOf({ ...(item ?? NOWHERE), reason: reason?.trim() || null });
  const fault = item === null || !isUuid(item.conversationId) || !isUuid(item.id) ? 'ITEM_NOT_FOUND' : reviewInputFault(action);
  if (fault !== null) return reviewRefusalOf({ code: fault, reason: null }, place);
  const wish = { key, fingerprint: fingerprintOf(`queue.${action.type}`, itemId, action.decision, reason), action };
  const { store, signal, lanes } = context;
  const { answer, retryAfterMs } = await submitCommand(lanes.reviews, viewer, wish, { store, signal, pace: REVIEW_PACE });
  if (answer === null) return reviewRefusalOf({ code: 'RATE_LIMITED', reason: null }, place, retryAfterMs);
  return answer.ok ? null : reviewRefusalOf(answer, place);
};

/** Submits a report; see submitCommand. Null: it is done. `place`: the input field that names what it is about, `named` what stands there. */
export const submitReport = async (
  {
    named,
    place,
    idempotencyKey: key,
  }: { readonly named: string; readonly place: 'messageId' | 'conversationId'; readonly idempotencyKey: string },
  report: ReportAction,
  context: QueueContext,
): Promise<QueueRefusal<ReportCode> | null> => {
  const viewer = requireViewer(context);
  const action = { ...report, comment: report.comment?.trim() || null };
  const missing = place === 'messageId' ? 'MESSAGE_NOT_FOUND' : 'CONVERSATION_NOT_FOUND';
  const fault = reportInputFault(action) ?? (isUuid(action.conversationId) ? null : missing);
  if (fault !== null) return reportRefusalOf(fault, place);
  const wish = { key, fingerprint: fingerprintOf('queue.report', named, action.userId, action.reason, report.comment), action };
  const { store, signal, lanes } = context;
  const { answer, retryAfterMs } = await submitCommand(lanes.reports, viewer, wish, { store, signal, pace: REPORT_PACE });
  if (answer === null) return reportRefusalOf('RATE_LIMITED', place, retryAfterMs);
  return answer.ok ? null : reportRefusalOf(answer.code, place);
};

const NOWHERE: ItemPlace = { conversationId: '', id: '' };
const REVIEW_PACE = { name: 'moderation', bucket: MODERATION_BUCKET };
const REPORT_PACE = { name: 'reports', bucket: REPORT_BUCKET };
