import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilters, findFiltered } from '../../subgraphs/messaging/domain/chatFilters.ts';
import { type ChatFacts, chatFault, isEmotesOnly } from '../../subgraphs/messaging/domain/chatModes.ts';
import { FILTER_PATTERNS_MAX, FILTERS_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { compilePattern, findAll } from '../../subgraphs/messaging/domain/linearPattern.ts';
import { hasLink } from '../../subgraphs/messaging/domain/links.ts';
import { type ChatFilter, OPEN_MODES, openPolicy } from '../../subgraphs/messaging/domain/policy.ts';
import { decidePolicy, PLATFORM_ID, type PolicyAction, policyInputFault } from '../../subgraphs/messaging/domain/policyChange.ts';
import { roomBeforeItsStream } from '../../subgraphs/messaging/domain/room.ts';

const filter = (text: string, over: Partial<ChatFilter> = {}): ChatFilter => ({ id: text, kind: 'KEYWORD', text, action: 'MASK', ...over });
const maskedBy = (filters: readonly ChatFilter[], text: string): string | null => findFiltered(compileFilters(filters), text)?.text ?? null;

describe('a keyword', () => {
  test.each([
    ['as it stands', 'what a scam this is', 'what a *** this is'],
    ['in capitals', 'SCAM', '***'],
    ['with Cyrillic look-alikes', 'ѕсаm!', '***!'],
    ['in Greek and mathematical letters', 'ѕ𝓬αᴍ', '***'],
    ['in full width', 'ｓｃａｍ', '***'],
    ['with marks', 's̷c̷a̷m̷', '***'],
    ['with invisible characters', 's\u200bc\u200da\u2060m', '***'],
    ['as emoji letters', '🇸🇨🇦🇲', '***'],
    ['with digits for letters', '5c4m', '***'],
    ['with signs for letters', '$c@m', '***'],
    ['pulled apart by signs', 's.c-a_m', '***'],
    ['pulled apart by spaces', 'such a s c a m now', 'such a *** now'],
    ['drawn out', 'scaaaaam', '***'],
    ['twice', 'scam scam', '*** ***'],
  ])('is found %s', (_, text, masked) => expect(maskedBy([filter('scam')], text)).toBe(masked));

  test.each(['scampi', 'scan', 'wescame', 'a mscan', 'sc am'])('is not found in "%s"', (text) =>
    expect(maskedBy([filter('scam')], text)).toBeNull(),
  );

  test('may be several words, and an alphabet of its own', () => {
    expect(maskedBy([filter('free  coins')], 'get FREE, c0ins here')).toBe('get *** here');
    expect(maskedBy([filter('обман')], 'это Обман!')).toBe('это ***!');
    expect(maskedBy([filter('i')], 'l 1 i')).toBe('l *** ***');
  });

  test('the strictest of several has the word, and all that is to be masked is', () => {
    const all = compileFilters([filter('one'), filter('two', { action: 'HOLD' }), filter('three', { action: 'REFUSE' })]);
    expect(findFiltered(all, 'one two three')).toMatchObject({ action: 'REFUSE', filter: { id: 'three' }, text: '*** two three' });
    expect(findFiltered(all, 'one two')).toMatchObject({ action: 'HOLD', text: '*** two' });
    expect(findFiltered(all, 'one')).toMatchObject({ action: 'MASK' });
    expect(findFiltered(all, 'four')).toBeNull();
  });
});

describe('a pattern', () => {
  const found = (source: string, text: string) => {
    const pattern = compilePattern(source);
    if (typeof pattern === 'string') throw new Error(pattern);
    return findAll(pattern, [...text]).map(({ start, end }) => [...text].slice(start, end).join(''));
  };

  test.each([
    ['a+b', 'xaabab', ['aab', 'ab']],
    ['(?:ab|a)c?', 'acabc', ['ac', 'abc']],
    ['^\\d{2,3}$', '123', ['123']],
    ['^\\d{2,3}$', '1234', []],
    ['\\bbuy\\b', 'buy buyer buy', ['buy', 'buy']],
    ['[^a-c\\s]+', 'ab dx ec', ['dx', 'e']],
    ['colou?r', 'color colour', ['color', 'colour']],
    ['(ab){2}', 'ababab', ['abab']],
    ['a.c', 'abc a🎁c', ['abc', 'a🎁c']],
    ['\\.com', 'xcom .com', ['.com']],
  ])('%s in "%s"', (source, text, spans) => expect(found(source, text)).toEqual(spans));

  test('finds what JavaScript finds, where both take the longest', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab)');
    const source = fc.array(fc.tuple(atom, fc.constantFrom('', '+', '?', '*', '{2}')), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }), (parts, text) => {
        const pattern = parts.map((part) => part.join('')).join('');
        const mine = compilePattern(pattern);
        // One that is found in nothing is refused.
        if (typeof mine === 'string') expect(new RegExp(pattern, 's').test('')).toBe(true);
        else expect(findAll(mine, [...text]).length > 0).toBe(new RegExp(pattern, 's').test(text));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '(',
    ')',
    '[a',
    'a**',
    '*a',
    'a{3,2}',
    'a{51}',
    '\\',
    '\\q',
    '(?=a)',
    '(?<n>a)',
    '^*',
    'a*',
    '\\b',
    'b*\\b|x',
    '[z-a]',
    '((a{50}){50}){50}',
    'x'.repeat(101),
  ])('"%s" is refused', (source) => expect(compilePattern(source)).toEqual(expect.any(String)));

  test('one that stops other engines for ever takes a number of steps that the text bounds', () => {
    for (const source of ['(a+)+x', '(a|a)+x', '(a?){50}b', 'a+a+a+x', '(a|aa)+x|(.+)+y']) {
      const startMs = performance.now();
      expect(found(source, 'a'.repeat(500))).toEqual([]);
      expect(performance.now() - startMs).toBeLessThan(2_000);
    }
  });

  test('one that looks through the rest of the text for each place is looked for in a part of them, and what follows counts as found', () => {
    const spans = found('a(.{0,50}.{0,50}.*z)?', 'a'.repeat(500));
    expect(spans.join('')).toBe('a'.repeat(500));
    expect(spans.length).toBeLessThan(60);
    // Places one behind the other are all found for themselves.
    expect(found('\\d', '12'.repeat(250))).toHaveLength(500);
    expect(found('(ab|ba)c?', 'ab'.repeat(250))).toHaveLength(250);
  });

  test('sees through look-alikes, too', () =>
    expect(maskedBy([filter('call \\d{3}', { kind: 'PATTERN' })], 'Сall 123 now')).toBe('*** now'));
});

describe('links', () => {
  test.each([
    'https://example.com/x',
    'see example.com',
    'www.example.shop',
    'example . com',
    'example dot com',
    'example (dot) net',
    'ехаmple.соm',
    'ｅｘａｍｐｌｅ．ｃｏｍ',
    'ex\u200bample.c\u200bom',
    'example。com',
    'discord.gg/abc',
    'h t t p s : // x'.replace('h t t p s', 'https'),
    '10.0.0.1',
    'пример.ru',
  ])('"%s" is one', (text) => expect(hasLink([...text])).toBe(true));

  test.each(['hello. how are you', 'Stop. me too', 'v1.2.3', '3.50 coins', 'good... night', 'a dot is a dot', 'it is 10.30', 'no.'])(
    '"%s" is none',
    (text) => expect(hasLink([...text])).toBe(false),
  );
});

test('emotes are emoji and names between colons', () => {
  for (const text of ['🎁', '❤️ 👩‍👩‍👧 👍🏽', '🇩🇪', ':kappa: :pog_champ:', '1️⃣']) expect([text, isEmotesOnly(text)]).toEqual([text, true]);
  for (const text of ['hi 🎁', '', 'kappa', '12', ': :', ':a b:']) expect([text, isEmotesOnly(text)]).toEqual([text, false]);
});

describe('modes', () => {
  const now = new Date('2026-11-22T10:00:00.000Z');
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  const facts = (over: Partial<ChatFacts> = {}): ChatFacts => ({
    role: 'GUEST',
    isOperator: false,
    lastPostedAt: null,
    followsSince: null,
    lastSaidAt: null,
    hasLink: false,
    isEmotes: false,
    now,
    ...over,
  });

  test.each([
    ['SLOW_MODE', { slowSeconds: 10 }, { lastPostedAt: ago(9_999) }, { lastPostedAt: ago(10_000) }],
    ['FOLLOWERS_ONLY', { followersOnlyMinutes: 0 }, {}, { followsSince: now }],
    ['FOLLOWERS_ONLY', { followersOnlyMinutes: 1 }, { followsSince: ago(59_999) }, { followsSince: ago(60_000) }],
    ['MEMBERS_ONLY', { membersOnly: true }, {}, { role: 'MEMBER' }],
    ['EMOTES_ONLY', { emotesOnly: true }, {}, { isEmotes: true }],
    ['NOT_UNIQUE', { uniqueMinutes: 1 }, { lastSaidAt: ago(59_999) }, { lastSaidAt: ago(60_000) }],
    ['LINKS_NOT_ALLOWED', { links: 'MODERATORS_ONLY' }, { hasLink: true }, { hasLink: true, role: 'MODERATOR' }],
    ['LINKS_NOT_ALLOWED', { links: 'BLOCK' }, { hasLink: true, role: 'OWNER' }, { role: 'OWNER' }],
  ] as const)('%s', (code, modes, refused, allowed) => {
    const policy = { overrides: {}, modes: { ...OPEN_MODES, ...modes } };
    expect(chatFault(policy, facts(refused))).toMatchObject({ code });
    expect(chatFault(policy, facts(allowed))).toBeNull();
    expect(chatFault({ overrides: {}, modes: OPEN_MODES }, facts(refused))).toBeNull();
    // Who may skip modes is asked for links alone.
    if (code !== 'LINKS_NOT_ALLOWED') expect(chatFault(policy, facts({ ...refused, role: 'VIP' }))).toBeNull();
  });

  test('who may not post at all is told that', () => {
    const policy = { overrides: { POST: 'VIP' }, modes: OPEN_MODES } as const;
    expect(chatFault(policy, facts({ role: 'MEMBER' }))).toMatchObject({ code: 'POSTING_NOT_ALLOWED' });
    expect(chatFault(policy, facts({ role: 'VIP' }))).toBeNull();
  });
});

describe('what a conversation decides about itself', () => {
  const room = { ...roomBeforeItsStream('r', new Date(0)), ownerId: 'luna' };
  const moderator = { role: 'MODERATOR', isOperator: false } as const;
  const owner = { role: 'OWNER', isOperator: false } as const;
  const operator = { role: 'GUEST', isOperator: true } as const;
  const policy = openPolicy('r');
  const permission: PolicyAction = { type: 'permission', conversationId: 'r', permission: 'PIN', least: 'VIP' };
  const modes: PolicyAction = { type: 'modes', conversationId: 'r', modes: { slowSeconds: 5 } };
  const adds: PolicyAction = { type: 'addFilter', conversationId: 'r', filter: filter('x') };

  test.each([
    ['ROOM_NOT_FOUND', modes, { conversation: undefined, policy, actor: owner }],
    ['ROOM_NOT_FOUND', modes, { conversation: { ...room, kind: 'DIRECT' }, policy, actor: operator }],
    ['ROOM_NOT_FOUND', modes, { conversation: { ...room, kind: 'GROUP' }, policy, actor: { role: 'GUEST', isOperator: false } }],
    ['NOT_THE_OWNER', permission, { conversation: room, policy, actor: moderator }],
    ['NOT_A_MODERATOR', modes, { conversation: room, policy, actor: { role: 'VIP', isOperator: false } }],
    ['NOT_A_MODERATOR', { ...adds, conversationId: PLATFORM_ID }, { conversation: undefined, policy, actor: owner }],
    ['ROOM_NOT_FOUND', { ...modes, conversationId: PLATFORM_ID }, { conversation: undefined, policy, actor: operator }],
    ['FILTER_NOT_FOUND', { type: 'removeFilter', conversationId: 'r', filterId: 'x' }, { conversation: room, policy, actor: owner }],
  ] as const)('%s', (code, action, state) => expect(decidePolicy(action, state)).toBe(code));

  test('each change is a version; a permission goes back to what holds everywhere, and a filter replaces its twin', () => {
    const state = (actor: typeof owner | typeof moderator, before = policy) => ({ conversation: room, policy: before, actor });
    expect(decidePolicy(permission, state(owner))).toEqual({ ...policy, version: 1, overrides: { PIN: 'VIP' } });
    const back = { ...permission, least: null };
    expect(decidePolicy(back, state(owner, { ...policy, version: 1, overrides: { PIN: 'VIP' } }))).toEqual({ ...policy, version: 2 });
    expect(decidePolicy(modes, state(moderator))).toMatchObject({ modes: { ...OPEN_MODES, slowSeconds: 5 } });
    const twin = { ...policy, filters: [filter('x', { id: 'old', action: 'REFUSE' })] };
    expect(decidePolicy(adds, state(moderator, twin))).toMatchObject({ filters: [filter('x')] });
  });

  test('there are so many filters at most, and of patterns fewer', () => {
    const full = { ...policy, filters: Array.from({ length: FILTERS_MAX }, (_, index) => filter(`word${index}`)) };
    expect(decidePolicy(adds, { conversation: room, policy: full, actor: owner })).toBe('TOO_MANY_FILTERS');
    const patterns = Array.from({ length: FILTER_PATTERNS_MAX }, (_, index) => filter(`p${index}`, { kind: 'PATTERN' }));
    const more: PolicyAction = { ...adds, filter: filter('p', { kind: 'PATTERN' }) };
    expect(decidePolicy(more, { conversation: room, policy: { ...policy, filters: patterns }, actor: owner })).toBe('TOO_MANY_FILTERS');
  });

  test('patterns of one conversation are together no larger than a message may cost', () => {
    const large = (text: string) => filter(text, { kind: 'PATTERN' });
    const filters = [large('(abcde){50}'), large('(abcdf){50}')];
    const state = { conversation: room, policy: { ...policy, filters }, actor: owner };
    expect(decidePolicy({ ...adds, filter: large('(abcdg){50}') }, state)).toBe('TOO_MANY_FILTERS');
    expect(decidePolicy({ ...adds, filter: large('abcdg') }, state)).toMatchObject({ version: 1 });
    expect(decidePolicy({ ...adds, filter: filter('word') }, state)).toMatchObject({ version: 1 });
  });

  test.each([
    ['MODE_OUT_OF_RANGE', { ...modes, modes: { slowSeconds: 121 } }],
    ['MODE_OUT_OF_RANGE', { ...modes, modes: { uniqueMinutes: -1 } }],
    ['FILTER_EMPTY', { ...adds, filter: filter('!?') }],
    ['FILTER_TOO_LONG', { ...adds, filter: filter('x'.repeat(101)) }],
    ['PATTERN_NOT_POSSIBLE', { ...adds, filter: filter('(', { kind: 'PATTERN' }) }],
  ] as const)('%s is a fault of the input', (code, action) => expect(policyInputFault(action)).toMatchObject({ code }));
});
