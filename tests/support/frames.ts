/** The text messages in bytes that a server wrote to a WebSocket: whole frames, none masked. Throws for anything else. */
export const messagesIn = (bytes: Buffer): readonly string[] => {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 0x81) throw new Error(`no text frame begins at byte ${at}: ${bytes.subarray(at, at + 20).toString('hex')}`);
    const short = bytes[at + 1] ?? 0;
    const [length, header] =
      short < 126 ? [short, 2] : short === 126 ? [bytes.readUInt16BE(at + 2), 4] : [Number(bytes.readBigUInt64BE(at + 2)), 10];
    const end = at + header + length;
    if (end > bytes.length) throw new Error(`the frame at byte ${at} is cut off`);
    messages.push(bytes.toString('utf8', at + header, end));
    at = end;
  }
  return messages;
};
