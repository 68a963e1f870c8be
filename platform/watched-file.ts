import { readFile, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a watched file is looked at. Looking works where notices of the system do not arrive: on network disks and mounted configuration maps. */
export const FILE_LOOK_MS = 1_000;
/** A changed file is read when it has stayed the same for so long: a part of it may be valid, too. */
export const FILE_SETTLED_MS = 200;

export interface WatchedFileOptions {
  readonly bytesMax: number;
  /** Gets the text after each change. What it throws goes to `onFault`; the next change is tried again. */
  readonly onChange: (text: string) => Promise<void>;
  /** The file can't be read, or `onChange` has thrown. Told once per change, not once per look. */
  readonly onFault: (error: unknown) => void;
}

export interface WatchedFile {
  close(): void;
}

/** Reads a text file. Throws an Error that names it when it can't be read or has more than `bytesMax`. */
export const readTextFile = async (path: string, bytesMax: number): Promise<string> => {
  const { size } = await stat(path);
  if (size > bytesMax) throw new Error(`${path} has ${size} bytes; the limit is ${bytesMax}.`);
  return readFile(path, 'utf8');
};

const stateOf = async (path: string): Promise<string> => {
  const { ino, ctimeMs, size } = await stat(path);
  return `${ino} ${ctimeMs} ${size}`;
};

/** Looks at a file every FILE_LOOK_MS and tells when its content has changed since `known`, its text until now. */
export const watchFile = (path: string, known: string, { bytesMax, onChange, onFault }: WatchedFileOptions): WatchedFile => {
  let text = known;
  let seen = '';
  let told = '';
  let closed = false;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    try {
      const now = await stateOf(path);
      if (now === seen) return;
      await wait(FILE_SETTLED_MS, undefined, { ref: false });
      if ((await stateOf(path)) !== now) return;
      seen = now;
      const found = await readTextFile(path, bytesMax);
      if (found === text || closed) return;
      text = found;
      await onChange(found);
      told = '';
    } catch (error) {
      const fault = `${seen} ${String(error)}`;
      if (fault === told) return;
      told = fault;
      onFault(error);
    }
  };
  const next = (): void => {
    timer = setTimeout(() => void look().finally(() => (closed ? undefined : next())), FILE_LOOK_MS);
    // Watching keeps no process alive.
    timer.unref();
  };
  next();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
