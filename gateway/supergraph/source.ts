import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { FILE_LOOK_MS, readTextFile, type WatchedFile, watchFile } from '#platform/watched-file.ts';
import { SUBGRAPHS_MAX, SUPERGRAPH_BYTES_MAX } from '../limits.ts';

/** One subgraph of a supergraph that is yet to be composed. */
export interface SubgraphSdl {
  readonly name: string;
  /** Where it is served; may be empty where others know that. */
  readonly url: string;
  readonly sdl: string;
}

/** What a supergraph is made from: its own text, or its subgraphs. */
export type SupergraphInput =
  | { readonly kind: 'supergraph'; readonly sdl: string }
  | { readonly kind: 'subgraphs'; readonly subgraphs: readonly SubgraphSdl[] };

/** Where a supergraph comes from, and how to hear of a new one. */
export interface SupergraphSource {
  /** For people. */
  readonly name: string;
  /** Throws an Error that says what is wrong. */
  read(): Promise<SupergraphInput>;
  /** Calls back with the version that is there and with each new one, one at a time, and with what is wrong with one that can't be read. Returns how to
   * stop. */
  watch(onChange: (input: SupergraphInput) => Promise<void>, onFault: (error: unknown) => void): () => void;
}

/** A supergraph that never changes. */
export const fixedSource = (sdl: string): SupergraphSource => ({
  name: 'a fixed supergraph',
  read: async () => ({ kind: 'supergraph', sdl }),
  watch: () => () => undefined,
});

/** A supergraph in a file: its SDL, or (with the ending .json) the list of its subgraphs, in the form that Apollo's rover takes:
 * `{ "subgraphs": { "rooms": { "routing_url": "http://…", "schema": { "file": "rooms.graphql" } } } }`, files relative to the list. The list and all files that
 * it names are watched. */
export const fileSource = (file: string): SupergraphSource => {
  const isList = file.endsWith('.json');
  const read = (): Promise<Version> => (isList ? readList(file) : readSupergraph(file));
  return {
    name: file,
    read: async () => (await read()).input,
    watch: (onChange, onFault) => {
      const watching = new Watching(file, read, { onChange, onFault });
      return () => watching.close();
    },
  };
};

/** What was read, and from what. */
interface Version {
  readonly input: SupergraphInput;
  readonly texts: ReadonlyMap<string, string>;
}

const readSupergraph = async (file: string): Promise<Version> => {
  const sdl = await readTextFile(file, SUPERGRAPH_BYTES_MAX);
  return { input: { kind: 'supergraph', sdl }, texts: new Map([[file, sdl]]) };
};

const LIST = z.object({
  subgraphs: z.record(z.string(), z.object({ routing_url: z.string().default(''), schema: z.object({ file: z.string() }) })),
});

const readList = async (file: string): Promise<Version> => {
  const text = await readTextFile(file, SUPERGRAPH_BYTES_MAX);
  const parsed = LIST.safeParse(parseJson(file, text));
  if (!parsed.success) throw new Error(`${file} is no list of subgraphs: ${z.prettifyError(parsed.error)}`);
  const listed = Object.entries(parsed.data.subgraphs);
  if (listed.length === 0 || listed.length > SUBGRAPHS_MAX)
    throw new Error(`${file} lists ${listed.length} subgraphs; 1 to ${SUBGRAPHS_MAX} are served.`);
  const texts = new Map([[file, text]]);
  const subgraphs = await Promise.all(
    listed.map(async ([name, { routing_url: url, schema }]) => {
      const path = resolve(dirname(file), schema.file);
      const sdl = await readTextFile(path, SUPERGRAPH_BYTES_MAX);
      texts.set(path, sdl);
      return { name, url, sdl };
    }),
  );
  return { input: { kind: 'subgraphs', subgraphs }, texts };
};

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

interface Listeners {
  readonly onChange: (input: SupergraphInput) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** Follows the files of one source. Which these are may change with each version. */
class Watching {
  readonly #file: string;
  readonly #read: () => Promise<Version>;
  readonly #listeners: Listeners;
  readonly #watched = new Map<string, WatchedFile>();
  /** Changes are handled one after the other. */
  #last: Promise<void> = Promise.resolve();
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(file: string, read: () => Promise<Version>, listeners: Listeners) {
    this.#file = file;
    this.#read = read;
    this.#listeners = listeners;
    this.#last = this.#start();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    for (const watched of this.#watched.values()) watched.close();
    this.#watched.clear();
  }

  async #start(): Promise<void> {
    try {
      const { input, texts } = await this.#read();
      this.#follow(texts);
      // It may have changed since it was first read.
      await this.#listeners.onChange(input);
    } catch (error) {
      // It was there a moment ago; the list itself is followed until it can be read again.
      this.#listeners.onFault(error);
      this.#follow(new Map([[this.#file, '']]));
    }
  }

  #follow(texts: ReadonlyMap<string, string>): void {
    if (this.#closed) return;
    for (const [path, watched] of this.#watched) {
      if (texts.has(path)) continue;
      watched.close();
      this.#watched.delete(path);
    }
    for (const [path, text] of texts) {
      if (this.#watched.has(path)) continue;
      const options = { bytesMax: SUPERGRAPH_BYTES_MAX, onChange: () => this.#changed(), onFault: this.#listeners.onFault };
      this.#watched.set(path, watchFile(path, text, options));
    }
  }

  #changed(): Promise<void> {
    const change = async (): Promise<void> => {
      if (this.#closed) return;
      const { input, texts } = await this.#read();
      this.#follow(texts);
      await this.#listeners.onChange(input);
    };
    const done = this.#last.then(change);
    // Who waits for it hears of its failure; the next change is handled all the same.
    this.#last = done.catch((error: unknown) => this.#tryAgain(error));
    return done;
  }

  // A file that the list names may be yet to come, or away for a moment: what is there then has perhaps no change of its own that anybody would notice.
  #tryAgain(fault: unknown): void {
    clearTimeout(this.#again);
    if (this.#closed) return;
    const tell = (error: unknown): void => (String(error) === String(fault) ? undefined : this.#listeners.onFault(error));
    this.#again = setTimeout(() => void this.#changed().catch(tell), FILE_LOOK_MS).unref();
  }
}
