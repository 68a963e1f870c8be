import { createHash } from 'node:crypto';
import type { Transaction } from '#platform/database/database.ts';
import { displayNameOf } from '#platform/handle.ts';
import {
  type ChatTrace,
  type Follow,
  followKeyOf,
  followsSince,
  postedTraceOf,
  readTraces,
  saveTraces,
  traceKeyOf,
} from '../../data/chatTraces.ts';
import { memberKeyOf } from '../../data/members.ts';
import { rolesOf } from '../../data/roles.ts';
import type { Draft, SendSession, Settled, Verdict } from '../../data/sendRules.ts';
import { type CompiledFilters, type FilterFinding, findFiltered } from '../../domain/chatFilters.ts';
import { chatFault, isEmotesOnly } from '../../domain/chatModes.ts';
import { customTextsOf } from '../../domain/customTexts.ts';
import { FILTERED_FIXED_CHARACTERS_MAX } from '../../domain/limits.ts';
import { hasLink } from '../../domain/links.ts';
import { charactersOf, fold } from '../../domain/lookalike.ts';
import type { MessageBody } from '../../domain/message.ts';
import type { UniqueScope } from '../../domain/policy.ts';
import { mayDo, type Role } from '../../domain/role.ts';
import { customDataOf } from '../../domain/sendInput.ts';
import type { Module } from '../module.ts';
import { type Policies, PolicyCache, type ReadyPolicy } from './policyCache.ts';

/** What a conversation has decided about who may write what in it: permissions, modes, links, filters; and the filters of the platform. Exact: a policy changes under the
 * conversation's lock, and who posted when is remembered under it. */
export const chatRules = (): Module => {
  const cache = new PolicyCache();
  return {
    name: 'chat-rules',
    order: 200,
    rules: {
      open: async (tx, drafts, now) => {
        const conversations = new Map(drafts.map(({ conversation }) => [conversation.id, conversation]));
        const policies = await cache.read(tx, [...conversations.values()], performance.now());
        const governed = drafts.filter(({ conversation }) => policies.own.has(conversation.id));
        return new ChatSession(tx, { policies, now, ...(await readFacts(tx, governed, policies)) });
      },
    },
  };
};

/** What a batch knows before it is decided. */
interface Facts {
  readonly roles: ReadonlyMap<string, Role>;
  readonly traces: ReadonlyMap<string, Date>;
  readonly followers: ReadonlyMap<string, Date>;
}

// Three statements at most, and none where no conversation has decided anything.
const readFacts = async (tx: Transaction, drafts: readonly Draft[], { own }: Policies): Promise<Facts> => {
  if (drafts.length === 0) return { roles: new Map(), traces: new Map(), followers: new Map() };
  const conversations = new Map(drafts.map(({ conversation }) => [conversation.id, conversation]));
  const subjects = new Map(drafts.map((draft) => [memberKeyOf(subjectOf(draft)), subjectOf(draft)]));
  const traces = new Map<string, ChatTrace>();
  const follows = new Map<string, Follow>();
  for (const draft of drafts) {
    const policy = own.get(draft.conversation.id);
    if (policy === undefined || draft.replaces !== undefined || draft.aside === true) continue;
    for (const trace of tracesOf(draft, policy)) traces.set(traceKeyOf(trace), trace);
    const follow = policy.modes.followersOnlyMinutes === null ? null : followOf(draft);
    if (follow !== null) follows.set(followKeyOf(follow), follow);
  }
  return {
    roles: await rolesOf(tx, [...subjects.values()], conversations),
    traces: await readTraces(tx, [...traces.values()]),
    followers: await followsSince(tx, [...follows.values()]),
  };
};

class ChatSession implements SendSession {
  readonly #tx: Transaction;
  readonly #known: Facts & { readonly policies: Policies; readonly now: Date };
  readonly #left = new Map<string, ChatTrace & { readonly at: Date }>();

  constructor(tx: Transaction, known: Facts & { readonly policies: Policies; readonly now: Date }) {
    this.#tx = tx;
    this.#known = known;
  }

  decide(draft: Draft): Verdict {
    const { own, platform } = this.#known.policies;
    const policy = own.get(draft.conversation.id);
    const role = this.#known.roles.get(memberKeyOf(subjectOf(draft))) ?? 'GUEST';
    const holder = { role, isOperator: draft.author.isOperator };
    // Who approved it has seen all that these rules look for.
    if (draft.approved === true) return null;
    // Modes are about messages.
    const facts = policy === undefined || draft.aside === true ? null : this.#factsOf(draft, policy);
    if (policy !== undefined && facts !== null) {
      const fault = chatFault(policy, { ...holder, ...facts });
      if (fault !== null) return fault;
    }
    if (draft.author.isOperator) return null;
    const skips = policy === undefined || mayDo(holder, 'SKIP_FILTERS', policy.overrides);
    const found = verdictOf(draft, [platform, skips ? NOTHING : policy.compiled]);
    const holdsLink = !skips && policy.modes.links === 'HOLD' && facts?.hasLink === true;
    return holdsLink && found?.type !== 'refuse' && found?.type !== 'hold' ? LINK_HELD : found;
  }

  settled(draft: Draft, what: Settled): void {
    const policy = this.#known.policies.own.get(draft.conversation.id);
    if (what !== 'posted' || policy === undefined || draft.approved === true) return;
    for (const trace of tracesOf(draft, policy)) this.#left.set(traceKeyOf(trace), { ...trace, at: this.#known.now });
  }

  async save(): Promise<void> {
    if (this.#left.size === 0) return;
    await saveTraces(this.#tx, [...this.#left.values()]);
  }

  #factsOf(draft: Draft, policy: ReadyPolicy) {
    const { text, attachments, custom, mentionedUserIds } = draft.body;
    const follow = followOf(draft);
    const isEdit = draft.replaces !== undefined;
    return {
      lastPostedAt: isEdit ? null : this.#leftAt(postedTraceOf(subjectOf(draft))),
      lastSaidAt: isEdit ? null : this.#leftAt(saidTrace(draft, policy.modes.uniqueScope)),
      followsSince: follow === null ? null : (this.#known.followers.get(followKeyOf(follow)) ?? null),
      hasLink: policy.modes.links !== 'ALLOW' && hasLink(charactersOf([...textsOf(draft.body), fixedTextOf(draft.body)].join('\n'))),
      isEmotes: attachments.length === 0 && custom === null && mentionedUserIds.length === 0 && isEmotesOnly(text),
      now: this.#known.now,
    };
  }

  #leftAt(trace: ChatTrace): Date | null {
    const key = traceKeyOf(trace);
    return this.#left.get(key)?.at ?? this.#known.traces.get(key) ?? null;
  }
}

const NOTHING: CompiledFilters = { keywords: [], patterns: [] };
const LINK_HELD: Verdict = { type: 'hold', reason: 'link', because: 'LINK' };

// One after the other: what the platform's filters mask, a conversation's need not find.
const verdictOf = (draft: Draft, all: readonly CompiledFilters[]): Verdict => {
  const filters = all.filter(({ keywords, patterns }) => keywords.length + patterns.length > 0);
  if (filters.length === 0) return null;
  let { body } = draft;
  let hold: FilterFinding | null = null;
  const fixed = fixedTextOf(body);
  if (fixed.length > FILTERED_FIXED_CHARACTERS_MAX) return FIXED_TOO_LONG;
  for (const each of filters) {
    const inFixed = fixed === '' ? null : findFiltered(each, fixed);
    const findings = textsOf(body).map((said) => findFiltered(each, said));
    if (findings.some((found) => found?.action === 'REFUSE') || (inFixed !== null && !isHeldAsItIs(inFixed, fixed))) return FILTERED;
    hold ??= findings.find((found) => found?.action === 'HOLD') ?? inFixed;
    if (findings.some((found) => found !== null)) body = maskedBody(body, findings);
  }
  if (hold !== null) return { type: 'hold', reason: `filter: ${hold.filter.text}`, because: 'FILTER' };
  return body === draft.body ? null : { type: 'change', body };
};

const FILTERED: Verdict = { type: 'refuse', code: 'FILTERED', message: 'Something in this text is not said here. Say it in other words.' };
const FIXED_TOO_LONG: Verdict = {
  type: 'refuse',
  code: 'FILTERED',
  message: `Where texts are filtered, those in the data of a custom message and the names of whom it mentions have at most ${FILTERED_FIXED_CHARACTERS_MAX} characters together.`,
};

const isHeldAsItIs = ({ action, text }: FilterFinding, said: string): boolean => action === 'HOLD' && text === said;

/** What a message says in which nothing can be masked: its data, which keeps to a form, and what they are called whom it mentions. An id that nobody has is shown as a name, too, so that anything could be said by one. */
const fixedTextOf = ({ custom, mentionedUserIds }: MessageBody): string =>
  [...(custom === null ? [] : [customTextsOf(custom)]), ...mentionedUserIds.map(displayNameOf)].join('\n');

/** Everything else that it says: its text first, then the names of its files. */
const textsOf = ({ text, attachments }: MessageBody): readonly string[] => [text, ...attachments.map(({ name }) => name)];

/** `findings`: in the order of textsOf. */
const maskedBody = (body: MessageBody, [inText, ...inNames]: readonly (FilterFinding | null)[]): MessageBody => ({
  ...body,
  text: inText?.text ?? body.text,
  attachments: body.attachments.map((each, index) => ({ ...each, name: inNames[index]?.text ?? each.name })),
});

const subjectOf = ({ conversation, author }: Draft) => ({ conversationId: conversation.id, userId: author.id });

const followOf = ({ conversation: { ownerId }, author: { id: userId } }: Draft): Follow | null =>
  ownerId === null ? null : { ownerId, userId };

/** What is remembered of a message: nothing, where no mode asks for it. */
const tracesOf = (draft: Draft, { modes }: ReadyPolicy): readonly ChatTrace[] => [
  ...(modes.slowSeconds === 0 ? [] : [postedTraceOf(subjectOf(draft))]),
  ...(modes.uniqueMinutes === 0 ? [] : [saidTrace(draft, modes.uniqueScope)]),
];

/** The same is said when it is read the same: capitals, marks, look-alikes, white space and signs make no difference. */
const saidTrace = ({ conversation, author, body }: Draft, scope: UniqueScope): ChatTrace => {
  const read = fold(charactersOf(body.text), 'plain').characters.join('');
  const bare = read.replace(/[^\p{L}\p{N}]/gu, '');
  const digest = createHash('sha256')
    .update(scope === 'AUTHOR' ? `${author.id}\0` : '')
    // Another file is something else, whatever is said to it.
    .update(body.attachments.map(({ id }) => `${id}\0`).join(''))
    // And so is other data.
    .update(body.custom === null ? '' : `${body.custom.schema}\0${JSON.stringify(customDataOf(body.custom.data))}\0`)
    .update(bare === '' ? read.replace(/\s/gu, '') : bare)
    .digest('base64url');
  return { conversationId: conversation.id, key: `said:${digest}` };
};
