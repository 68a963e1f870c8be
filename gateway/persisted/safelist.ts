import { ConfigError } from '#platform/config/config.ts';
import { RecentMap } from '#platform/store/recent.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { readTextFile, watchFile } from '#platform/watched-file.ts';
import { SAFELIST_BYTES_MAX, SAFELIST_VERDICTS_BYTES_MAX, SAFELIST_VERDICTS_MAX } from '../limits.ts';
import { type Manifest, normalise, readManifest } from './manifest.ts';

/** What happens to an operation that is not on the list: nothing, a line in the log, a refusal. */
export type SafelistMode = 'off' | 'log' | 'enforce';

/** The operations that may run, as a manifest lists them. */
export interface Safelist {
  readonly mode: SafelistMode;
  /** The body with this id, or with this SHA-256. */
  bodyOf(id: string): string | undefined;
  /** Whether a document is listed: as it stands, or up to white space, comments and the order of its definitions. */
  lists(text: string): boolean;
  close(): void;
}

/** A list of nothing that hinders nothing. */
export const NO_SAFELIST: Safelist = { mode: 'off', bodyOf: () => undefined, lists: () => true, close: () => undefined };

export interface SafelistOptions {
  /** null: there is no list. */
  readonly file: string | null;
  readonly mode: SafelistMode;
  readonly telemetry: Telemetry;
}

/** Reads the manifest and follows its file: a good one takes over with the next operation, a broken one is refused with the reason in the log and the old one stays.
 * Throws ConfigError when the first one can't be used. */
export const openSafelist = async ({ file, mode, telemetry: { log, counter, gauge } }: SafelistOptions): Promise<Safelist> => {
  if (file === null || mode === 'off') return NO_SAFELIST;
  const operations = gauge('fanfare_gateway_safelist_operations', 'Operations on the safelist that is in force.');
  const refused = counter('fanfare_gateway_safelist_refused_total', 'New versions of the safelist that could not be used.');
  const first = await readFirst(file);
  // Manifest and verdicts belong together: a verdict never outlives the list that it came from.
  let current = withVerdicts(first.manifest);
  operations.set(first.manifest.operations);
  const watched = watchFile(file, first.text, {
    bytesMax: SAFELIST_BYTES_MAX,
    onChange: async (text) => {
      const manifest = await readManifest(text);
      current = withVerdicts(manifest);
      operations.set(manifest.operations);
      log.info({ file, operations: manifest.operations }, 'a new safelist is in force');
    },
    onFault: (error) => {
      refused.inc();
      log.error({ file, err: error }, 'the new safelist cannot be used: the old one stays in force');
    },
  });
  log.info({ file, mode, operations: first.manifest.operations }, 'a safelist is in force');
  return {
    mode,
    bodyOf: (id) => current.manifest.bodies.get(id),
    lists: (text) => current.lists(text),
    close: () => watched.close(),
  };
};

const readFirst = async (file: string): Promise<{ readonly text: string; readonly manifest: Manifest }> => {
  try {
    const text = await readTextFile(file, SAFELIST_BYTES_MAX);
    return { text, manifest: await readManifest(text) };
  } catch (error) {
    throw new ConfigError([`The safelist ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`]);
  }
};

const withVerdicts = (manifest: Manifest): { readonly manifest: Manifest; readonly lists: (text: string) => boolean } => {
  // Parsing an unlisted document again for each of its requests would make a flood of them costly.
  const verdicts = new RecentMap<boolean>({ entriesMax: SAFELIST_VERDICTS_MAX, bytesMax: SAFELIST_VERDICTS_BYTES_MAX });
  return {
    manifest,
    lists: (text) => {
      if (manifest.texts.has(text)) return true;
      const known = verdicts.get(text);
      if (known !== undefined) return known;
      const normalised = normalise(text);
      const listed = normalised !== null && manifest.texts.has(normalised);
      verdicts.set(text, listed, text.length * 2);
      return listed;
    },
  };
};
