import { parseCursor } from '#platform/feed/cursor.ts';
import type { FeedEvent, PullResponse } from '#platform/feed/feed.ts';
import type { ApplyAnswer, BoardChange, Boards, Marks, ShelfChange } from '#platform/store/boards.ts';
import { BOARD_MEMBERS_MAX, createTally, streamOfBoard } from '../domain/board.ts';
import { boardGiftOf, toBoardChanges } from './boardNews.ts';

export type PulledGifts = PullResponse['feeds'][number];

/** What became of a batch of news, shelf by shelf. */
export interface ShelfAnswers {
  /** Where shelves stand now that have moved, by us or by others. */
  readonly marks: ReadonlyMap<number, Marks>;
  /** Shelves that are not there, or have counted another log than this. */
  readonly lost: readonly number[];
  /** Whether somebody holds one of the shelves. */
  readonly held: boolean;
  /** Streams whose boards have changed. */
  readonly streamIds: ReadonlySet<string>;
}

/** Puts what was pulled on all shelves, each from where it stands. Usually all stand at the same place, and the gifts are summed up once. Rejects when the store cannot be reached: then some shelves
 * have the news and others have not, as their marks say. */
export const applyNews = async (
  boards: Boards,
  shelves: ReadonlyMap<number, Marks>,
  pulled: readonly PulledGifts[],
): Promise<ShelfAnswers> => {
  const news = new Map<string, News | null>();
  const newsOf = (marks: Marks): News | null => {
    const place = pulled.map(({ feed }) => marks.get(feed)).join(' ');
    const known = news.get(place);
    if (known !== undefined) return known;
    const made = newsAfter(marks, pulled);
    news.set(place, made);
    return made;
  };
  const answers = await Promise.all(
    [...shelves].map(async ([shelf, marks]) => ({ shelf, marks, ...(await applyToShelf(boards, shelf, newsOf(marks))) })),
  );
  const streamIds = new Set<string>();
  for (const [shelf, { changes }] of answers.flatMap(({ shelf, answer, made }) =>
    answer.state === 'applied' ? [[shelf, made] as const] : [],
  ))
    for (const { board } of changes.get(shelf) ?? []) {
      const streamId = streamOfBoard(board);
      if (streamId !== null) streamIds.add(streamId);
    }
  return {
    marks: new Map(answers.flatMap(({ shelf, marks, answer, made }) => marksAfter(shelf, marks, answer, made))),
    lost: answers.filter(({ answer }) => answer.state === 'lost').map(({ shelf }) => shelf),
    held: answers.some(({ answer }) => answer.state === 'held'),
    streamIds,
  };
};

/** What a shelf that stands at a certain place has not heard yet. */
interface News {
  readonly moves: ShelfChange['moves'];
  readonly changes: ReadonlyMap<number, readonly BoardChange[]>;
}

const NO_NEWS: News = { moves: [], changes: new Map() };

/** null: the shelf stands at a place which is not in this log. */
const newsAfter = (marks: Marks, pulled: readonly PulledGifts[]): News | null => {
  const tally = createTally();
  const moves: { readonly feed: string; readonly from: string; readonly to: string }[] = [];
  for (const { feed, events } of pulled) {
    const from = marks.get(feed);
    const fresh = from === undefined ? null : eventsAfter(from, events);
    if (from === undefined || fresh === null) return null;
    const last = fresh.at(-1);
    if (last === undefined) continue;
    moves.push({ feed, from, to: last.cursor });
    for (const event of fresh) {
      const gift = boardGiftOf(event);
      if (gift !== null) tally.add(gift);
    }
  }
  return { moves, changes: toBoardChanges(tally.take()) };
};

/** The events after a place that is among them, before the first or after the last; null where another event stands at its seq. */
const eventsAfter = (cursor: string, events: readonly FeedEvent[]): readonly FeedEvent[] | null => {
  const [first] = events;
  if (first === undefined) return [];
  const index = parseCursor(cursor).seq - first.seq;
  if (index < 0) return events;
  const event = events[index];
  if (event === undefined) return [];
  return event.cursor === cursor ? events.slice(index + 1) : null;
};

const applyToShelf = async (
  boards: Boards,
  shelf: number,
  news: News | null,
): Promise<{ readonly answer: ApplyAnswer; readonly made: News }> => {
  if (news === null) return { answer: { state: 'lost' }, made: NO_NEWS };
  if (news.moves.length === 0) return { answer: { state: 'applied' }, made: news };
  const change = { moves: news.moves, boards: news.changes.get(shelf) ?? [], membersMax: BOARD_MEMBERS_MAX };
  return { answer: await boards.apply(shelf, change), made: news };
};

const marksAfter = (shelf: number, marks: Marks, answer: ApplyAnswer, { moves }: News): readonly (readonly [number, Marks])[] => {
  if (answer.state === 'moved') return [[shelf, answer.marks]];
  if (answer.state !== 'applied') return [];
  return [[shelf, new Map([...marks, ...moves.map(({ feed, to }) => [feed, to] as const)])]];
};
