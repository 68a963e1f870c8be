import type { Identity } from '#platform/identity/identity.ts';
import { type ChatFacts, chatFault } from '../domain/chatModes.ts';
import type { ChatModes } from '../domain/policy.ts';
import { conversationFault } from '../domain/posting.ts';
import type { Room } from '../domain/room.ts';
import type { Loaders } from './loaders.ts';

/** Why somebody cannot post in a room now, whatever they say. */
export const CANNOT_POST_REASONS = [
  'NOT_SIGNED_IN',
  'SCOPE_MISSING',
  'ROOM_CLOSED',
  'BANNED',
  'MUTED',
  'POSTING_NOT_ALLOWED',
  'MEMBERS_ONLY',
  'FOLLOWERS_ONLY',
  'SLOW_MODE',
] as const;
export type CannotPostReason = (typeof CANNOT_POST_REASONS)[number];

/** What keeps somebody from posting; `at`: when it ends by itself, null: that is not known. */
export interface PostingBar {
  readonly reason: CannotPostReason;
  readonly at: Date | null;
}

type RightLoaders = Pick<Loaders, 'sanctions' | 'roles' | 'policies' | 'postingFacts'>;

/** What keeps the caller from posting in a room now; null: nothing. What only some texts meet (emotes only, unique, links, filters) keeps nobody from posting. By the rules that the posting lane asks; it alone is exact. */
export const postingBar = async (
  room: Room,
  { id: userId, scopes }: Extract<Identity, { readonly kind: 'user' }>,
  loaders: RightLoaders,
): Promise<PostingBar | null> => {
  if (userId === null) return { reason: 'NOT_SIGNED_IN', at: null };
  if (!scopes.includes('chat:write')) return { reason: 'SCOPE_MISSING', at: null };
  if (conversationFault(room, false) !== null) return { reason: 'ROOM_CLOSED', at: null };
  const subject = { conversationId: room.id, userId };
  const sanction = await loaders.sanctions.load(subject);
  if (sanction !== null) return { reason: sanction.type === 'BAN' ? 'BANNED' : 'MUTED', at: sanction.expiresAt };
  if (room.policyVersion === 0) return null;
  const [policy, role] = await Promise.all([loaders.policies.load(room), loaders.roles.load(subject)]);
  const { slowSeconds, followersOnlyMinutes } = policy.modes;
  const known =
    slowSeconds === 0 && followersOnlyMinutes === null
      ? { lastPostedAt: null, followsSince: null }
      : await loaders.postingFacts.load({ ...subject, ownerId: room.ownerId });
  const holder = { role, isOperator: scopes.includes('ops:write') };
  const fault = chatFault(policy, { ...holder, ...known, lastSaidAt: null, hasLink: false, isEmotes: true, now: new Date() });
  if (fault === null) return null;
  const reason = CANNOT_POST_REASONS.find((each) => each === fault.code);
  return reason === undefined ? null : { reason, at: endOf(reason, policy.modes, known) };
};

const endOf = (
  reason: CannotPostReason,
  { slowSeconds, followersOnlyMinutes }: ChatModes,
  { lastPostedAt, followsSince }: Pick<ChatFacts, 'lastPostedAt' | 'followsSince'>,
): Date | null => {
  if (reason === 'SLOW_MODE' && lastPostedAt !== null) return new Date(lastPostedAt.getTime() + slowSeconds * 1_000);
  if (reason === 'FOLLOWERS_ONLY' && followsSince !== null) return new Date(followsSince.getTime() + (followersOnlyMinutes ?? 0) * 60_000);
  return null;
};
