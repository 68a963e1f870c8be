import { TAIL_LENGTHS_MAX } from '../limits.ts';

/** Messages that leave in one write, as WebSocket text frames. What they have in common is laid out once; each operation's own id is filled in at the end of
 * every frame. */
export interface Batch {
  /** How many messages. */
  readonly count: number;
  /** The frames with this end in each. The bytes are lent: the next call may overwrite them, unless `keep` was called in between. */
  fill(tail: Buffer): Buffer;
  /** The bytes that were lent last for an end of this length are still needed. */
  keep(tail: Buffer): void;
}

/** `heads`: each message without its end. */
export const createBatch = (heads: readonly Buffer[]): Batch => {
  const byTailLength = new Map<number, Template>();
  return {
    count: heads.length,
    fill: (tail) => {
      let template = byTailLength.get(tail.length);
      if (template === undefined) {
        // Stock clients' ids have one length; who sends ids of many lengths gets no memory for it.
        if (byTailLength.size >= TAIL_LENGTHS_MAX) byTailLength.clear();
        template = layOut(heads, tail.length);
        byTailLength.set(tail.length, template);
      }
      for (const hole of template.holes) template.bytes.set(tail, hole);
      return template.bytes;
    },
    keep: (tail) => void byTailLength.delete(tail.length),
  };
};

interface Template {
  readonly bytes: Buffer;
  /** Where the ends go. */
  readonly holes: readonly number[];
}

const layOut = (heads: readonly Buffer[], tailLength: number): Template => {
  const lengths = heads.map((head) => headerLength(head.length + tailLength) + head.length + tailLength);
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  const holes = heads.map((head) => {
    const at = writeHeader(bytes, end, head.length + tailLength);
    bytes.set(head, at);
    end = at + head.length + tailLength;
    return at + head.length;
  });
  return { bytes, holes };
};

// RFC 6455, section 5.2: FIN and opcode 1 (text), then the length in 7, 7+16 or 7+64 bits. A server's frames are not masked.
const TEXT_FRAME = 0x81;

const headerLength = (payloadLength: number): number => (payloadLength < 126 ? 2 : payloadLength < 65_536 ? 4 : 10);

/** Returns where the payload begins. */
const writeHeader = (bytes: Buffer, at: number, payloadLength: number): number => {
  bytes[at] = TEXT_FRAME;
  if (payloadLength < 126) bytes[at + 1] = payloadLength;
  else if (payloadLength < 65_536) {
    bytes[at + 1] = 126;
    bytes.writeUInt16BE(payloadLength, at + 2);
  } else {
    bytes[at + 1] = 127;
    bytes.writeBigUInt64BE(BigInt(payloadLength), at + 2);
  }
  return at + headerLength(payloadLength);
};
