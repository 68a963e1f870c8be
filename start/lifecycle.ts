import { once } from 'node:events';
import { messageOf, Stopped, say } from './report.ts';

/** Things that are open, closed in reverse order of opening, once. */
export interface Closing {
  /** Registers how to close something just opened. Throws Stopped where a stop was asked for meanwhile: nothing more needs to be opened then. */
  add(what: string, close: () => Promise<unknown> | unknown): void;
  /** Closes everything; a part that fails to close is reported and does not stop the rest. */
  close(): Promise<void>;
}

export const createClosing = (stop: AbortSignal): Closing => {
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
    add: (what, close) => {
      open.push({ what, close });
      stop.throwIfAborted();
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};

const PARENT_CHECK_MS = 500;

/** Aborts (with Stopped) when this process is asked to stop: Ctrl-C, SIGTERM, its terminal closes, or the npm that started it has ended. A second signal ends
 * the process at once, with exit code 130. */
export const listenForStop = (): AbortSignal => {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    say('Stopping …');
    controller.abort(new Stopped());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  // A closing terminal and its shell both send this one: the second is no impatience.
  process.on('SIGHUP', () => {
    if (!controller.signal.aborted) stop();
  });
  if (isStartedByNpm()) stopWithoutParent(controller.signal, stop);
  return controller.signal;
};

/** Resolves when a stop is asked for. */
export const untilStopped = async (stop: AbortSignal): Promise<void> => {
  if (!stop.aborted) await once(stop, 'abort');
};

/** npm hands a SIGTERM on to the shell between us, which ends without a word: that our parent is another one is all that we see of it. */
function stopWithoutParent(stopped: AbortSignal, stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!stopped.aborted) stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Started by hand (`node start/embedded.ts &`) it may well outlive its shell. */
function isStartedByNpm(): boolean {
  return process.env['npm_lifecycle_event']?.startsWith('start') === true;
}
