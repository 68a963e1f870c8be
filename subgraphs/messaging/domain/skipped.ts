import type { SkippedEvent } from './roomEvent.ts';

/** Messages next to each other that are not sent, as far as they are known. */
export interface SkippedRun {
  readonly fromSeq: number;
  readonly count: number;
  /** The last of them. */
  readonly last: { readonly seq: number; readonly cursor: string; readonly at: Date };
}

/** The run with one more message, or one that begins with it. */
export const withSkipped = (run: SkippedRun | null, last: SkippedRun['last']): SkippedRun =>
  run === null ? { fromSeq: last.seq, count: 1, last } : { fromSeq: run.fromSeq, count: run.count + 1, last };

/** What is told of them. Whoever goes on after its cursor is not told again. */
export const skippedEventOf = ({ fromSeq, count, last: { seq, cursor, at } }: SkippedRun): SkippedEvent => ({
  __typename: 'SkippedEvent',
  id: `skipped:${fromSeq}:${cursor}`,
  cursor,
  seq,
  at,
  fromSeq,
  toSeq: seq,
  count,
});
