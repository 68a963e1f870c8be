import type { BlockAction } from '../../subgraphs/messaging/domain/block.ts';
import { directIdOf, type GroupAction } from '../../subgraphs/messaging/domain/group.ts';

/** Something that somebody does in groups and direct conversations. */
export type Deed =
  | { readonly family: 'groups'; readonly actorId: string; readonly action: GroupAction }
  | { readonly family: 'blocks'; readonly actorId: string; readonly action: BlockAction }
  | { readonly family: 'postings'; readonly actorId: string; readonly conversationId: string };

interface GroupModel {
  ownerId: string;
  isPublic: boolean;
  isClosed: boolean;
  messages: number;
  readonly members: Set<string>;
}

/** What a run of one deed after the other would answer: `ok`, the number of a message that was posted, or the code of a refusal. */
export class GroupOracle {
  readonly groups = new Map<string, GroupModel>();
  readonly directs = new Map<string, { readonly people: readonly [string, string]; messages: number }>();
  readonly #blocks = new Set<string>();

  does(deed: Deed): string {
    if (deed.family === 'groups') return this.#changes(deed.actorId, deed.action);
    if (deed.family === 'postings') return this.#posts(deed.actorId, deed.conversationId);
    const { type, userId } = deed.action;
    if (type === 'block') this.#blocks.add(`${deed.actorId} ${userId}`);
    else this.#blocks.delete(`${deed.actorId} ${userId}`);
    return 'ok';
  }

  #blocksOne(userId: string, otherId: string): boolean {
    return this.#blocks.has(`${userId} ${otherId}`);
  }

  #posts(authorId: string, id: string): string {
    const direct = this.directs.get(id);
    if (direct !== undefined) {
      const otherId = direct.people.find((userId) => userId !== authorId);
      if (!direct.people.includes(authorId) || otherId === undefined) return 'CONVERSATION_NOT_FOUND';
      if (this.#blocksOne(authorId, otherId)) return 'BLOCKING';
      if (this.#blocksOne(otherId, authorId)) return 'BLOCKED';
      direct.messages += 1;
      return String(direct.messages);
    }
    const group = this.groups.get(id);
    if (group === undefined) return 'CONVERSATION_NOT_FOUND';
    if (!group.members.has(authorId)) return group.isPublic ? 'NOT_A_MEMBER' : 'CONVERSATION_NOT_FOUND';
    if (group.isClosed) return 'CONVERSATION_CLOSED';
    group.messages += 1;
    return String(group.messages);
  }

  #changes(actorId: string, action: GroupAction): string {
    if (action.type === 'openDirect') {
      const id = directIdOf(actorId, action.userId);
      if (!this.directs.has(id)) this.directs.set(id, { people: [actorId, action.userId], messages: 0 });
      return 'ok';
    }
    if (action.type === 'create') {
      if (action.userIds.some((userId) => this.#blocksOne(userId, actorId))) return 'BLOCKED';
      const members = new Set([actorId, ...action.userIds]);
      this.groups.set(action.id, { ownerId: actorId, isPublic: action.isPublic, isClosed: false, messages: 0, members });
      return 'ok';
    }
    const group = this.groups.get(action.id);
    if (group === undefined) return 'CONVERSATION_NOT_FOUND';
    return action.type === 'join' ? join(group, actorId) : this.#changesOwn(group, actorId, action);
  }

  #changesOwn(
    group: GroupModel,
    actorId: string,
    action: Exclude<GroupAction, { readonly type: 'create' | 'openDirect' | 'join' }>,
  ): string {
    const { members } = group;
    if (!members.has(actorId)) return 'CONVERSATION_NOT_FOUND';
    if (group.isClosed) return 'CONVERSATION_CLOSED';
    if (action.type === 'leave') {
      if (group.ownerId === actorId && members.size > 1) return 'OWNER_MUST_STAY';
      members.delete(actorId);
      return 'ok';
    }
    if (group.ownerId !== actorId) return 'NOT_ALLOWED';
    switch (action.type) {
      case 'add': {
        const fresh = action.userIds.filter((userId) => !members.has(userId));
        if (fresh.some((userId) => this.#blocksOne(userId, actorId))) return 'BLOCKED';
        for (const userId of fresh) members.add(userId);
        return 'ok';
      }
      case 'remove':
        if (action.userIds.includes(group.ownerId)) return 'OWNER_MUST_STAY';
        return action.userIds.filter((userId) => members.delete(userId)).length === 0 ? 'NOT_A_MEMBER' : 'ok';
      case 'transfer':
        if (!members.has(action.userId)) return 'NOT_A_MEMBER';
        group.ownerId = action.userId;
        return 'ok';
      case 'close':
        group.isClosed = true;
        return 'ok';
      case 'setVisibility':
        group.isPublic = action.isPublic;
        return 'ok';
      default:
        return 'ok';
    }
  }
}

const join = (group: GroupModel, actorId: string): string => {
  if (group.members.has(actorId)) return 'ok';
  if (!group.isPublic) return 'CONVERSATION_NOT_FOUND';
  if (group.isClosed) return 'CONVERSATION_CLOSED';
  group.members.add(actorId);
  return 'ok';
};
