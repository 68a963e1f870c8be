import { z } from 'zod';
import { FanfareError } from '#platform/errors.ts';
import type { FeedEvent, Feeds } from '#platform/feed/feed.ts';
import { messageIdOf } from '../domain/messageId.ts';
import { type ModerationEntry, NO_DETAILS } from '../domain/moderationEntry.ts';
import type { PageRequest } from '../domain/page.ts';
import { isPermission, ROLES } from '../domain/role.ts';
import { chatModes } from '../events/chatModes.ts';
import { moderatedIdOf, moderationFeedOf } from './moderationEvents.ts';
import { chatFilter } from './policies.ts';

/** A page of one conversation's moderation log to be read, as the log runs: oldest first. */
export type ModerationLogRequest = PageRequest & { readonly conversationId: string };

/** One page of it, the oldest first. */
export interface ModerationLogPage {
  readonly entries: readonly ModerationEntry[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Reads pages of any number of conversations by a fixed number of statements; in the place of one whose cursor is not in its log, a FanfareError BAD_USER_INPUT. */
export const readModerationLogs = async (
  feeds: Pick<Feeds, 'pages'>,
  requests: readonly ModerationLogRequest[],
): Promise<readonly (ModerationLogPage | Error)[]> => {
  const pages = await feeds.pages(
    requests.map(({ conversationId, ...page }) => ({ ...page, feed: moderationFeedOf(conversationId), kinds: Object.keys(READERS) })),
  );
  return pages.map(({ events, reset, ...more }) =>
    reset === null
      ? { entries: events.flatMap((event) => moderationEntryOf(event) ?? []), ...more }
      : new FanfareError('BAD_USER_INPUT', `The cursor is not in this log (${reset}). Read it again without a cursor.`),
  );
};

/** An event of a moderation log as its readers see it; null for one of a kind, or with a payload, that this version does not know. */
export const moderationEntryOf = (event: FeedEvent): ModerationEntry | null => {
  const { id, cursor, seq, at, feed, kind, payload } = event;
  const details = READERS[kind]?.safeParse(payload).data;
  if (details === undefined) return null;
  const { message, ...rest } = details;
  const messageId = message === undefined ? null : messageIdOf({ conversationId: moderatedIdOf(feed), seq: message });
  return { ...NO_DETAILS, id, cursor, seq, at, ...rest, messageId };
};

type Details = Pick<ModerationEntry, 'act' | 'byId'> & Partial<ModerationEntry> & { readonly message?: number };

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const someone = z.object({ byId: z.string(), userId: z.string() });
const role = z.enum(ROLES);
const reason = z.string().nullable();
const verb = z.enum(['BAN', 'TIMEOUT', 'MUTE', 'KICK']);
const aboutMessage = (act: 'RECALL' | 'PIN' | 'UNPIN') =>
  someone.extend({ message: z.int() }).transform((moderated): Details => ({ act, ...moderated }));
const permission = z.string().refine(isPermission);
const change = z.string().transform((text): unknown => JSON.parse(text));
const changes = z.discriminatedUnion('type', [
  z.object({ type: z.literal('permission'), permission, least: role.nullable() }),
  z.object({ type: z.literal('modes') }),
  z.object({ type: z.literal('addFilter'), filter: chatFilter }),
  z.object({ type: z.literal('removeFilter') }),
]);
const policySet = z
  .object({ byId: z.string(), change: change.pipe(changes), modes: chatModes.optional(), filter: chatFilter.optional() })
  .transform(({ byId, change: set, modes = null, filter = null }): Details => {
    switch (set.type) {
      case 'permission':
        return { act: 'SET_PERMISSION', byId, permission: set.permission, role: set.least };
      case 'modes':
        return { act: 'SET_MODES', byId, modes };
      case 'addFilter':
        return { act: 'ADD_FILTER', byId, filter: set.filter };
      case 'removeFilter':
        return { act: 'REMOVE_FILTER', byId, filter };
    }
  });

/** What was done about an item of the queue; a recall is noted as such. */
const SETTLED_ACTS = { APPROVED: 'APPROVE', REJECTED: 'REJECT', DISMISSED: 'DISMISS', ACTED: 'ACT_ON_REPORT' } as const;

/** How each kind of event is read. Whoever adds a kind of decision adds its reader here. */
const READERS: Readonly<Record<string, z.ZodType<Details>>> = {
  'sanction.given': someone
    .extend({ verb, reason, until: instant.nullable() })
    .transform(({ verb: act, until: expiresAt, ...given }): Details => ({ act, expiresAt, ...given })),
  'sanction.lifted': someone.extend({ reason }).transform((lifted): Details => ({ act: 'LIFT', ...lifted })),
  'role.set': someone.extend({ role, reason }).transform((set): Details => ({ act: 'SET_ROLE', ...set })),
  'policy.set': policySet,
  'message.recalled': aboutMessage('RECALL'),
  'messages.recalled': someone
    .extend({ count: z.int() })
    .transform(({ count: messageCount, ...recalled }): Details => ({ act: 'RECALL', messageCount, ...recalled })),
  'message.pinned': aboutMessage('PIN'),
  'message.unpinned': aboutMessage('UNPIN'),
  'item.settled': someone
    .extend({ state: z.enum(['APPROVED', 'REJECTED', 'DISMISSED', 'ACTED']), reason, message: z.int().optional() })
    .transform(
      ({ state, message, ...settled }): Details => ({
        act: SETTLED_ACTS[state],
        ...settled,
        ...(message === undefined ? {} : { message }),
      }),
    ),
  'announcement.set': z
    .object({ byId: z.string(), text: z.string().nullable() })
    .transform((announced): Details => ({ act: 'ANNOUNCE', ...announced })),
};
