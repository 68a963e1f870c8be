import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import { messageIdOf } from '../domain/messageId.ts';
import type { ItemPlace, Report, ReportCase } from '../domain/queueItem.ts';
import { type QueueActor, REPORT_CODES, type ReportAction, type ReportCode, reportFault } from '../domain/queueRules.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { lockConversations } from './conversations.ts';
import { memberKeyOf } from './members.ts';
import { type LoggedMessage, messagesAt } from './messages.ts';
import { readClock } from './postingLaneSql.ts';
import { reportedEvent } from './queueEvents.ts';
import {
  type CaseSubject,
  caseKeyOf,
  casesAbout,
  insertReports,
  openCasesIn,
  reporterKeyOf,
  reportersAmong,
  saveCases,
} from './reportCases.ts';
import { type Right, type RightsSubject, readRights } from './rights.ts';
import { bannedOf } from './sanctions.ts';

export type ReportAnswer = { readonly ok: true } | { readonly ok: false; readonly code: ReportCode };

/** What people report about messages and about each other. Locks: conversations, then their cases, then logs: of all reports of one case in a batch its queue hears once. */
export const reports = (feeds: Pick<Feeds, 'append'>): CommandFamily<ReportAction, ReportAnswer> => ({
  name: 'reports',
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: async (tx, commands) => {
    const desk = await openDesk(tx, commands);
    const answers = commands.map((command) => desk.decide(command));
    await desk.save(tx, feeds);
    return answers;
  },
});

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.enum(REPORT_CODES) }),
]);

type ReportCommand = Command<ReportAction>;

/** What a batch knows before it is decided: all is locked by its conversations. */
interface Loaded {
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly messages: ReadonlyMap<string, LoggedMessage>;
  readonly rightsOf: (subject: RightsSubject) => Right;
  readonly banned: ReadonlySet<string>;
  readonly cases: ReadonlyMap<string, ReportCase>;
  readonly reporters: ReadonlySet<string>;
  readonly openCases: ReadonlyMap<string, number>;
  readonly now: Date;
}

const openDesk = async (tx: Transaction, commands: readonly ReportCommand[]): Promise<ReportDesk> => {
  const ids = [...new Set(commands.map(({ action }) => action.conversationId))];
  const conversations = await lockConversations(tx, ids);
  const subjects = commands.flatMap(({ actorId: userId, action }) => {
    const conversation = conversations.get(action.conversationId);
    return conversation === undefined ? [] : [{ conversation, userId }];
  });
  const messages = await messagesAt(
    tx,
    commands.flatMap(({ action: { conversationId, seq } }) => (seq === null ? [] : [{ conversationId, seq }])),
  );
  const cases = await casesAbout(
    tx,
    commands.flatMap(({ action }) => subjectOf(action, messages) ?? []),
  );
  const asked = commands.flatMap(({ actorId: reporterId, action }) => {
    const subject = subjectOf(action, messages);
    const found = subject === null ? undefined : cases.get(caseKeyOf(subject));
    return found === undefined ? [] : [{ conversationId: found.conversationId, id: found.id, reporterId }];
  });
  return new ReportDesk({
    conversations,
    messages,
    rightsOf: await readRights(tx, subjects),
    banned: await bannedOf(
      tx,
      subjects.map(({ conversation, userId }) => ({ conversationId: conversation.id, userId })),
    ),
    cases,
    reporters: await reportersAmong(tx, asked),
    openCases: await openCasesIn(tx, ids),
    now: await readClock(tx),
  });
};

/** What a report is about; null where there is no such message. */
const subjectOf = ({ conversationId, seq, userId }: ReportAction, messages: ReadonlyMap<string, LoggedMessage>): CaseSubject | null => {
  if (seq === null) return { conversationId, seq: 0, userId: userId ?? '' };
  const authorId = messages.get(messageIdOf({ conversationId, seq }))?.message.authorId;
  return authorId === undefined ? null : { conversationId, seq, userId: authorId };
};

/** Decides reports one after the other, each on what those before it have changed, and keeps what is to be written. */
class ReportDesk {
  readonly #loaded: Loaded;
  readonly #cases: Map<string, ReportCase>;
  readonly #reporters: Set<string>;
  readonly #openCases: Map<string, number>;
  readonly #changed = new Set<string>();
  readonly #reports: (Report & ItemPlace)[] = [];

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    this.#cases = new Map(loaded.cases);
    this.#reporters = new Set(loaded.reporters);
    this.#openCases = new Map(loaded.openCases);
  }

  decide({ actorId, isOperator, action }: ReportCommand): ReportAnswer {
    const { conversations, messages, now } = this.#loaded;
    const { conversationId, seq } = action;
    const conversation = conversations.get(conversationId);
    const subject = subjectOf(action, messages);
    const key = subject === null ? '' : caseKeyOf(subject);
    const found = this.#cases.get(key);
    const openCases = this.#openCases.get(conversationId) ?? 0;
    const code = reportFault(
      action,
      {
        conversation,
        message: seq === null ? null : messages.get(messageIdOf({ conversationId, seq }))?.message,
        found,
        hasReported: found !== undefined && this.#reporters.has(reporterKeyOf({ ...found, reporterId: actorId })),
        openCases,
      },
      this.#actorOf(conversation, { id: actorId, isOperator }),
    );
    if (code !== null || subject === null) return { ok: false, code: code ?? 'MESSAGE_NOT_FOUND' };
    const opened = found?.state === 'OPEN' ? found : { ...newCase(subject), ...found, ...OPEN, at: now };
    if (found?.state !== 'OPEN') this.#openCases.set(conversationId, openCases + 1);
    this.#cases.set(key, { ...opened, reportCount: opened.reportCount + 1 });
    this.#changed.add(key);
    this.#reporters.add(reporterKeyOf({ ...opened, reporterId: actorId }));
    this.#reports.push({ conversationId, id: opened.id, reporterId: actorId, reason: action.reason, comment: action.comment, at: now });
    return { ok: true };
  }

  async save(tx: Transaction, feeds: Pick<Feeds, 'append'>): Promise<void> {
    const changed = [...this.#changed].flatMap((key) => this.#cases.get(key) ?? []);
    if (changed.length === 0) return;
    await saveCases(tx, changed);
    await insertReports(tx, this.#reports);
    await feeds.append(tx, changed.map(reportedEvent));
  }

  #actorOf(conversation: Conversation | undefined, who: { readonly id: string; readonly isOperator: boolean }): QueueActor {
    if (conversation === undefined) return { ...who, role: 'GUEST', overrides: {}, isBanned: false };
    const { role, overrides } = this.#loaded.rightsOf({ conversation, userId: who.id });
    return { ...who, role, overrides, isBanned: this.#loaded.banned.has(memberKeyOf({ conversationId: conversation.id, userId: who.id })) };
  }
}

const OPEN = { state: 'OPEN', settledById: null, settledAt: null, settledReason: null } as const;

const newCase = ({ conversationId, seq, userId }: CaseSubject) => ({
  kind: 'REPORTED' as const,
  conversationId,
  id: newId(),
  seq: seq === 0 ? null : seq,
  userId,
  reportCount: 0,
});
