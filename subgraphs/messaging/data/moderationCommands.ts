import type { Transaction } from '#platform/database/database.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Policy } from '../domain/policy.ts';
import type { Role } from '../domain/role.ts';
import { decideModeration, type ModerationAction, type ModerationChange, type Sanction } from '../domain/sanction.ts';
import { userBannedEvent, userKickedEvent, userUnbannedEvent } from '../events/controlFeeds.ts';
import { groupChangedEvent, roleChangedEvent, userSanctionedEvent } from '../events.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { deleteMembers, saveConversations } from './groupRows.ts';
import { appendMoves, type Move } from './memberMoves.ts';
import { type MemberSubject, memberKeyOf } from './members.ts';
import { type ModerationAnswer, readModerationAnswer } from './moderationAnswer.ts';
import { roleSetEvent, sanctionGivenEvent, sanctionLiftedEvent } from './moderationEvents.ts';
import { policiesFor } from './policies.ts';
import { readClock } from './postingLaneSql.ts';
import { type RecentRecall, type RecentRecalls, recallRecent } from './recentRecalls.ts';
import { deleteRoles, type RoleGrant, rolesOf, saveRoles } from './roles.ts';
import { deleteSanctions, readSanctions, saveSanctions } from './sanctions.ts';

/** Every decision about a person: sanctions, and roles. Locks: conversations (whoever posts waits, so that no message of a banned user follows their ban), then sanctions,
 * roles and members, then the messages that go with somebody, then logs. `onFilesDropped`: called after COMMIT when objects are to be deleted. */
export const moderation = (
  feeds: Pick<Feeds, 'append'>,
  onFilesDropped: () => void = () => undefined,
): CommandFamily<ModerationAction, ModerationAnswer> => ({
  name: 'moderation',
  batchMax: BATCH_MAX,
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: readModerationAnswer,
  decide: (tx, commands) => decideAll(tx, { feeds, onFilesDropped }, commands),
});

/** Each command appends seven events at most (conversation, group, moderation, control, inbox, and two about what was taken back), and one per pin that goes with that: together as many as one append takes. */
const BATCH_MAX = 80;

type ModerationCommand = Command<ModerationAction>;

const decideAll = async (
  tx: Transaction,
  { feeds, onFilesDropped }: { readonly feeds: Pick<Feeds, 'append'>; readonly onFilesDropped: () => void },
  commands: readonly ModerationCommand[],
): Promise<readonly ModerationAnswer[]> => {
  const conversations = await lockConversations(tx, [...new Set(commands.map(({ action }) => action.conversationId))]);
  const targets = uniqueSubjects(commands.map(({ action }) => action));
  const actors = commands.map(({ actorId: userId, action: { conversationId } }) => ({ conversationId, userId }));
  const now = await readClock(tx);
  const desk = new Desk({
    conversations,
    policies: await policiesFor(tx, [...conversations.values()]),
    roles: await rolesOf(tx, uniqueSubjects([...targets, ...actors]), conversations),
    sanctions: await readSanctions(tx, targets),
    now,
  });
  const answers = commands.map((command, place) => desk.decide(command, place));
  await desk.saveStanding(tx);
  const recalls = await recallRecent(tx, [...desk.recalls.values()], now);
  await desk.append(tx, feeds, recalls);
  if (recalls.dropsFiles) tx.afterCommit(onFilesDropped);
  const counts = new Map([...desk.recalls.keys()].map((place, index) => [place, recalls.counts[index] ?? 0]));
  return answers.map((answer, place) => {
    const recalled = counts.get(place);
    return answer.ok && recalled !== undefined ? { ...answer, recalled } : answer;
  });
};

const uniqueSubjects = (subjects: readonly MemberSubject[]): readonly MemberSubject[] => [
  ...new Map(subjects.map(({ conversationId, userId }) => [memberKeyOf({ conversationId, userId }), { conversationId, userId }])).values(),
];

/** What a batch knows before it is decided. */
interface Loaded {
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly sanctions: ReadonlyMap<string, Sanction>;
  readonly now: Date;
}

/** Decides commands one after the other, each on what those before it have changed, and keeps what is to be written. */
class Desk {
  readonly #loaded: Loaded;
  readonly #conversations: Map<string, Conversation>;
  readonly #roles: Map<string, Role>;
  /** What each user's sanction becomes; null: none. */
  readonly #sanctions = new Map<string, { readonly subject: MemberSubject; readonly sanction: Sanction | null }>();
  /** What each user is given; null: nothing any more. */
  readonly #grants = new Map<string, { readonly subject: MemberSubject; readonly grant: RoleGrant | null }>();
  readonly #moves: Move[] = [];
  /** For the conversations' logs, and for those of others. */
  readonly #shown: NewFeedEvent[] = [];
  readonly #noted: NewFeedEvent[] = [];
  /** What goes with whom, by the place of the command in the batch. */
  readonly recalls = new Map<number, RecentRecall>();

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    this.#conversations = new Map(loaded.conversations);
    this.#roles = new Map(loaded.roles);
  }

  decide({ actorId, isOperator, action }: ModerationCommand, place: number): ModerationAnswer {
    const { conversationId, userId } = action;
    const subject = { conversationId, userId };
    const key = memberKeyOf(subject);
    const changed = this.#sanctions.get(key);
    const change = decideModeration(action, {
      conversation: this.#conversations.get(conversationId),
      overrides: this.#loaded.policies.get(conversationId)?.overrides ?? {},
      actor: { id: actorId, isOperator, role: this.#roleOf({ conversationId, userId: actorId }) },
      target: this.#roleOf(subject),
      sanction: changed === undefined ? this.#loaded.sanctions.get(key) : (changed.sanction ?? undefined),
      now: this.#loaded.now,
    });
    if (typeof change === 'string') return { ok: false, code: change };
    this.#apply(change, subject, { byId: actorId, reason: action.reason });
    if (action.type === 'sanction' && action.recallSeconds !== undefined)
      this.recalls.set(place, { ...subject, byId: actorId, since: new Date(this.#loaded.now.getTime() - action.recallSeconds * 1_000) });
    if (change.type === 'role') return { ok: true, sanction: null, role: this.#roleOf(subject) };
    return { ok: true, sanction: change.sanction, role: null };
  }

  #roleOf(subject: MemberSubject): Role {
    return this.#roles.get(memberKeyOf(subject)) ?? 'GUEST';
  }

  #apply(change: ModerationChange, subject: MemberSubject, by: { readonly byId: string; readonly reason: string | null }): void {
    const key = memberKeyOf(subject);
    if (change.type === 'role') this.#applyRole(change, subject, by);
    else if (change.type === 'lifted') {
      this.#sanctions.set(key, { subject, sanction: null });
      this.#noted.push(sanctionLiftedEvent(newId(), change.sanction, by));
      if (change.sanction.type === 'BAN') this.#noted.push(userUnbannedEvent(subject, newId()));
    } else this.#applySanction(change, subject, by);
  }

  #applyRole(
    { granted }: Extract<ModerationChange, { readonly type: 'role' }>,
    subject: MemberSubject,
    by: { readonly byId: string; readonly reason: string | null },
  ): void {
    const key = memberKeyOf(subject);
    const isRoom = this.#conversations.get(subject.conversationId)?.kind === 'ROOM';
    const role = granted ?? (isRoom ? 'GUEST' : 'MEMBER');
    if (this.#roleOf(subject) === role) return;
    this.#grants.set(key, { subject, grant: granted === null ? null : { ...subject, role: granted, byId: by.byId } });
    this.#roles.set(key, role);
    this.#shown.push(roleChangedEvent(subject, newId(), { byId: by.byId, role }));
    this.#noted.push(roleSetEvent(newId(), subject, role, by));
  }

  #applySanction(
    { verb, sanction, left }: Extract<ModerationChange, { readonly type: 'sanctioned' }>,
    subject: MemberSubject,
    by: { readonly byId: string; readonly reason: string | null },
  ): void {
    const { conversationId, userId } = subject;
    const key = memberKeyOf(subject);
    const conversation = this.#conversations.get(conversationId);
    const expiresAt = sanction?.expiresAt ?? null;
    if (sanction !== null) this.#sanctions.set(key, { subject, sanction });
    this.#noted.push(sanctionGivenEvent(newId(), subject, verb, { ...by, expiresAt }));
    // Whoever is muted is not shown up before the others.
    if (verb !== 'MUTE') this.#shown.push(userSanctionedEvent(subject, newId(), { verb, expiresAt }));
    if (verb === 'BAN') {
      this.#grants.set(key, { subject, grant: null });
      this.#noted.push(userBannedEvent({ conversationId, userId, expiresAt }, newId()));
    }
    if (verb === 'KICK') this.#noted.push(userKickedEvent(subject, newId()));
    if (verb === 'BAN' || left) this.#roles.set(key, 'GUEST');
    if (!left || conversation === undefined) return;
    const smaller = { ...conversation, memberCount: conversation.memberCount - 1 };
    this.#conversations.set(conversationId, smaller);
    this.#moves.push({ ...subject, isMember: false, event: this.#shown.length });
    this.#shown.push(groupChangedEvent(smaller, newId(), { byId: by.byId, joined: [], left: [userId] }));
  }

  async saveStanding(tx: Transaction): Promise<void> {
    const sanctions = [...this.#sanctions.values()];
    const kept = sanctions.flatMap(({ sanction }) => sanction ?? []);
    const lifted = sanctions.filter(({ sanction }) => sanction === null).map(({ subject }) => subject);
    const grants = [...this.#grants.values()];
    const given = grants.flatMap(({ grant }) => grant ?? []);
    const left = this.#moves;
    const taken = grants.filter(({ grant }) => grant === null).map(({ subject }) => subject);
    if (kept.length > 0) await saveSanctions(tx, kept);
    if (lifted.length > 0) await deleteSanctions(tx, lifted);
    if (given.length > 0) await saveRoles(tx, given, this.#loaded.now);
    if (taken.length > 0) await deleteRoles(tx, taken);
    if (left.length > 0) {
      const smaller = new Set(left.map(({ conversationId }) => conversationId));
      await saveConversations(
        tx,
        [...smaller].flatMap((id) => this.#conversations.get(id) ?? []),
      );
      await deleteMembers(tx, left);
    }
  }

  async append(tx: Transaction, feeds: Pick<Feeds, 'append'>, recalls: RecentRecalls): Promise<void> {
    const [shown, noted] = [
      [...this.#shown, ...recalls.shown],
      [...this.#noted, ...recalls.noted],
    ];
    const appended = shown.length > 0 ? await appendToConversations(tx, feeds, shown, this.#conversations) : [];
    if (this.#moves.length > 0) await appendMoves(tx, feeds, this.#moves, appended);
    if (noted.length > 0) await feeds.append(tx, noted);
  }
}
