import type { WebSocket } from 'ws';

/** Pings a socket every `everyMs` milliseconds, and cuts one that has not answered by the next ping. Returns how to stop. */
export const keepAlive = (socket: WebSocket, everyMs: number): (() => void) => {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
};
