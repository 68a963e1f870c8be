interface Source<Item> {
  readonly name: number;
  readonly items: AsyncIterator<Item>;
}

/** Many iterators as one: hands out whatever comes first, one item of each source at a time, so that who reads slowly holds them all up. */
export class Sources<Item> {
  readonly #sources = new Map<number, Source<Item>>();
  readonly #ready: { readonly source: Source<Item>; readonly item: Item }[] = [];
  #asked: PromiseWithResolvers<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #over = false;

  /** Adds a source and asks for its first item. */
  add(name: number, items: AsyncIterator<Item>): void {
    this.#sources.set(name, { name, items });
    this.goOn(name);
  }

  /** Asks a source for its next item; after each that was handed out. Nothing where the source is gone. */
  goOn(name: number): void {
    const source = this.#sources.get(name);
    if (source === undefined) return;
    source.items.next().then(
      ({ done, value }) => {
        if (this.#sources.get(name) !== source) return;
        if (done === true) this.#over = true;
        else this.#ready.push({ source, item: value });
        this.#wake();
      },
      (error: unknown) => {
        if (this.#sources.get(name) !== source) return;
        this.#failure = { error };
        this.#wake();
      },
    );
  }

  /** Ends a source; what it had ready is forgotten. */
  remove(name: number): void {
    const source = this.#sources.get(name);
    if (source === undefined) return;
    this.#sources.delete(name);
    leave(source);
  }

  /** The next item of any source; null when one of them has ended. Throws what a source throws. */
  async next(): Promise<{ readonly source: number; readonly item: Item } | null> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.error;
      const next = this.#ready.shift();
      if (next !== undefined && this.#sources.get(next.source.name) === next.source) return { source: next.source.name, item: next.item };
      if (next !== undefined) continue;
      if (this.#over) return null;
      this.#asked = Promise.withResolvers();
      await this.#asked.promise;
    }
  }

  close(): void {
    for (const source of this.#sources.values()) leave(source);
    this.#sources.clear();
    this.#ready.length = 0;
  }

  #wake(): void {
    this.#asked?.resolve();
    this.#asked = null;
  }
}

const leave = ({ items }: { readonly items: AsyncIterator<unknown> }): void => {
  items.return?.().then(ignore, ignore);
};

// Whoever leaves an iterator does not read what it still has to say.
const ignore = (): void => undefined;
