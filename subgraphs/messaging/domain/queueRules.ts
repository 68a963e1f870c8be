import type { Conversation } from './conversation.ts';
import { REASON_CHARACTERS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';
import type { Message } from './message.ts';
import type { HeldMessage, ItemPlace, ReportCase, ReportReason } from './queueItem.ts';
import { CASES_OPEN_MAX, REPORT_COMMENT_CHARACTERS_MAX, REPORTS_PER_CASE_MAX } from './queueLimits.ts';
import { mayDo, type Overrides, type RoleHolder } from './role.ts';

/** What a moderator decides about a held message. */
export type ReviewDecision = 'APPROVE' | 'REJECT';
/** What a moderator decides about a case. ACTED: something else was done, a sanction for example. */
export type CaseDecision = 'DISMISS' | 'RECALL' | 'ACTED';

/** What somebody wants done in a conversation's queue. `reason`, `comment`: white space cut off, null when nothing is left. `seq`: null where a person is reported. */
export type QueueAction =
  | (ItemPlace & { readonly type: 'review'; readonly decision: ReviewDecision; readonly reason: string | null })
  | (ItemPlace & { readonly type: 'resolve'; readonly decision: CaseDecision; readonly reason: string | null })
  | {
      readonly type: 'report';
      readonly conversationId: string;
      readonly seq: number | null;
      /** Whom it is about, where no message is named. */
      readonly userId: string | null;
      readonly reason: ReportReason;
      readonly comment: string | null;
    };

export type ReviewAction = Extract<QueueAction, { readonly type: 'review' | 'resolve' }>;
export type ReportAction = Extract<QueueAction, { readonly type: 'report' }>;

/** Why nothing was decided about an item. */
export const REVIEW_CODES = [
  'ITEM_NOT_FOUND',
  'NOT_A_MODERATOR',
  'REASON_TOO_LONG',
  'OWN_MESSAGE',
  'ALREADY_SETTLED',
  'EXPIRED',
  'CANNOT_BE_POSTED',
  'NOTHING_TO_RECALL',
  'RATE_LIMITED',
  'IDEMPOTENCY_CONFLICT',
] as const;
export type ReviewCode = (typeof REVIEW_CODES)[number];

/** Why nothing was reported. */
export const REPORT_CODES = [
  'MESSAGE_NOT_FOUND',
  'CONVERSATION_NOT_FOUND',
  'USER_ID_INVALID',
  'COMMENT_TOO_LONG',
  'SELF',
  'RECALLED',
  'ALREADY_REPORTED',
  'TOO_MANY_REPORTS',
  'RATE_LIMITED',
  'IDEMPOTENCY_CONFLICT',
] as const;
export type ReportCode = (typeof REPORT_CODES)[number];

/** Who decides or reports, and what they may in this conversation. `isBanned`: they are kept out of it. */
export interface QueueActor extends RoleHolder {
  readonly id: string;
  readonly overrides: Overrides;
  readonly isBanned: boolean;
}

/** Whether somebody looks after this conversation's queue. Direct conversations have nobody of their own who does: operators do. */
export const mayModerate = ({ kind }: Pick<Conversation, 'kind'>, holder: RoleHolder, overrides: Overrides): boolean =>
  holder.isOperator || (kind !== 'DIRECT' && mayDo(holder, 'MODERATE', overrides));

/** What is wrong with a decision alone, or null. */
export const reviewInputFault = ({ reason }: Pick<ReviewAction, 'reason'>): ReviewCode | null =>
  reason !== null && [...reason].length > REASON_CHARACTERS_MAX ? 'REASON_TOO_LONG' : null;

/** What is wrong with a report alone, or null. */
export const reportInputFault = ({ userId, comment }: Pick<ReportAction, 'userId' | 'comment'>): ReportCode | null => {
  if (userId !== null && (userId === '' || userId.length > USER_ID_CHARACTERS_MAX)) return 'USER_ID_INVALID';
  return comment !== null && [...comment].length > REPORT_COMMENT_CHARACTERS_MAX ? 'COMMENT_TOO_LONG' : null;
};

/** Why somebody decides nothing about anything here, or null. Who does not see a conversation learns no more than that there is no such item. */
export const accessFault = (conversation: Conversation | undefined, actor: QueueActor): 'ITEM_NOT_FOUND' | 'NOT_A_MODERATOR' | null => {
  if (conversation === undefined || !sees(conversation, actor)) return 'ITEM_NOT_FOUND';
  return mayModerate(conversation, actor, actor.overrides) ? null : 'NOT_A_MODERATOR';
};

/** Why a held message stays as it is, or null. Nobody lets their own words through but operators. */
export const reviewFault = (held: HeldMessage | undefined, actor: QueueActor): ReviewCode | null => {
  if (held === undefined) return 'ITEM_NOT_FOUND';
  if (held.state === 'EXPIRED') return 'EXPIRED';
  if (held.state !== 'OPEN') return 'ALREADY_SETTLED';
  return held.authorId === actor.id && !actor.isOperator ? 'OWN_MESSAGE' : null;
};

/** Why a case stays as it is, or null. */
export const resolveFault = (
  found: ReportCase | undefined,
  actor: QueueActor,
  { decision, isRecallable }: { readonly decision: CaseDecision; readonly isRecallable: boolean },
): ReviewCode | null => {
  if (found === undefined) return 'ITEM_NOT_FOUND';
  if (found.state !== 'OPEN') return 'ALREADY_SETTLED';
  if (decision !== 'RECALL') return null;
  if (!isRecallable) return 'NOTHING_TO_RECALL';
  return mayDo(actor, 'RECALL', actor.overrides) ? null : 'NOT_A_MODERATOR';
};

/** What stands before a report is decided. `message`: null where a person is reported, undefined where there is none. `openCases`: of the conversation. */
export interface ReportState {
  readonly conversation: Conversation | undefined;
  readonly message: Message | undefined | null;
  readonly found: ReportCase | undefined;
  readonly hasReported: boolean;
  readonly openCases: number;
}

/** Why nothing is reported, or null: only what the reporter sees, and only once. */
export const reportFault = (action: ReportAction, state: ReportState, actor: QueueActor): ReportCode | null => {
  const { conversation, message, found } = state;
  const missing = action.seq === null ? 'CONVERSATION_NOT_FOUND' : 'MESSAGE_NOT_FOUND';
  if (conversation === undefined || actor.isBanned || !sees(conversation, actor) || message === undefined) return missing;
  if ((message?.authorId ?? action.userId) === actor.id) return 'SELF';
  if (message?.isRecalled === true) return 'RECALLED';
  if (state.hasReported) return 'ALREADY_REPORTED';
  const opens = found?.state !== 'OPEN';
  return (found?.reportCount ?? 0) >= REPORTS_PER_CASE_MAX || (opens && state.openCases >= CASES_OPEN_MAX) ? 'TOO_MANY_REPORTS' : null;
};

const sees = ({ kind }: Conversation, { role, isOperator }: QueueActor): boolean => isOperator || kind === 'ROOM' || role !== 'GUEST';
