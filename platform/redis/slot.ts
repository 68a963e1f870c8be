/** Redis Cluster's number of slots. */
export const SLOT_COUNT = 16_384;

const POLYNOMIAL = 0x1021;

/** The slot of a key or sharded channel: CRC-16/XMODEM of its hash tag (what stands in the first braces), or of all of it. Redis Cluster specification. */
export const slotOf = (key: string): number => crc16(Buffer.from(hashTagOf(key), 'utf8')) % SLOT_COUNT;

const hashTagOf = (key: string): string => {
  const start = key.indexOf('{');
  if (start < 0) return key;
  const end = key.indexOf('}', start + 1);
  return end <= start + 1 ? key : key.slice(start + 1, end);
};

const crc16 = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
    crc &= 0xffff;
  }
  return crc;
};
