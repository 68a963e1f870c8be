/** Works on up to `inFlightMax` items at the same time and hands the results over in the order of the items. Resolves when the source has ended
 * and everything was handed over; rejects with what the source, `work` or `deliver` throws. While `deliver` waits, the source is not read further. */
export const inOrder = async <Item, Result>(
  source: AsyncIterable<Item>,
  inFlightMax: number,
  work: (item: Item) => Promise<Result>,
  deliver: (result: Result) => void | Promise<void>,
): Promise<void> => {
  const waiting: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  try {
    for await (const item of source) {
      const result = work(item);
      const before = last;
      last = (async () => {
        // Both are awaited together, so that a failing one never goes unheard while the other is waited for.
        const [, ready] = await Promise.all([before, result]);
        await deliver(ready);
      })();
      // The failure is thrown below, where it is awaited; until then it must not count as unhandled.
      last.catch(() => undefined);
      waiting.push(last);
      if (waiting.length >= inFlightMax) await waiting.shift();
    }
  } finally {
    // Also when the source has failed: what came before is handed over first.
    await last;
  }
};
