import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, user and system, of this process and of a PostgreSQL server with all its backends, those that have ended included. */
export interface CpuSeconds {
  readonly node: number;
  readonly postgres: number;
}

/** Reads the CPU time used so far. `postgresPid`: the server's first process. Linux only. */
export const cpuSeconds = (postgresPid: number): CpuSeconds => {
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1e6, postgres: serverTicks(postgresPid) / TICKS_PER_SECOND };
};

/** CPU that this process and PostgreSQL use from now on until it is asked, in microseconds for each of so many operations. */
export const meterMicros = (
  postgresPid: number,
): ((operations: number) => { readonly node: number; readonly postgres: number; readonly both: number }) => {
  const before = cpuSeconds(postgresPid);
  return (operations) => {
    const after = cpuSeconds(postgresPid);
    const microsEach = (seconds: number): number => Math.round((seconds * 1e6) / Math.max(1, operations));
    const [node, postgres] = [microsEach(after.node - before.node), microsEach(after.postgres - before.postgres)];
    return { node, postgres, both: node + postgres };
  };
};

/** CPU seconds, user and system, of one process and its children. Linux only, to a hundredth of a second. */
export const cpuSecondsOf = (pid: number): number => serverTicks(pid) / TICKS_PER_SECOND;

const serverTicks = (serverPid: number): number => {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(entry);
    if (stat === null) continue;
    // What ended children have used is counted with their parent.
    if (Number(entry) === serverPid) ticks += stat.own + stat.ofChildren;
    else if (stat.parentPid === serverPid) ticks += stat.own;
  }
  return ticks;
};

const readStat = (pid: string): { readonly parentPid: number; readonly own: number; readonly ofChildren: number } | null => {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // It has ended since the folder was listed.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
  // The name in parentheses may hold spaces; what follows it is proc(5)'s third field and on.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number): number => fields[number - 3] ?? 0;
  return { parentPid: field(4), own: field(14) + field(15), ofChildren: field(16) + field(17) };
};
