import type { Conversation } from './conversation.ts';
import {
  FILTER_CHARACTERS_MAX,
  FILTER_PATTERNS_MAX,
  FILTERS_MAX,
  FOLLOWED_MINUTES_MAX,
  NON_MODERATOR_DELAY_SECONDS_MAX,
  PATTERNS_STATES_MAX,
  SLOW_SECONDS_MAX,
  UNIQUE_MINUTES_MAX,
} from './limits.ts';
import { compilePattern } from './linearPattern.ts';
import type { ChatFilter, ChatModes, Policy } from './policy.ts';
import { mayDo, type Permission, type Role, type RoleHolder } from './role.ts';
import type { ModerationRefusalCode } from './sanction.ts';
import { keywordOf } from './wordFilter.ts';

/** What somebody wants a conversation to decide about itself. `least`: null goes back to what holds everywhere. `modes`: those that change. `PLATFORM_ID`: everywhere. */
export type PolicyAction =
  | { readonly type: 'permission'; readonly conversationId: string; readonly permission: Permission; readonly least: Role | null }
  | { readonly type: 'modes'; readonly conversationId: string; readonly modes: Partial<ChatModes> }
  | { readonly type: 'addFilter'; readonly conversationId: string; readonly filter: ChatFilter }
  | { readonly type: 'removeFilter'; readonly conversationId: string; readonly filterId: string };

/** Stands for all conversations: its filters are asked everywhere, and operators alone set them. */
export const PLATFORM_ID = 'platform';

export type PolicyCode =
  | Extract<ModerationRefusalCode, 'ROOM_NOT_FOUND' | 'NOT_A_MODERATOR' | 'NOT_THE_OWNER' | 'RATE_LIMITED' | 'IDEMPOTENCY_CONFLICT'>
  | 'MODE_OUT_OF_RANGE'
  | 'MODE_FOR_ROOMS_ONLY'
  | 'FILTER_EMPTY'
  | 'FILTER_TOO_LONG'
  | 'PATTERN_NOT_POSSIBLE'
  | 'TOO_MANY_FILTERS'
  | 'FILTER_NOT_FOUND';

/** `detail`: what is wrong in particular; null where the code says it all. */
export interface PolicyFault {
  readonly code: PolicyCode;
  readonly detail: string | null;
}

export interface PolicyState {
  readonly conversation: Conversation | undefined;
  readonly policy: Policy;
  readonly actor: RoleHolder;
}

/** What is wrong with the input alone, or null. */
export const policyInputFault = (action: PolicyAction): PolicyFault | null => {
  if (action.type === 'modes') return modesFault(action.modes);
  return action.type === 'addFilter' ? filterFault(action.filter) : null;
};

const modesFault = ({
  slowSeconds,
  followersOnlyMinutes,
  uniqueMinutes,
  nonModeratorDelaySeconds,
}: Partial<ChatModes>): PolicyFault | null => {
  const ranges: readonly (readonly [name: string, value: number | null | undefined, most: number])[] = [
    ['slowSeconds', slowSeconds, SLOW_SECONDS_MAX],
    ['followersOnlyMinutes', followersOnlyMinutes, FOLLOWED_MINUTES_MAX],
    ['uniqueMinutes', uniqueMinutes, UNIQUE_MINUTES_MAX],
    ['nonModeratorDelaySeconds', nonModeratorDelaySeconds, NON_MODERATOR_DELAY_SECONDS_MAX],
  ];
  const wrong = ranges.find(([, value, most]) => value != null && (value < 0 || value > most));
  return wrong === undefined ? null : { code: 'MODE_OUT_OF_RANGE', detail: `${wrong[0]} is 0 to ${wrong[2]}, not ${wrong[1]}.` };
};

/** Whether all patterns among these are more than a message may cost. */
const areTooMany = (filters: readonly ChatFilter[]): boolean => {
  const patterns = filters.filter(({ kind }) => kind === 'PATTERN').map(({ text }) => compilePattern(text));
  const states = patterns.reduce((sum, pattern) => sum + (typeof pattern === 'string' ? 0 : pattern.program.length), 0);
  return patterns.length > FILTER_PATTERNS_MAX || states > PATTERNS_STATES_MAX;
};

const filterFault = ({ kind, text }: ChatFilter): PolicyFault | null => {
  if (text === '') return { code: 'FILTER_EMPTY', detail: null };
  if ([...text].length > FILTER_CHARACTERS_MAX) return { code: 'FILTER_TOO_LONG', detail: null };
  if (kind === 'KEYWORD') return keywordOf(text) === null ? { code: 'FILTER_EMPTY', detail: null } : null;
  const pattern = compilePattern(text);
  return typeof pattern === 'string' ? { code: 'PATTERN_NOT_POSSIBLE', detail: pattern } : null;
};

/** Decides one command: the policy from now on, or why not. Pure: the caller applies it before it decides the next. */
export const decidePolicy = (action: PolicyAction, { conversation, policy, actor }: PolicyState): Policy | PolicyCode => {
  if (action.conversationId === PLATFORM_ID) {
    if (!actor.isOperator) return 'NOT_A_MODERATOR';
    return action.type === 'addFilter' || action.type === 'removeFilter' ? changed(action, policy) : 'ROOM_NOT_FOUND';
  }
  if (conversation === undefined || conversation.kind === 'DIRECT') return 'ROOM_NOT_FOUND';
  if (conversation.kind === 'GROUP' && !actor.isOperator && actor.role === 'GUEST') return 'ROOM_NOT_FOUND';
  if (action.type === 'permission' && !actor.isOperator && actor.role !== 'OWNER') return 'NOT_THE_OWNER';
  if (action.type !== 'permission' && !mayDo(actor, 'SET_MODES', policy.overrides)) return 'NOT_A_MODERATOR';
  // Members of groups read their inboxes, which hold nothing back.
  if (action.type === 'modes' && action.modes.nonModeratorDelaySeconds && conversation.kind !== 'ROOM') return 'MODE_FOR_ROOMS_ONLY';
  return changed(action, policy);
};

const changed = (action: PolicyAction, policy: Policy): Policy | PolicyCode => {
  const next = { ...policy, version: policy.version + 1 };
  switch (action.type) {
    case 'permission': {
      const { [action.permission]: _, ...others } = policy.overrides;
      return { ...next, overrides: action.least === null ? others : { ...others, [action.permission]: action.least } };
    }
    case 'modes':
      return { ...next, modes: { ...policy.modes, ...action.modes } };
    case 'addFilter': {
      const { filter } = action;
      const others = policy.filters.filter(({ kind, text }) => kind !== filter.kind || text !== filter.text);
      const filters = [...others, filter];
      return filters.length > FILTERS_MAX || (filter.kind === 'PATTERN' && areTooMany(filters)) ? 'TOO_MANY_FILTERS' : { ...next, filters };
    }
    case 'removeFilter': {
      const filters = policy.filters.filter(({ id }) => id !== action.filterId);
      return filters.length === policy.filters.length ? 'FILTER_NOT_FOUND' : { ...next, filters };
    }
  }
};
