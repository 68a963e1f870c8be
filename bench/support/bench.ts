export interface BenchOptions {
  readonly seconds: number;
  /** A folder for the bench's own data. */
  readonly dataDir: string;
  /** Progress, for people who wait. */
  readonly say: (line: string) => void;
  /** What was given with the form's own option, for example --burst 1000000; '' for one without a value. */
  readonly value: string;
  /** The bench's own settings, as they were given or by default. */
  readonly settings: Readonly<Record<string, number>>;
}

/** A whole number that a bench can be told, as --name N. */
export interface Setting {
  readonly about: string;
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

/** The figures of a bench, in the order of its last line. */
export type Figures = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** One measurement against peers. Throws when what it measures is not right: a fast wrong answer is no figure. */
export interface Bench {
  /** One line for --help. */
  readonly about: string;
  /** What --help says of its figures, where their names don't. */
  readonly explained?: string;
  /** Figures that are shown in the table and left out of the last line. */
  readonly tableOnly?: readonly string[];
  run(options: BenchOptions): Promise<Figures>;
  /** For people. */
  table(figures: Figures): string;
  /** Its own options, by name. */
  readonly settings?: Readonly<Record<string, Setting>>;
  /** Other forms of it, each behind an option of its name. */
  readonly forms?: Readonly<Record<string, Form>>;
}

/** Another form of a bench. `name`: what its last line says. `value`: what has to be given with its option, for --help; absent: nothing. */
export interface Form extends Omit<Bench, 'forms' | 'settings'> {
  readonly name: string;
  readonly value?: string;
}

/** Rows of two columns as aligned text. */
export const formatTable = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
};

/** The value below which that share (0 to 1) of the samples lies; 0 without samples. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

/** The middle one; NaN without values. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The least and the most of some values. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export const boundsOf = (values: readonly number[]): Bounds => ({ least: Math.min(...values), most: Math.max(...values) });

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
