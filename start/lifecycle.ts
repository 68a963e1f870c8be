import { createServer } from 'node:net';

/** Things that are open, closed in reverse order of opening, once. */
export interface Closing {
  /** Registers how to close something just opened. */
  add(what: string, close: () => Promise<unknown> | unknown): void;
  /** Closes everything; a part that fails to close is reported and does not stop the rest. */
  close(): Promise<void>;
}

export const createClosing = (report: (what: string, error: unknown) => void): Closing => {
  const open: { what: string; close: () => Promise<unknown> | unknown }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      try {
        await part.close();
      } catch (error) {
        report(part.what, error);
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

/** Throws when nobody may listen there. Cheap, and before anything slow has been started. */
export const checkPortFree = (host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
