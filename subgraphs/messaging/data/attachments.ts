import type { Transaction } from '#platform/database/database.ts';
import type { AttachmentFault } from '../domain/posting.ts';
import type { Upload } from '../domain/upload.ts';
import type { Draft, SendRules, SendSession, Settled, Verdict } from './sendRules.ts';
import { lockUploads, takeUploads, type UploadPlace, uploadKeyOf } from './uploads.ts';

/** Files are in one message each: exact under the locks of their uploads. An edit has the files that its message had. */
export const attachments: SendRules = {
  open: async (tx, drafts, now) => {
    const places = new Map(drafts.flatMap(placesOf).map((place) => [uploadKeyOf(place), place]));
    const uploads = places.size === 0 ? new Map<string, Upload>() : await lockUploads(tx, [...places.values()]);
    return new AttachmentSession(tx, uploads, now);
  },
};

class AttachmentSession implements SendSession {
  readonly #tx: Transaction;
  readonly #uploads: ReadonlyMap<string, Upload>;
  readonly #now: Date;
  readonly #used = new Map<string, UploadPlace & { readonly eventId: string }>();

  constructor(tx: Transaction, uploads: ReadonlyMap<string, Upload>, now: Date) {
    this.#tx = tx;
    this.#uploads = uploads;
    this.#now = now;
  }

  decide(draft: Draft): Verdict {
    for (const place of placesOf(draft)) {
      const fault = this.#faultOf(draft, uploadKeyOf(place));
      if (fault !== null) return { type: 'refuse', code: fault, message: fault };
    }
    return null;
  }

  settled(draft: Draft, what: Settled): void {
    // What waits for a moderator keeps its files.
    if (what === 'refused') return;
    for (const place of placesOf(draft)) this.#used.set(uploadKeyOf(place), { ...place, eventId: draft.eventId });
  }

  async save(): Promise<void> {
    if (this.#used.size > 0) await takeUploads(this.#tx, [...this.#used.values()]);
  }

  #faultOf({ author, eventId }: Draft, key: string): AttachmentFault | null {
    const upload = this.#uploads.get(key);
    if (upload?.authorId !== author.id) return 'ATTACHMENT_NOT_FOUND';
    // It has waited for a moderator, and its files with it.
    if (upload.eventId === eventId) return null;
    if (upload.eventId !== null || this.#used.has(key)) return 'ATTACHMENT_USED';
    return upload.useBefore > this.#now ? null : 'ATTACHMENT_EXPIRED';
  }
}

const placesOf = ({ conversation, body, replaces }: Draft): readonly UploadPlace[] =>
  replaces === undefined ? body.attachments.map(({ id }) => ({ conversationId: conversation.id, id })) : [];
