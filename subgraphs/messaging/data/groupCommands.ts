import { z } from 'zod';
import type { Transaction } from '#platform/database/database.ts';
import { APPEND_EVENTS_MAX } from '#platform/feed/append.ts';
import type { Feeds, NewFeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import type { Conversation } from '../domain/conversation.ts';
import {
  decideGroup,
  emptyDirect,
  emptyGroup,
  type GroupAction,
  type GroupActor,
  type GroupAnswer,
  type GroupChange,
  type GroupPermission,
} from '../domain/group.ts';
import { isGroupRefusalCode } from '../domain/groupRefusal.ts';
import { MEMBERS_PER_COMMAND_MAX, TITLE_CHARACTERS_MAX } from '../domain/limits.ts';
import { may, roleOf } from '../domain/role.ts';
import { groupChangedEvent } from '../events.ts';
import { type BlockSubject, blockKeyOf, blocksAmong } from './blocks.ts';
import type { Command, CommandFamily } from './commandLane.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { countGroups, deleteMembers, insertConversations, insertMembers, insertMemberships, saveConversations } from './groupRows.ts';
import { asideOf, judgeText } from './judgeText.ts';
import { appendMoves, type Move } from './memberMoves.ts';
import { type MemberSubject, memberKeyOf, membersAmong } from './members.ts';
import { readClock } from './postingLaneSql.ts';
import { ensureProfiles } from './profiles.ts';
import { type Right, type RightsSubject, readRights } from './rights.ts';
import { bannedOf } from './sanctions.ts';
import type { SendRules, SendSession } from './sendRules.ts';

export interface GroupCommandParts {
  readonly feeds: Pick<Feeds, 'append'>;
  /** What titles have to keep to, as messages have. */
  readonly rules: SendRules;
}

/** Everything that is done to groups and direct conversations. Locks: conversations, then what the rules lock, then members, then profiles, then logs. */
export const groupCommands = (parts: GroupCommandParts): CommandFamily<GroupAction, GroupAnswer> => ({
  name: 'groups',
  batchMax: BATCH_MAX,
  conflict: { ok: false, code: 'IDEMPOTENCY_CONFLICT' },
  parse: (stored) => answer.parse(stored),
  decide: (tx, commands) => decideAll(tx, parts, commands),
});

/** Each may name MEMBERS_PER_COMMAND_MAX people, each of whom gets a line in their inbox: together as many events as one append takes. */
const BATCH_MAX = Math.floor(APPEND_EVENTS_MAX / (MEMBERS_PER_COMMAND_MAX + 1));

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), id: z.string() }),
  z.object({ ok: z.literal(false), code: z.string().refine(isGroupRefusalCode) }),
]);

type GroupCommand = Command<GroupAction>;

const decideAll = async (
  tx: Transaction,
  { feeds, rules }: GroupCommandParts,
  commands: readonly GroupCommand[],
): Promise<readonly GroupAnswer[]> => {
  const at = new Date();
  const loaded = await load(tx, commands, at);
  const desk = new Desk(loaded, await openTitles(tx, rules, { commands, conversations: loaded.conversations, at }));
  const answers = commands.map((command) => desk.decide(command, at));
  await save(tx, feeds, desk, at);
  return answers;
};

/** What a batch knows before it is decided. */
interface Loaded {
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly members: ReadonlySet<string>;
  readonly groups: ReadonlyMap<string, number>;
  readonly blocks: ReadonlySet<string>;
  readonly banned: ReadonlySet<string>;
  readonly rightsOf: (subject: RightsSubject) => Right;
}

// A direct conversation is made before it is locked, without anybody in it: of two who open it at once one waits, and then finds the other's.
const load = async (tx: Transaction, commands: readonly GroupCommand[], at: Date): Promise<Loaded> => {
  const directs = new Set(commands.flatMap(({ action }) => (action.type === 'openDirect' ? [action.id] : [])));
  if (directs.size > 0)
    await insertConversations(
      tx,
      [...directs].map((id) => emptyDirect(id, at)),
    );
  const conversations = await lockConversations(tx, [...new Set(commands.map(({ action }) => action.id))]);
  const subjects = commands.flatMap(({ actorId, action }) =>
    peopleOf(actorId, action).map((userId) => ({ conversationId: action.id, userId })),
  );
  const unique = [...new Map(subjects.map((subject) => [memberKeyOf(subject), subject])).values()];
  const blocking = new Map(commands.flatMap(blocksThatMatter).map((each) => [blockKeyOf(each), each]));
  const joining = commands.some(({ action }) => action.type === 'add' || action.type === 'join');
  const managers = commands.flatMap(({ actorId: userId, action }) => {
    const conversation = action.type === 'add' || action.type === 'rename' ? conversations.get(action.id) : undefined;
    return conversation === undefined ? [] : [{ conversation, userId }];
  });
  const [members, groups, blocks, banned, rightsOf] = await Promise.all([
    membersAmong(tx, unique),
    countGroups(tx, [...new Set(unique.map(({ userId }) => userId))]),
    blocksAmong(tx, [...blocking.values()]),
    bannedOf(tx, joining ? unique : []),
    readRights(tx, managers),
  ]);
  return { conversations, members, groups, blocks, banned, rightsOf };
};

// Asked whenever a title is wanted, whether or not it may be given: what keeps it from that is known later.
const openTitles = async (
  tx: Transaction,
  rules: SendRules,
  { commands, conversations, at }: Pick<Loaded, 'conversations'> & { readonly commands: readonly GroupCommand[]; readonly at: Date },
): Promise<SendSession | null> => {
  const drafts = commands.flatMap(({ actorId: id, isOperator, action }) => {
    if (action.type !== 'create' && action.type !== 'rename') return [];
    const group = action.type === 'create' ? emptyGroup(id, action, at) : conversations.get(action.id);
    return group?.kind === 'GROUP' ? [asideOf(group, { id, isOperator }, action.title)] : [];
  });
  return drafts.length === 0 ? null : rules.open(tx, drafts, await readClock(tx));
};

const blocksThatMatter = ({ actorId, action }: GroupCommand): readonly BlockSubject[] =>
  action.type === 'create' || action.type === 'add' ? action.userIds.map((userId) => ({ userId, blockedId: actorId })) : [];

const peopleOf = (actorId: string, action: GroupAction): readonly string[] => {
  if ('userIds' in action) return [actorId, ...action.userIds];
  return 'userId' in action ? [actorId, action.userId] : [actorId];
};

/** Decides commands one after the other, each on what those before it have changed, and keeps what is to be written. */
class Desk {
  readonly #loaded: Loaded;
  readonly #titles: SendSession | null;
  readonly conversations = new Map<string, Conversation>();
  readonly fresh = new Set<string>();
  readonly changed = new Set<string>();
  readonly events: NewFeedEvent[] = [];
  /** Who came and went, in order. */
  readonly moves: Move[] = [];
  /** Who is a member now, of those who came or went. */
  readonly #members = new Map<string, MemberSubject & { readonly isMember: boolean }>();
  readonly #groups = new Map<string, number>();

  /** `titles`: the rules for what is said, null where nobody wants a title. */
  constructor(loaded: Loaded, titles: SendSession | null) {
    this.#loaded = loaded;
    this.#titles = titles;
    this.conversations = new Map(loaded.conversations);
  }

  decide({ actorId, isOperator, action }: GroupCommand, at: Date): GroupAnswer {
    const state = {
      conversation: this.conversations.get(action.id),
      isMember: (userId: string) => this.#isMember({ conversationId: action.id, userId }),
      blocksActor: (userId: string) => this.#loaded.blocks.has(blockKeyOf({ userId, blockedId: actorId })),
      may: (permission: GroupPermission) => this.#may(actorId, action.id, permission),
      isBanned: (userId: string) => this.#loaded.banned.has(memberKeyOf({ conversationId: action.id, userId })),
      groupsOf: (userId: string) => (this.#loaded.groups.get(userId) ?? 0) + (this.#groups.get(userId) ?? 0),
    };
    const change = decideGroup({ id: actorId, isOperator }, action, state, at);
    if (typeof change === 'string') return { ok: false, code: change };
    const title = this.#judgedTitle(change.conversation, { id: actorId, isOperator });
    if (title === 'refused') return { ok: false, code: 'TITLE_REFUSED' };
    this.#apply(title === null ? change : { ...change, conversation: { ...change.conversation, ...title } }, actorId);
    return { ok: true, id: action.id };
  }

  /** What the rules leave of a new title; null: there is none. */
  #judgedTitle(conversation: Conversation, actor: GroupActor): { readonly title: string } | 'refused' | null {
    const { id, title } = conversation;
    if (title === null || title === this.conversations.get(id)?.title) return null;
    const judged = judgeText(this.#titles, asideOf(conversation, actor, title));
    // What is masked may become longer.
    return typeof judged === 'string' && [...judged].length <= TITLE_CHARACTERS_MAX ? { title: judged } : 'refused';
  }

  /** Whose rows are to be made, and whose are to go: first go, then make. Who went and came back begins anew. */
  rows(): { readonly joined: readonly MemberSubject[]; readonly left: readonly MemberSubject[] } {
    const moved = [...this.#members.values()];
    return { joined: moved.filter(({ isMember }) => isMember), left: moved.filter((each) => this.#loaded.members.has(memberKeyOf(each))) };
  }

  #isMember(subject: MemberSubject): boolean {
    return this.#members.get(memberKeyOf(subject))?.isMember ?? this.#loaded.members.has(memberKeyOf(subject));
  }

  // A role is one of the conversation's as it is now: whoever has just handed it over is a member like others.
  #may(userId: string, id: string, permission: GroupPermission): boolean {
    const conversation = this.conversations.get(id);
    if (conversation === undefined) return false;
    const { role, overrides, isSilenced } = this.#loaded.rightsOf({ conversation, userId });
    // A title is read by everybody: who may not write there does not speak through it.
    if (permission === 'RENAME' && isSilenced) return false;
    const granted = role === 'MODERATOR' || role === 'VIP' ? role : null;
    return may(roleOf(userId, conversation, { granted, isMember: this.#isMember({ conversationId: id, userId }) }), permission, overrides);
  }

  #apply({ conversation, isNew, joined, left }: GroupChange, actorId: string): void {
    const before = this.conversations.get(conversation.id);
    this.conversations.set(conversation.id, conversation);
    if (isNew) this.fresh.add(conversation.id);
    else if (before !== conversation) this.changed.add(conversation.id);
    const isGroup = conversation.kind === 'GROUP';
    for (const [userIds, isMember] of [[joined, true] as const, [left, false] as const]) {
      for (const userId of userIds) {
        const subject = { conversationId: conversation.id, userId };
        this.#members.set(memberKeyOf(subject), { ...subject, isMember });
        // Two people who may write to each other are no news before one of them does: see appendToConversations.
        if (!isGroup) continue;
        this.moves.push({ ...subject, isMember, event: this.events.length });
        this.#groups.set(userId, (this.#groups.get(userId) ?? 0) + (isMember ? 1 : -1));
      }
    }
    if (isGroup && before !== conversation) this.events.push(groupChangedEvent(conversation, newId(), { byId: actorId, joined, left }));
  }
}

const save = async (tx: Transaction, feeds: Pick<Feeds, 'append'>, desk: Desk, at: Date): Promise<void> => {
  const of = (ids: ReadonlySet<string>): readonly Conversation[] => [...ids].flatMap((id) => desk.conversations.get(id) ?? []);
  const { joined, left } = desk.rows();
  const changed = new Set([...desk.changed].filter((id) => !desk.fresh.has(id)));
  if (desk.fresh.size > 0) await insertConversations(tx, of(desk.fresh));
  if (changed.size > 0) await saveConversations(tx, of(changed));
  if (left.length > 0) await deleteMembers(tx, left);
  if (joined.length > 0) {
    const members = joined.flatMap((subject) => {
      const conversation = desk.conversations.get(subject.conversationId);
      return conversation === undefined ? [] : [{ ...subject, number: conversation.messageCount }];
    });
    await insertMembers(tx, members, at);
    const ofGroups = members.filter(({ conversationId }) => desk.conversations.get(conversationId)?.kind === 'GROUP');
    if (ofGroups.length > 0) await insertMemberships(tx, ofGroups, 'GROUP', at);
    await ensureProfiles(
      tx,
      members.map(({ userId }) => userId),
      at,
    );
  }
  const appended = desk.events.length > 0 ? await appendToConversations(tx, feeds, desk.events, desk.conversations) : [];
  if (desk.moves.length > 0) await appendMoves(tx, feeds, desk.moves, appended);
};
