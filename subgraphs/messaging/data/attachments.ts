import type { Transaction } from '#platform/database/database.ts';
import type { AttachmentFault } from '../domain/posting.ts';
import { mayDo } from '../domain/role.ts';
import type { Upload } from '../domain/upload.ts';
import { type Right, type RightsSubject, readRights } from './rights.ts';
import type { Draft, SendRules, SendSession, Settled, Verdict } from './sendRules.ts';
import { lockUploads, takeUploads, type UploadPlace, uploadKeyOf } from './uploads.ts';

/** Files are in one message each, and of whom the conversation lets send any: exact under the locks of conversation and uploads. An edit has the files that its message had. */
export const attachments: SendRules = {
  open: async (tx, drafts, now) => {
    const carriers = drafts.filter((draft) => placesOf(draft).length > 0);
    if (carriers.length === 0) return { decide: () => null };
    const places = new Map(carriers.flatMap(placesOf).map((place) => [uploadKeyOf(place), place]));
    const [uploads, rightOf] = await Promise.all([lockUploads(tx, [...places.values()]), readRights(tx, carriers.map(subjectOf))]);
    return new AttachmentSession(tx, { uploads, rightOf, now });
  },
};

/** What a batch knows before it is decided. */
interface Known {
  readonly uploads: ReadonlyMap<string, Upload>;
  readonly rightOf: (subject: RightsSubject) => Right;
  readonly now: Date;
}

class AttachmentSession implements SendSession {
  readonly #tx: Transaction;
  readonly #known: Known;
  readonly #used = new Map<string, UploadPlace & { readonly eventId: string }>();

  constructor(tx: Transaction, known: Known) {
    this.#tx = tx;
    this.#known = known;
  }

  decide(draft: Draft): Verdict {
    if (placesOf(draft).length > 0 && !this.#mayAttach(draft)) return refusal('ATTACHMENTS_NOT_ALLOWED');
    for (const place of placesOf(draft)) {
      const fault = this.#faultOf(draft, uploadKeyOf(place));
      if (fault !== null) return refusal(fault);
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

  #mayAttach(draft: Draft): boolean {
    const { role, overrides } = this.#known.rightOf(subjectOf(draft));
    return mayDo({ role, isOperator: draft.author.isOperator }, 'ATTACH', overrides);
  }

  #faultOf({ author, eventId }: Draft, key: string): AttachmentFault | null {
    const upload = this.#known.uploads.get(key);
    if (upload?.authorId !== author.id) return 'ATTACHMENT_NOT_FOUND';
    // It has waited for a moderator, and its files with it.
    if (upload.eventId === eventId) return null;
    if (upload.eventId !== null || this.#used.has(key)) return 'ATTACHMENT_USED';
    return upload.useBefore > this.#known.now ? null : 'ATTACHMENT_EXPIRED';
  }
}

// The code says it all: the graph has a sentence for it.
const refusal = (code: AttachmentFault): Verdict => ({ type: 'refuse', code, message: code });

const subjectOf = ({ conversation, author }: Draft): RightsSubject => ({ conversation, userId: author.id });

const placesOf = ({ conversation, body, replaces }: Draft): readonly UploadPlace[] =>
  replaces === undefined ? body.attachments.map(({ id }) => ({ conversationId: conversation.id, id })) : [];
