import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What runs on a data folder now, for operators and tests. It holds database passwords: readable by its owner only. */
export interface ProcessList {
  /** The process that started all of it, and stops all of it when it is asked to. */
  readonly starter: number;
  readonly pids: Readonly<Record<string, number>>;
  readonly urls: Readonly<Record<string, string>>;
  readonly databaseUrls: Readonly<Record<string, string>>;
}

const processList = z.object({
  starter: z.number().int().positive(),
  pids: z.record(z.string(), z.number()),
  urls: z.record(z.string(), z.string()),
  databaseUrls: z.record(z.string(), z.string()),
});

/** `<data>/processes.json`. A reader sees one list or the next, never half of one. */
export interface ProcessListFile {
  write(list: ProcessList): Promise<void>;
  /** Resolves when all that was asked for has been done. */
  settled(): Promise<void>;
  remove(): Promise<void>;
}

/** The list of a run that is under way, or that ended without taking its list away (kill -9); null where there is none, or none that we understand. */
export const readProcessList = async (dataFolder: string): Promise<ProcessList | null> => {
  try {
    return processList.parse(JSON.parse(await readFile(fileOf(dataFolder), 'utf8')));
  } catch {
    // It only makes a message better: what is missing, half or foreign is as good as none.
    return null;
  }
};

export const openProcessList = (dataFolder: string): ProcessListFile => {
  const file = fileOf(dataFolder);
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
    settled: () => last,
    remove: () => next(() => rm(file, { force: true })),
  };
};

function fileOf(dataFolder: string): string {
  return join(dataFolder, 'processes.json');
}
