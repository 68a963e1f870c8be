import type { Overrides } from './role.ts';

/** Who may post links. HOLD: everybody, once a moderator has looked at it; MODERATORS_ONLY: who may skip filters (they post at once with HOLD, too). BLOCK: nobody. */
export type LinksPolicy = 'ALLOW' | 'HOLD' | 'MODERATORS_ONLY' | 'BLOCK';

/** Whose texts must differ: each author's own, or everybody's. */
export type UniqueScope = 'AUTHOR' | 'EVERYBODY';

/** How a conversation may be written in by those who may not skip its modes. */
export interface ChatModes {
  /** Seconds between two messages of one author; 0: off. */
  readonly slowSeconds: number;
  /** Only who has followed the owner for so many minutes; null: off. */
  readonly followersOnlyMinutes: number | null;
  /** Only members, VIPs and those above them. */
  readonly membersOnly: boolean;
  readonly emotesOnly: boolean;
  /** The same text only once within so many minutes; 0: off. */
  readonly uniqueMinutes: number;
  readonly uniqueScope: UniqueScope;
  readonly links: LinksPolicy;
  /** Rooms: seconds for which what is said is shown to moderators alone; 0: off. */
  readonly nonModeratorDelaySeconds: number;
}

/** What happens to a message that a filter finds something in. HOLD: a moderator looks at it first. MASK: what was found becomes ***. */
export type FilterAction = 'REFUSE' | 'HOLD' | 'MASK';

/** KEYWORD: words, however they are disguised. PATTERN: a regular expression (domain/linearPattern.ts). */
export type FilterKind = 'KEYWORD' | 'PATTERN';

export interface ChatFilter {
  readonly id: string;
  readonly kind: FilterKind;
  readonly text: string;
  readonly action: FilterAction;
}

/** What a conversation has decided about itself. `version`: 0 where it has decided nothing. */
export interface Policy {
  readonly conversationId: string;
  readonly version: number;
  readonly overrides: Overrides;
  readonly modes: ChatModes;
  readonly filters: readonly ChatFilter[];
}

export const OPEN_MODES: ChatModes = {
  slowSeconds: 0,
  followersOnlyMinutes: null,
  membersOnly: false,
  emotesOnly: false,
  uniqueMinutes: 0,
  uniqueScope: 'AUTHOR',
  links: 'ALLOW',
  nonModeratorDelaySeconds: 0,
};

/** The policy of a conversation that has decided nothing. */
export const openPolicy = (conversationId: string): Policy => ({
  conversationId,
  version: 0,
  overrides: {},
  modes: OPEN_MODES,
  filters: [],
});
