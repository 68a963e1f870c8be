import { createServer } from 'node:net';
import { messageOf, say } from './report.ts';

/** Things that are open, closed in reverse order of opening, once. */
export interface Closing {
  /** Registers how to close something just opened. */
  add(what: string, close: () => Promise<unknown> | unknown): void;
  /** Closes everything; a part that fails to close is reported and does not stop the rest. */
  close(): Promise<void>;
}

export const createClosing = (): Closing => {
  const open: { what: string; close: () => Promise<unknown> | unknown }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      try {
        await part.close();
      } catch (error) {
        say(`${part.what} did not close cleanly: ${messageOf(error)}`);
      }
    }
  };
  return {
    add: (what, close) => void open.push({ what, close }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};

/** Resolves with the first signal that asks this process to stop. A second one ends it at once with exit code 130. */
export const untilAskedToStop = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });

/** Where everything listens that `start/` starts. */
export const HOST = '127.0.0.1';

/** Throws one sentence when that port is taken. Cheap, and before anything slow has been started. */
export const requirePortFree = async (port: number): Promise<void> => {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      reject(
        new Error(
          `Port ${port} on ${HOST} cannot be used (${messageOf(error)}). Stop what listens there, or choose another one with --port.`,
        ),
      );
    });
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
};
