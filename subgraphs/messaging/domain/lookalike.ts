// Words are disguised by look-alike characters of other alphabets, full-width and mathematical letters, invisible characters, marks, digits for letters. What is compared here is
// what a reader sees. The pairs come from Unicode's table of confusables (UTS #39), as far as they look like a letter of the Latin alphabet.

/** A text as it is compared. `from`: per character, which character of the original it came from. */
export interface FoldedText {
  readonly characters: readonly string[];
  readonly from: readonly number[];
}

/** How digits and signs are read: as they are, or as the letters that they look like. "1" may be an i or an l. */
export type Reading = 'plain' | 'leet-i' | 'leet-l';

export const READINGS: readonly Reading[] = ['plain', 'leet-i', 'leet-l'];

/** The original's characters, as people count them. */
export const charactersOf = (text: string): readonly string[] => [...text];

/** Reads a text as it is seen: compatible forms, lower case, no marks, nothing invisible, look-alikes as the letter that they look like. */
export const fold = (characters: readonly string[], reading: Reading): FoldedText => {
  const folded: string[] = [];
  const from: number[] = [];
  for (const [index, character] of characters.entries()) {
    for (const each of foldOne(character, reading)) {
      folded.push(each);
      from.push(index);
    }
  }
  return { characters: folded, from };
};

const foldOne = (character: string, reading: Reading): string => {
  const code = character.codePointAt(0) ?? 0;
  // Most of what is said.
  if (code < ASCII_END) return readingOf(character.toLowerCase(), reading);
  const lettered = letterOfEmoji(code);
  if (lettered !== null) return lettered;
  const plain = (CAPITALS.get(character) ?? character).normalize('NFKD').replace(UNSEEN, '').toLowerCase();
  return [...plain].map((each) => readingOf(LOOKALIKES.get(each) ?? each, reading)).join('');
};

const ASCII_END = 0x80;
/** Marks on letters; format characters (zero width, direction, tags, soft hyphens); variation selectors are marks. */
const UNSEEN = /[\p{M}\p{Cf}\u115f\u1160\u3164\uffa0]/gu;

const readingOf = (character: string, reading: Reading): string => {
  if (reading === 'plain') return character;
  if (LIKE_ONE.has(character)) return reading === 'leet-i' ? 'i' : 'l';
  return LEET.get(character) ?? character;
};

const LIKE_ONE: ReadonlySet<string> = new Set(['1', '!', '|']);
const LEET: ReadonlyMap<string, string> = new Map(
  Object.entries({
    0: 'o',
    2: 'z',
    3: 'e',
    4: 'a',
    5: 's',
    6: 'g',
    7: 't',
    8: 'b',
    9: 'g',
    '@': 'a',
    $: 's',
    '+': 't',
    '€': 'e',
    '£': 'l',
  }),
);

/** First code points of alphabets that are drawn as emoji: regional indicators, letters in black circles and squares. */
const EMOJI_ALPHABETS = [0x1f1e6, 0x1f150, 0x1f170];
const LETTERS = 26;

const letterOfEmoji = (code: number): string | null => {
  for (const first of EMOJI_ALPHABETS) if (code >= first && code < first + LETTERS) return String.fromCharCode(0x61 + code - first);
  return null;
};

const pairs = (originals: string, seen: string): readonly (readonly [string, string])[] =>
  [...originals].map((original, index) => [original, [...seen][index] ?? original]);

/** Capitals that look like another letter than their small form does. */
const CAPITALS: ReadonlyMap<string, string> = new Map(pairs('ΗΝΥΒΖΜΧΡВНУСРХТМКЕАОІЈЅ', 'hnybzmxpbhycpxtmkeaoijs'));

const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  // Cyrillic.
  ...pairs('аеорсухіјѕһԁԛԝьвкмнтгпиѵӏҽӡяԍ', 'aeopcyxijshdqwbbkmhtrnuvlezrg'),
  // Greek.
  ...pairs('αβεικνορτυχγηωμσϲϳ', 'abeikvoptuxynwuocj'),
  // Armenian.
  ...pairs('օսհոզցքյ', 'ouhnqgpj'),
  // Small capitals, and letters with a stroke or without a dot.
  ...pairs('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnoprstuvwyz'),
  ...pairs('ıɑɡøđłħŧƒȷɩʋɯꞵþð', 'iagodlhtfjivwbpd'),
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['。', '.'],
  ['․', '.'],
  ['∙', '.'],
]);
