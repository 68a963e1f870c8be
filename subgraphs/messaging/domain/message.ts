/** What a message is made of. IMAGE: images alone; FILE: files, and images among them where there are some. CUSTOM: data of a form that a front end has named. SYSTEM: what a
 * service of the platform tells people. */
export type MessageType = 'TEXT' | 'IMAGE' | 'FILE' | 'CUSTOM' | 'SYSTEM';
export type AttachmentKind = 'IMAGE' | 'FILE';

/** A file that belongs to a message, as it was declared. `id`: of the upload; addresses are signed when they are asked for, never stored. */
export interface Attachment {
  readonly id: string;
  readonly kind: AttachmentKind;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  /** In pixels; null where that was not said. */
  readonly width: number | null;
  readonly height: number | null;
}

/** Data of a form that front ends agree on. */
export interface CustomContent {
  /** Name of the form. */
  readonly schema: string;
  /** JSON, as it was sent. */
  readonly data: string;
}

/** What a service tells people, for clients to say in the reader's language. */
export interface SystemContent {
  /** Which sentence. */
  readonly key: string;
  /** What to put into it; names are there once. */
  readonly parameters: readonly SystemParameter[];
}

export interface SystemParameter {
  readonly name: string;
  readonly value: string;
}

/** What a service tells clients' machines: nobody is shown it, and it is no message. */
export interface ControlBody {
  readonly type: 'CONTROL';
  readonly custom: CustomContent;
}

/** What somebody says. */
export interface MessageBody {
  readonly type: MessageType;
  /** Its white space cut off; may be empty where something else is said. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Only with CUSTOM. */
  readonly custom: CustomContent | null;
  /** Only with SYSTEM. */
  readonly system: SystemContent | null;
  /** Seq of the message in the same conversation that this one answers. */
  readonly replyToSeq: number | null;
  /** Each once. */
  readonly mentionedUserIds: readonly string[];
  /** Whether everybody in the conversation is meant. */
  readonly mentionsAll: boolean;
}

/** A message as its log holds it. */
export interface Message extends MessageBody {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  /** Number among the conversation's messages: contiguous, from 1. */
  readonly messageNumber: number;
  readonly authorId: string;
  readonly sentAt: Date;
  /** When its author sent it, where it had to wait for a moderator; null: it did not. */
  readonly heldAt: Date | null;
  /** When it got the text that it has; null: it was never edited. */
  readonly editedAt: Date | null;
  /** How often it was edited. */
  readonly editCount: number;
  /** Whether it was taken back: it then says nothing any more. */
  readonly isRecalled: boolean;
  /** Whether it was read to be shown as it is now. Where not, it is part of a live event, which says nothing about reactions: what they become follows in the log. */
  readonly isCurrent: boolean;
}

/** What a message said before it was edited. */
export interface MessageVersion {
  readonly text: string;
  /** Since when it said that. */
  readonly at: Date;
}

/** What is kept of a message that was taken back, for those who look into reports. */
export interface Recall {
  readonly byId: string;
  readonly at: Date;
  /** What it said at last, and before, oldest first. */
  readonly text: string;
  readonly versions: readonly MessageVersion[];
}

/** A message that somebody has pinned. */
export interface Pin {
  readonly messageId: string;
  readonly byId: string;
  readonly at: Date;
}

/** What a conversation announces. */
export interface Announcement {
  readonly text: string;
  readonly byId: string;
  readonly at: Date;
}

/** A message that is a text and nothing else. */
export const textBody = (text: string): MessageBody => ({
  type: 'TEXT',
  text,
  attachments: [],
  custom: null,
  system: null,
  replyToSeq: null,
  mentionedUserIds: [],
  mentionsAll: false,
});
