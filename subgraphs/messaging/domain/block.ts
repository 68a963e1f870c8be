import { BLOCKS_MAX, USER_ID_CHARACTERS_MAX } from './limits.ts';

/** That one user wants to hear nothing from another. */
export interface Block {
  readonly userId: string;
  readonly blockedId: string;
  readonly blockedAt: Date;
}

/** Whom somebody blocks. `version`: grows with every change, 0 before the first. */
export interface BlockList {
  readonly userId: string;
  readonly version: number;
  readonly count: number;
}

/** The list as its owner's clients hold it. */
export interface ShownBlockList {
  readonly version: number;
  readonly userIds: readonly string[];
}

/** What somebody wants done about their own list. */
export interface BlockAction {
  readonly type: 'block' | 'unblock';
  readonly userId: string;
}

/** What is wrong with the input alone. */
export type BlockInputFault = 'USER_ID_INVALID' | 'SELF';
export type BlockRefusalCode = BlockInputFault | 'TOO_MANY_BLOCKS' | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT';

export type BlockAnswer = { readonly ok: true } | { readonly ok: false; readonly code: BlockRefusalCode };

/** The list after a change, or as it was where nothing changed. */
export interface BlockDecision {
  readonly list: BlockList;
  readonly isBlocked: boolean;
}

/** Why a message between two people is refused: the author blocks the other one, or is blocked. Of both the first, which is the author's own affair. */
export type BlockVerdict = 'BLOCKING' | 'BLOCKED' | null;

/** What is wrong with the input of a command, or null. */
export const blockInputFault = (actorId: string, { userId }: BlockAction): BlockInputFault | null => {
  if (userId.length === 0 || userId.length > USER_ID_CHARACTERS_MAX) return 'USER_ID_INVALID';
  return userId === actorId ? 'SELF' : null;
};

/** Decides one command. Who is blocked already stays so, who is not stays free: neither is a change. Pure: the caller applies the decision before it decides the next.
 * Refuses with TOO_MANY_BLOCKS. */
export const decideBlock = ({ type }: BlockAction, list: BlockList, wasBlocked: boolean): BlockDecision | 'TOO_MANY_BLOCKS' => {
  const isBlocked = type === 'block';
  if (isBlocked === wasBlocked) return { list, isBlocked };
  if (isBlocked && list.count >= BLOCKS_MAX) return 'TOO_MANY_BLOCKS';
  return { list: { ...list, version: list.version + 1, count: list.count + (isBlocked ? 1 : -1) }, isBlocked };
};

/** Judges a message to one other person. `blocks`: whether the one blocks the other. */
export const blockVerdict = (authorId: string, otherId: string, blocks: (userId: string, blockedId: string) => boolean): BlockVerdict => {
  if (blocks(authorId, otherId)) return 'BLOCKING';
  return blocks(otherId, authorId) ? 'BLOCKED' : null;
};
