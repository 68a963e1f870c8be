import type { ObjectStoreConfig } from '#platform/config/config.ts';
import type { Database } from '#platform/database/database.ts';
import { ObjectStoreAway, objectStoreAt, type PutAddress } from '#platform/objects/objects.ts';
import { type Recurring, startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import {
  GET_ADDRESS_SECONDS,
  GET_ADDRESS_STEP_MS,
  PUT_ADDRESS_SECONDS,
  SWEEP_EVERY_MS,
  SWEEPS_PARALLEL_MAX,
  SWEPT_UPLOADS_MAX,
} from '../domain/limits.ts';
import type { Attachment } from '../domain/message.ts';
import { dispositionOf, objectKeyOf, type Upload } from '../domain/upload.ts';
import { claimDropped, forgetDropped, type UploadPlace } from './uploads.ts';

/** A signed address, and until when it holds. */
export interface SignedUntil<Address> {
  readonly address: Address;
  readonly expiresAt: Date;
}

/** A file of a message, with where it lies. */
export interface PlacedAttachment extends Attachment {
  readonly conversationId: string;
}

/** The files of messages: addresses to put them to and read them at, and whether they are there. */
export interface Files {
  /** Whether there is a store for them. */
  readonly isOpen: boolean;
  /** Where an upload's bytes are to be put. */
  putAddressOf(upload: Upload): Promise<SignedUntil<PutAddress>>;
  /** Where a file can be read: for who may read its message. null: there is no store. */
  readAddressOf(attachment: PlacedAttachment): Promise<SignedUntil<string> | null>;
  /** Which of these uploads are in the store as they were declared. Throws ObjectStoreAway. */
  thereAmong(uploads: readonly Upload[]): Promise<readonly boolean[]>;
  /** Says that objects are to be deleted: that begins at once. */
  dropped(): void;
  close(): Promise<void>;
}

export interface FilesParts {
  readonly config: ObjectStoreConfig | null;
  readonly database: Database;
  readonly telemetry: Telemetry;
}

/** Opens the files of messages, and deletes in the background what no message has, or none any more. */
export const openFiles = ({ config, database, telemetry }: FilesParts): Files => {
  const store = config === null ? null : objectStoreAt(config);
  const sweep = store === null ? null : startSweep((key) => store.remove(key), { database, telemetry });
  const needed = () => {
    if (store === null) throw new Error('there is no object store: whoever asks looks at isOpen first');
    return store;
  };
  return {
    isOpen: store !== null,
    putAddressOf: async (upload) => {
      const at = new Date();
      const expiresSeconds = Math.max(1, Math.min(PUT_ADDRESS_SECONDS, Math.floor((upload.useBefore.getTime() - at.getTime()) / 1_000)));
      return {
        address: await needed().putAddress(objectKeyOf(upload), upload, { at, expiresSeconds }),
        expiresAt: after(at, expiresSeconds),
      };
    },
    readAddressOf: async (attachment) => {
      if (store === null) return null;
      const at = new Date(Math.floor(Date.now() / GET_ADDRESS_STEP_MS) * GET_ADDRESS_STEP_MS);
      const signature = { at, expiresSeconds: GET_ADDRESS_SECONDS };
      const address = await store.getAddress(objectKeyOf(attachment), dispositionOf(attachment), signature);
      return { address, expiresAt: after(at, GET_ADDRESS_SECONDS) };
    },
    thereAmong: (uploads) =>
      Promise.all(
        uploads.map(async (upload) => {
          const found = await needed().look(objectKeyOf(upload));
          return found?.contentType === upload.contentType && found.bytes === upload.bytes;
        }),
      ),
    dropped: () => sweep?.wake(),
    close: async () => sweep?.close(),
  };
};

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1_000);

/** Deletes the objects of uploads that are to go. One that the store does not delete now is tried again later. */
const startSweep = (
  remove: (key: string) => Promise<void>,
  { database, telemetry }: Pick<FilesParts, 'database' | 'telemetry'>,
): Recurring => {
  const swept = telemetry.counter('fanfare_message_files_deleted_total', 'Objects of messages deleted by what came of it.', ['outcome']);
  const tryToRemove = async (place: UploadPlace): Promise<boolean> => {
    try {
      await remove(objectKeyOf(place));
      swept.inc({ outcome: 'deleted' });
      return true;
    } catch (error) {
      if (!(error instanceof ObjectStoreAway)) throw error;
      swept.inc({ outcome: 'failed' });
      telemetry.log.warn({ err: error, uploadId: place.id }, 'the file of a message was not deleted and will be tried again');
      return false;
    }
  };
  return startRecurring({
    name: 'delete-message-files',
    everyMs: SWEEP_EVERY_MS,
    telemetry,
    run: async () => {
      // A store that is away is not asked about all that waits: one batch that fails ends the run.
      for (let isFull = true; isFull; ) {
        const claimed = await claimDropped(database, SWEPT_UPLOADS_MAX);
        const gone: UploadPlace[] = [];
        for (let next = 0; next < claimed.length; next += SWEEPS_PARALLEL_MAX) {
          const some = claimed.slice(next, next + SWEEPS_PARALLEL_MAX);
          const removed = await Promise.all(some.map(tryToRemove));
          gone.push(...some.filter((_, index) => removed[index] === true));
        }
        if (gone.length > 0) await forgetDropped(database, gone);
        isFull = gone.length === SWEPT_UPLOADS_MAX;
      }
    },
  });
};
