import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ObjectForm } from '#platform/objects/objects.ts';
import { codeOf } from './files.ts';

/** What became of putting an object. `broken`: the body was shorter, or not the one whose digest was announced. */
export type PutOutcome = 'stored' | 'exists' | 'full' | 'broken';

/** An object that is open for reading. */
export interface OpenObject extends Omit<ObjectForm, 'sha256'> {
  /** Its bytes; closes it at their end. */
  read(): Readable;
  close(): Promise<void>;
}

/** Objects as files: the first line of a file is the type of its content, the rest is the object. A file appears whole or not at all. */
export interface ObjectFolder {
  put(name: string, form: ObjectForm, body: AsyncIterable<Buffer>): Promise<PutOutcome>;
  /** null: there is none. */
  open(name: string): Promise<OpenObject | null>;
  remove(name: string): Promise<void>;
}

/** The first line of a file at most. */
const TYPE_BYTES_MAX = 128;
/** Objects on their way. */
const INCOMING = '.incoming';

/** Opens the folder, and counts what is in it. Objects together never have more than `totalBytesMax` bytes. */
export const openObjectFolder = async (folder: string, totalBytesMax: number): Promise<ObjectFolder> => {
  const incoming = join(folder, INCOMING);
  // What a process that died has left behind.
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  let totalBytes = await bytesIn(folder);

  const put: ObjectFolder['put'] = async (name, form, body) => {
    if (totalBytes + form.bytes > totalBytesMax) return 'full';
    // Set aside before the first byte: two at once don't pass the limit together.
    totalBytes += form.bytes;
    const temporary = join(incoming, randomUUID());
    let outcome: PutOutcome = 'broken';
    try {
      if (await receive(temporary, form, body)) outcome = await publish(temporary, join(folder, name));
      return outcome;
    } finally {
      await rm(temporary, { force: true });
      if (outcome !== 'stored') totalBytes -= form.bytes;
    }
  };

  return {
    put,
    open: async (name) => {
      const file = await opened(join(folder, name));
      return file === null ? null : await read(file);
    },
    remove: async (name) => {
      const path = join(folder, name);
      const found = await opened(path);
      if (found === null) return;
      const object = await read(found);
      await object.close();
      await rm(path, { force: true });
      totalBytes -= object.bytes;
    },
  };
};

/** Writes a body to a file; whether it is the one that was announced. */
const receive = async (path: string, { contentType, bytes, sha256 }: ObjectForm, body: AsyncIterable<Buffer>): Promise<boolean> => {
  const file = await open(path, 'wx');
  try {
    await file.write(`${contentType}\n`);
    const digest = createHash('sha256');
    let left = bytes;
    for await (const chunk of body) {
      left -= chunk.length;
      if (left < 0) return false;
      digest.update(chunk);
      await file.write(chunk);
    }
    return left === 0 && (sha256 === null || digest.digest('base64') === sha256);
  } finally {
    await file.close();
  }
};

const publish = async (temporary: string, path: string): Promise<PutOutcome> => {
  await mkdir(dirname(path), { recursive: true });
  try {
    // Unlike a rename, it takes nobody's place.
    await link(temporary, path);
    return 'stored';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'exists';
    throw error;
  }
};

const opened = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};

const read = async (file: FileHandle): Promise<OpenObject> => {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(TYPE_BYTES_MAX), 0, TYPE_BYTES_MAX, 0);
  const end = buffer.subarray(0, bytesRead).indexOf('\n');
  return {
    contentType: buffer.toString('latin1', 0, end),
    bytes: size - end - 1,
    read: () => file.createReadStream({ start: end + 1 }),
    close: () => file.close(),
  };
};

const bytesIn = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
};
