import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is alive, in megabytes: garbage that nobody has collected yet says nothing about bounds. */
export const heldMegabytes = (): number => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this Node cannot collect garbage on demand');
  collect();
  collect(); // what the first pass made unreachable
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
};
