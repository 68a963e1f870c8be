/** Sections of somebody's data, in the order in which they come. Never changed but at the end: cursors hold places in it. */
export const EXPORT_SECTIONS = [
  'PROFILE',
  'MESSAGES',
  'UPLOADS',
  'ANNOUNCEMENTS',
  'REACTIONS',
  'PINS',
  'MEMBERSHIPS',
  'STAYS',
  'OWNED',
  'ROLES',
  'SANCTIONS',
  'BLOCKS',
  'FOLLOWS',
  'PRESENCE',
  'SEEN',
  'COMMANDS',
  'ERASURE',
  'REPORTS',
] as const;
export type ExportSection = (typeof EXPORT_SECTIONS)[number];

/** Records on one page at most. */
export const EXPORT_PAGE_SIZE_MAX = 100;
/** Bytes of records on one page at most, past which it ends early; one record always fits. */
export const EXPORT_PAGE_BYTES_MAX = 262_144;

/** One thing that is kept about somebody. `key`: its place within the section. `content`: a JSON object. */
export interface ExportRecord {
  readonly section: ExportSection;
  readonly key: readonly string[];
  readonly content: string;
}

/** The records that fit onto one page: as many of the first as stay within the bytes, and at least one. */
export const fittingRecords = (
  records: readonly ExportRecord[],
  { recordsMax, bytesMax }: { readonly recordsMax: number; readonly bytesMax: number },
): readonly ExportRecord[] => {
  let bytes = 0;
  const end = records.findIndex(({ content }, index) => {
    bytes += Buffer.byteLength(content);
    return index >= recordsMax || (index > 0 && bytes > bytesMax);
  });
  return end === -1 ? records : records.slice(0, end);
};
