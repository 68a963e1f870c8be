import type { Random } from '../../../start/demo/random.ts';
import { aMessage } from './documents.ts';

const number = (random: Random, below: number): number => Math.floor(random() * below);

/** What a client sends to become a WebSocket. */
export const handshake = (): string =>
  [
    'GET /graphql HTTP/1.1',
    'host: x',
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol: graphql-transport-ws',
    '',
    '',
  ].join('\r\n');

interface Frame {
  /** FIN, reserved bits and opcode. */
  readonly first: number;
  readonly masked: boolean;
  /** The length that it claims. */
  readonly length: number;
  /** In which form the length is written: 7, 16 or 64 bits. */
  readonly form: 7 | 16 | 64;
  readonly payload: Buffer;
}

const encode = ({ first, masked, length, form, payload }: Frame): Buffer => {
  const head = Buffer.alloc(form === 7 ? 2 : form === 16 ? 4 : 10);
  head[0] = first;
  head[1] = (masked ? 0x80 : 0) | (form === 7 ? Math.min(length, 125) : form === 16 ? 126 : 127);
  if (form === 16) head.writeUInt16BE(Math.min(length, 65_535), 2);
  if (form === 64) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = Buffer.from([1, 2, 3, 4]);
  const hidden = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([head, mask, hidden]);
};

const proper = (text: string | Buffer): Frame => {
  const payload = Buffer.from(text);
  const form = payload.length < 126 ? 7 : payload.length < 65_536 ? 16 : 64;
  return { first: 0x81, masked: true, length: payload.length, form, payload };
};

/** A WebSocket frame as no client should send it; sometimes a proper one, so that what follows is reached. */
export const aFrame = (random: Random): Buffer => {
  const frame = proper(aMessage(random));
  const kind = number(random, 12);
  if (kind === 0) return encode({ ...frame, first: number(random, 256) });
  if (kind === 1) return encode({ ...frame, masked: false });
  if (kind === 2) return encode({ ...frame, form: 64, length: 2 ** number(random, 53) });
  if (kind === 3) return encode({ ...frame, length: number(random, 70_000), form: 16 });
  if (kind === 4) return encode(proper(Buffer.from([0x7b, 0xff, 0xfe, 0xc0, 0x80])));
  if (kind === 5)
    return Buffer.concat([encode({ ...frame, first: 0x01 }), encode({ ...frame, first: 0x00 }), encode({ ...frame, first: 0x80 })]);
  if (kind === 6) return encode({ ...proper('x'.repeat(200)), first: 0x80 | (8 + number(random, 3)) });
  if (kind === 7) return encode({ ...proper(Buffer.from([number(random, 256), number(random, 256), 0xff])), first: 0x88 });
  if (kind === 8) return Buffer.from(Array.from({ length: number(random, 60) }, () => number(random, 256)));
  if (kind === 9) return encode({ ...frame, first: 0x01 }).subarray(0, number(random, 40));
  return encode(frame);
};

/** The same, as it should be. */
export const aProperFrame = (text: string): Buffer => encode(proper(text));
