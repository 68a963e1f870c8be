import { readFile } from 'node:fs/promises';
import type { Platform } from '../platform.ts';

/** What the processes show from outside: how large they get, and what they log. */
export interface Weather {
  faults(): readonly string[];
  counts(): Readonly<Record<string, number>>;
  stop(): void;
}

/** The largest a Node process of the platform may get under this load; one starts at about 150 MB. */
const RSS_MB_MAX = 600;
const LOOK_EVERY_MS = 2_000;
/** Characters of an unexpected line that are shown: its stack may be long. */
const LINE_CHARS_SHOWN_MAX = 1_500;

/** What a process may log as an error while others die around it. Every other one is a finding: what passes by itself is a warning. */
const EXPECTED_ERRORS: readonly RegExp[] = [
  // The alarm of a consumer whose source was away for long: that is what it is for.
  /"msg":"a consumer lags behind its source"/,
];

export const watchProcesses = (platform: Platform): Weather => {
  let rssMbMax = 0;
  let grown = '';
  let errorLines = 0;
  /** By kind: the first line and how many there were. */
  const unexpected = new Map<string, { readonly line: string; count: number }>();
  let rest = '';
  platform.onOutput((text) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter(isErrorLine)) {
      errorLines += 1;
      if (EXPECTED_ERRORS.some((pattern) => pattern.test(line))) continue;
      const kind = kindOf(line);
      const known = unexpected.get(kind);
      if (known === undefined) unexpected.set(kind, { line, count: 1 });
      else known.count += 1;
    }
  });
  const look = async (): Promise<void> => {
    for (const [part, pid] of Object.entries(await platform.pids())) {
      const rssMb = await readRssMb(pid);
      if (rssMb <= rssMbMax) continue;
      rssMbMax = rssMb;
      grown = part;
    }
  };
  // A process, or the list of them, may go while we look.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  return {
    faults: () => [
      ...(rssMbMax > RSS_MB_MAX ? [`${grown} has grown to ${rssMbMax} MB`] : []),
      ...[...unexpected.values()].map(({ line, count }) => `logged ${count} times: ${line.slice(0, LINE_CHARS_SHOWN_MAX)}`),
    ],
    counts: () => ({ rssMbMax, errorLines }),
    stop: () => clearInterval(timer),
  };
};

function isErrorLine(line: string): boolean {
  return /"level":"(error|fatal)"/.test(line) || /^(Uncaught|\w*Error:)/.test(line);
}

/** Lines that differ only in ids, ports and times are of one kind. */
function kindOf(line: string): string {
  return `${/"service":"\w+"/.exec(line)?.[0]} ${/"message":"[^"]*"/.exec(line)?.[0]} ${/"msg":"[^"]*"/.exec(line)?.[0]}`.replaceAll(
    /\d+/g,
    '#',
  );
}

/** 0 where there is no /proc. */
async function readRssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024);
}
