import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `<data>/processes.json`: what runs on this data folder now, for operators and tests. It holds database passwords: readable by its owner only. */
export interface ProcessList {
  readonly pids: Readonly<Record<string, number>>;
  readonly urls: Readonly<Record<string, string>>;
  readonly databaseUrls: Readonly<Record<string, string>>;
}

/** Replaces the list in one step: a reader sees the old one or the new one. */
export const writeProcessList = async (dataFolder: string, list: ProcessList): Promise<void> => {
  await mkdir(dataFolder, { recursive: true });
  const file = join(dataFolder, 'processes.json');
  await writeFile(`${file}.new`, `${JSON.stringify(list, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
};

export const removeProcessList = (dataFolder: string): Promise<void> => rm(join(dataFolder, 'processes.json'), { force: true });
