// A combo (连击): the same gift sent again and again by one sender in one stream, each within the gift's window of the one before. It counts pieces.

/** The last gift of a sender in a stream and the combo that it belongs to. */
export interface Combo {
  readonly giftId: string;
  /** The id of the order that began it. */
  readonly id: string;
  /** Pieces so far. */
  readonly count: number;
  /** The last moment at which another one still belongs to it, epoch milliseconds. */
  readonly untilMs: number;
}

/** Where a combo's count stays: what an Int of the graph can say. */
export const COMBO_COUNT_MAX = 2_147_483_647;

export interface ComboStep {
  readonly orderId: string;
  readonly giftId: string;
  readonly quantity: number;
  readonly nowMs: number;
  /** How soon the next one must follow. */
  readonly windowMs: number;
}

/** The combo with one more order. Another gift, or a pause beyond the window, begins a new one. Clocks of two processes may differ: a combo never ends earlier than
 * it was said to. */
export const comboAfter = (before: Combo | null, { orderId, giftId, quantity, nowMs, windowMs }: ComboStep): Combo => {
  const untilMs = nowMs + windowMs;
  if (before === null || before.giftId !== giftId || nowMs > before.untilMs) return { giftId, id: orderId, count: quantity, untilMs };
  return { giftId, id: before.id, count: Math.min(before.count + quantity, COMBO_COUNT_MAX), untilMs: Math.max(untilMs, before.untilMs) };
};
