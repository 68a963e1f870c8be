import { matchesGlob } from 'node:path';
import { ALONE } from '../../support/alone.ts';
import type { Source } from './sources.ts';

/** What changes or measures the whole process, and so concerns the files that share it. */
const OF_THE_PROCESS =
  /\bprocess\.(?:on|once|chdir|umask|env(?:\.\w+|\[[^\]]+\])\s*(?:\?\?)?=(?!=))|\bdelete process\.env|\bstub(?:Env|Global)\(|\bglobalThis(?:\.\w+|\[[^\]]+\])\s*=(?!=)|\bsetGlobalDispatcher\(|\bqueryObjects\(|\bmonitorEventLoopDelay\(|support\/memory\.ts'/;
/** Registered by a support file when it is imported, it is a hook of the first file of the process alone. */
const HOOK = /^(?:before|after)(?:All|Each)\(/m;
/** What runs before each file; and what only files use that are alone. */
const MAY_HOOK: ReadonlySet<string> = new Set(['tests/support/each-file.ts', 'tests/support/embedded.ts']);

/** Test files that share a process and do something to it, and support files whose hooks would be lost, one sentence each. */
export const findUnfitToShare = (sources: readonly Source[]): readonly string[] =>
  sources.flatMap(({ path, text }) => {
    if (path.startsWith('tests/support/'))
      return HOOK.test(text) && !MAY_HOOK.has(path)
        ? [`${path} registers a hook when it is imported: use afterFile() of support/cleanups.ts`]
        : [];
    if (!path.endsWith('.test.ts') || ALONE.some((pattern) => matchesGlob(path, pattern))) return [];
    const [found] = OF_THE_PROCESS.exec(text) ?? [];
    return found === undefined || path.startsWith('tests/architecture/') ? [] : [`${path} has ${found}: name it in support/alone.ts`];
  });
