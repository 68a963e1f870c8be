// The lines of a room: what its log says, drawn one under the other, and what becomes of a line later.
const LINES_MAX = 500; // older lines leave the page

export const EVENT_FIELDS = `__typename id seq cursor at
  ... on ChatEvent { message { id type text isRecalled editedAt author { id displayName } custom { schema } attachments { id kind name bytes width height } replyTo { text attachments { name } author { displayName } } } }
  ... on GiftEvent { quantity coins combo { count } sender { displayName } gift { name } }
  ... on NoticeEvent { text welcome }
  ... on SkippedEvent { count }
  ... on SanctionEvent { user { id displayName } type }
  ... on ChatModesChangedEvent { modes { slowSeconds followersOnlyMinutes membersOnly emotesOnly links } }
  ... on MessageRecalledEvent { messageId }
  ... on MessageEditedEvent { message { id text } }
  ... on ReactionsChangedEvent { messageId reactions { emoji count } }
  ... on PinsChangedEvent { messageId isPinned }
  ... on AnnouncementChangedEvent { announced: text }
  ... on ResetEvent { reason }`;

export const make = (tag, className, textContent = '') => Object.assign(document.createElement(tag), { className, textContent });
export const coinsOf = (count) => `${count} ${String(count) === '1' ? 'coin' : 'coins'}`;
const messagesOf = (count) => `${count} ${count === 1 ? 'message' : 'messages'}`;
const SANCTIONS = { BAN: 'was banned', TIMEOUT: 'was timed out', KICK: 'was sent out' };

/** What a chat's modes ask of who writes, in words; empty: nothing. */
export const modesOf = ({ slowSeconds, followersOnlyMinutes, membersOnly, emotesOnly, links }) => [
  ...(slowSeconds > 0 ? [`slow: ${slowSeconds} s`] : []),
  ...(followersOnlyMinutes === null ? [] : ['followers only']),
  ...(membersOnly ? ['members only'] : []),
  ...(emotesOnly ? ['emotes only'] : []),
  ...(links === 'ALLOW' ? [] : ['no links']),
];

/** What a message says in one line: its text, or else the names of its files; empty, where it was recalled. */
export const gistOf = ({ text, attachments }) => text || attachments.map(({ name }) => name).join(', ');

/** A list that shows a room's events. `onReact(messageId, emoji, adds)`: a reaction was clicked. `drawFiles(messageId, attachments, onGrow)`: the files of a message. */
export function createLines(list, { onReact, drawFiles }) {
  let pinned = true;
  const lineOf = (messageId) => list.querySelector(`[data-message="${messageId}"]`);
  const keepPinned = () => {
    if (pinned) list.scrollTop = list.scrollHeight;
  };
  const append = (line) => {
    list.append(line);
    while (list.childElementCount > LINES_MAX) list.firstElementChild.remove();
    keepPinned();
  };

  const showReactions = (line, reactions) => {
    const mine = new Set(line.dataset.mine?.split(' '));
    line.querySelector('.reactions').replaceChildren(...reactions.map(({ emoji, count }) => {
      const chip = Object.assign(make('button', mine.has(emoji) ? 'mine' : '', `${emoji} ${count}`), { tabIndex: -1, onclick: () => react(line.dataset.message, emoji) });
      chip.ariaLabel = `${emoji}, ${count}`;
      return chip;
    }));
  };
  const react = async (messageId, emoji) => {
    const line = lineOf(messageId);
    const mine = new Set(line.dataset.mine?.split(' ').filter(Boolean));
    const adds = !mine.has(emoji);
    if (!(await onReact(messageId, emoji, adds))) return;
    adds ? mine.add(emoji) : mine.delete(emoji);
    line.dataset.mine = [...mine].join(' ');
    for (const chip of line.querySelectorAll('.reactions button')) chip.classList.toggle('mine', mine.has(chip.textContent.split(' ')[0]));
  };
  const blank = (line, why) => {
    line.classList.add('gone');
    line.querySelector('.what').textContent = why;
    for (const part of line.querySelectorAll('.reply, .files, .reactions, .edited')) part.replaceChildren();
  };

  /** `kind`: the class; what was said is in `.said`, as one reads it. */
  const lineFor = ({ seq, at }, kind, who, what) => {
    const line = make('li', kind);
    const said = make('span', 'said');
    said.append(make('b', 'who', who), ' ', make('span', 'what', what));
    line.dataset.seq = seq;
    line.title = `#${seq}, ${new Date(at).toLocaleTimeString()}`;
    line.append(said);
    return line;
  };
  const chatLine = (event) => {
    const { id, type, text, isRecalled, editedAt, author, custom, attachments, replyTo, reactions = [] } = event.message;
    const line = lineFor(event, type === 'SYSTEM' ? 'chat system' : 'chat', `${author.displayName}:`, text || (attachments.length > 0 ? '' : `[${custom?.schema ?? type.toLowerCase()}]`));
    const said = line.querySelector('.said');
    // Names that differ in one letter get colours far from each other.
    const hue = [...author.id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9_973, 7) * 137;
    line.style.setProperty('--hue', hue % 360);
    Object.assign(line.dataset, { message: id, author: author.id, initial: [...author.displayName][0] ?? '?', mine: reactions.filter(({ mine }) => mine).map(({ emoji }) => emoji).join(' ') });
    if (replyTo) said.prepend(make('span', 'reply', `↪ ${replyTo.author.displayName}: ${gistOf(replyTo) || 'recalled'}`));
    said.append(make('small', 'edited', editedAt ? ' (edited)' : ''), drawFiles(id, attachments, keepPinned), make('span', 'reactions'));
    showReactions(line, reactions);
    if (isRecalled) blank(line, 'message recalled');
    return line;
  };
  const skipped = (event) => {
    const last = list.lastElementChild;
    const before = last?.classList.contains('skipped') ? Number(last.dataset.count) : 0;
    if (before > 0) last.remove();
    const line = lineFor(event, 'note skipped', '', `busy room: skipped ${messagesOf(before + event.count)}`);
    line.dataset.count = before + event.count;
    append(line);
  };

  const SHOW = {
    ChatEvent: (event) => append(chatLine(event)),
    GiftEvent: (event) => {
      const { quantity, coins, combo, sender, gift } = event;
      const more = combo.count > quantity ? ` · combo × ${combo.count}` : '';
      append(lineFor(event, 'gift', sender.displayName, `sent ${quantity} × ${gift?.name ?? 'a gift'} (${coinsOf(coins)})${more}`));
    },
    NoticeEvent: (event) => append(lineFor(event, 'note', '', event.welcome ? `${event.text} ${event.welcome}` : event.text)),
    SkippedEvent: skipped,
    SanctionEvent: (event) => {
      for (const line of list.querySelectorAll('.chat')) if (line.dataset.author === event.user.id) blank(line, 'message removed');
      append(lineFor(event, 'note', event.user.displayName, SANCTIONS[event.type] ?? 'was sanctioned'));
    },
    ChatModesChangedEvent: (event) => append(lineFor(event, 'note', '', `The chat is now ${modesOf(event.modes).join(', ') || 'open to everybody'}.`)),
    MessageRecalledEvent: ({ messageId }) => {
      const line = lineOf(messageId);
      if (line) blank(line, 'message recalled');
    },
    MessageEditedEvent: ({ message }) => {
      const line = lineOf(message.id);
      if (!line || line.classList.contains('gone')) return;
      line.querySelector('.what').textContent = message.text;
      line.querySelector('.edited').textContent = ' (edited)';
    },
    ReactionsChangedEvent: ({ messageId, reactions }) => {
      const line = lineOf(messageId);
      if (line && !line.classList.contains('gone')) showReactions(line, reactions);
    },
  };

  // The newest line stays in sight, whatever takes room around it, until the reader scrolls up.
  let size = '';
  const sizeNow = () => `${list.clientWidth} × ${list.clientHeight}`;
  list.addEventListener('scroll', () => {
    // A list of another size scrolls by itself.
    if (size === sizeNow()) pinned = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  });
  new ResizeObserver(() => {
    size = sizeNow();
    if (pinned) list.scrollTo(0, list.scrollHeight);
  }).observe(list);
  return {
    /** Shows an event. One of a type that this page does not know, or that is for machines, shows nothing. */
    show: (event) => SHOW[event.__typename]?.(event),
    clear: () => {
      pinned = true;
      list.replaceChildren();
    },
    react,
  };
}
