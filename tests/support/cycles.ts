import { anOpenSocket } from './raw-socket.ts';

const SOCKETS = 5;
/** Operations that are open on one socket at the same time. */
const AT_ONCE = 20;
const QUERY = 'subscription ($after: Cursor) { e: roomEvents(roomId: "r1", after: $after) { __typename cursor seq } }';

/** Subscribes and completes so many times in all, over a few sockets; `afterOf(n)` is the cursor of the nth. Every other operation waits for its first payload before it is
 * completed, the others are completed at once. Resolves with what was neither a `next` message nor a refusal because the machine is busy. */
export const runCycles = async (url: string, cycles: number, afterOf: (cycle: number) => string | null): Promise<readonly string[]> => {
  const odd: string[] = [];
  let begun = 0;
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => anOpenSocket(url)));
  await Promise.all(
    sockets.map(
      ({ socket }) =>
        new Promise<void>((resolve) => {
          const open = new Set<string>();
          const begin = (): void => {
            while (open.size < AT_ONCE && begun < cycles) {
              const id = String(begun);
              socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query: QUERY, variables: { after: afterOf(begun) } } }));
              begun += 1;
              if (begun % 2 === 0) open.add(id);
              else socket.send(JSON.stringify({ type: 'complete', id }));
            }
            if (open.size === 0) resolve();
          };
          socket.on('message', (data) => {
            const text = String(data);
            const { type, id } = JSON.parse(text) as { type: string; id?: string };
            if (type !== 'next' && !text.includes('"BUSY"')) odd.push(text);
            if (id === undefined || !open.delete(id)) return;
            if (type === 'next') socket.send(JSON.stringify({ type: 'complete', id }));
            begin();
          });
          begin();
        }),
    ),
  );
  for (const { socket } of sockets) socket.terminate();
  return odd;
};
