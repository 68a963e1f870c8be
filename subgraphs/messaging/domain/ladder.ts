/** How much of a room's chat its viewers are sent, from all of it at once to a part of it in groups. Gifts, notices and whatever else is no chat are sent on every step, at once.
 * BATCHED: all of it, in groups. SAMPLED_n: one of n messages. SLOW_MODE_SUGGESTED: as SAMPLED_20, and moderators are told that slow mode would help. */
export const ROOM_STEPS = ['FULL', 'BATCHED', 'SAMPLED_2', 'SAMPLED_5', 'SAMPLED_20', 'SLOW_MODE_SUGGESTED'] as const;
export type RoomStep = (typeof ROOM_STEPS)[number];

/** What a room asks of the platform. `messagesPerSecond`: posted. `viewers`: each of them would get every one. */
export interface RoomLoad {
  readonly messagesPerSecond: number;
  readonly viewers: number;
}

/** From how much on a step is needed: deliveries per second (messages × viewers), or messages alone, whoever is there to read them. */
interface Rung {
  readonly step: RoomStep;
  readonly deliveriesPerSecond: number;
  readonly messagesPerSecond: number;
}

/** A delivery takes 3 to 12 µs of a core, so up to the first rung a room costs a process one core; from there on what is sent stays near that. Of messages alone: a page
 * that draws some hundreds in a second does nothing else. */
const RUNGS: readonly Rung[] = [
  { step: 'FULL', deliveriesPerSecond: 0, messagesPerSecond: 0 },
  { step: 'BATCHED', deliveriesPerSecond: 150_000, messagesPerSecond: 200 },
  { step: 'SAMPLED_2', deliveriesPerSecond: 250_000, messagesPerSecond: 400 },
  { step: 'SAMPLED_5', deliveriesPerSecond: 500_000, messagesPerSecond: 800 },
  { step: 'SAMPLED_20', deliveriesPerSecond: 1_250_000, messagesPerSecond: 2_500 },
  { step: 'SLOW_MODE_SUGGESTED', deliveriesPerSecond: 5_000_000, messagesPerSecond: 10_000 },
];

/** A room goes down to a step when its load is below this share of what would lead above it, so that one at the edge does not go to and fro. */
const DOWN_SHARE = 0.6;

/** Of so many messages one is sent. */
const ONE_OF: Readonly<Record<RoomStep, number>> = {
  FULL: 1,
  BATCHED: 1,
  SAMPLED_2: 2,
  SAMPLED_5: 5,
  SAMPLED_20: 20,
  SLOW_MODE_SUGGESTED: 20,
};

const STEPS: ReadonlySet<string> = new Set(ROOM_STEPS);

export const isRoomStep = (text: unknown): text is RoomStep => typeof text === 'string' && STEPS.has(text);

/** The step that a room should be on. `now`: its load at the moment, which may lead it up at once; `peak`: the highest of the last while, which keeps it where it is. */
export const stepFor = (step: RoomStep, { now, peak }: { readonly now: RoomLoad; readonly peak: RoomLoad }): RoomStep => {
  const needed = placeFor(now, 1);
  const current = ROOM_STEPS.indexOf(step);
  const place = needed > current ? needed : Math.min(current, placeFor(peak, DOWN_SHARE));
  return ROOM_STEPS[place] ?? step;
};

/** Whether a message is among those that are sent on this step. It depends on the message's event alone, so every process and every replay sends the same ones, and who is sent few gets a
 * part of what others are sent. `eventId`: a UUIDv7, whose last 32 bits are by chance. */
export const isSent = (eventId: string, step: RoomStep): boolean =>
  ONE_OF[step] === 1 || Number.parseInt(eventId.slice(-8), 16) < 2 ** 32 / ONE_OF[step];

/** Whether messages wait for others to travel with. */
export const isBatched = (step: RoomStep): boolean => step !== 'FULL';

const placeFor = ({ messagesPerSecond, viewers }: RoomLoad, share: number): number =>
  RUNGS.findLastIndex(
    (rung) => messagesPerSecond >= rung.messagesPerSecond * share || messagesPerSecond * viewers >= rung.deliveriesPerSecond * share,
  );
