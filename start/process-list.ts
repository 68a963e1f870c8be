import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What runs on a data folder now, for operators and tests. It holds database passwords: readable by its owner only. */
export interface ProcessList {
  readonly pids: Readonly<Record<string, number>>;
  readonly urls: Readonly<Record<string, string>>;
  readonly databaseUrls: Readonly<Record<string, string>>;
}

/** `<data>/processes.json`. A reader sees one list or the next, never half of one. */
export interface ProcessListFile {
  write(list: ProcessList): Promise<void>;
  remove(): Promise<void>;
}

export const openProcessList = (dataFolder: string): ProcessListFile => {
  const file = join(dataFolder, 'processes.json');
  // One after the other: programs come and go at the same time, and the last list must win.
  let last: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work);
    return last;
  };
  return {
    write: (list) =>
      next(async () => {
        await mkdir(dataFolder, { recursive: true });
        await writeFile(`${file}.new`, `${JSON.stringify(list, null, 2)}\n`, { mode: 0o600 });
        await rename(`${file}.new`, file);
      }),
    remove: () => next(() => rm(file, { force: true })),
  };
};
