// npm run check: everything that can be said about a change without running the product. Prints one line per step; for a step that fails, what is wrong
// and which command mends it. Works without git.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT_FOLDER } from './contract/schema.ts';

/** One step. `run` answers what is wrong, one entry per line; nothing when all is well. */
interface Step {
  readonly name: string;
  readonly mend: string;
  readonly run: () => Promise<readonly string[]>;
}

/** Lines of a failing step that are shown; the rest is in the command itself. */
const PROBLEM_LINES_MAX = 60;

const STEPS: readonly Step[] = [
  {
    name: 'format',
    mend: 'npm run format',
    run: () => runProgram('@biomejs/biome/bin/biome', 'check', '--linter-enabled=false', '--reporter=summary'),
  },
  {
    name: 'lint',
    mend: 'npm run lint, then mend what it shows',
    run: () => runProgram('@biomejs/biome/bin/biome', 'lint', '--error-on-warnings', '--max-diagnostics=30'),
  },
  {
    name: 'types',
    mend: 'npx tsc --noEmit (generated clients missing? npm run generate)',
    run: () => runProgram('typescript/bin/tsc', '--noEmit'),
  },
  {
    name: 'types of the playground',
    mend: 'npx tsc -p web/playground',
    run: () => runProgram('typescript/bin/tsc', '--noEmit', '-p', 'web/playground'),
  },
  { name: 'codegen is up to date', mend: 'npm run codegen', run: checkCodegen },
  { name: 'supergraph composes and is up to date', mend: 'npm run compose', run: checkSupergraph },
  { name: 'no breaking change', mend: 'keep the old form and mark it @deprecated', run: checkBreaking },
  { name: 'descriptions everywhere', mend: 'describe them in schema/*.graphql', run: checkDescriptions },
  { name: 'documents are up to date', mend: 'npm run docs', run: checkDocuments },
  {
    name: 'architecture',
    mend: 'npx vitest run tests/architecture',
    run: () => runProgram('vitest/vitest.mjs', 'run', 'tests/architecture'),
  },
];

async function checkCodegen(): Promise<readonly string[]> {
  const { generateAllResolverTypes } = await import('./contract/resolver-types.ts');
  return stale(await generateAllResolverTypes());
}

async function checkSupergraph(): Promise<readonly string[]> {
  const { compose, composedFiles } = await import('./contract/compose.ts');
  return stale(composedFiles(compose()));
}

async function checkBreaking(): Promise<readonly string[]> {
  const { compose } = await import('./contract/compose.ts');
  const { findBreaks, readCommittedApiSdl } = await import('./contract/breaking.ts');
  const committed = readCommittedApiSdl();
  return committed === null ? [] : findBreaks(committed, compose().apiSchema);
}

async function checkDescriptions(): Promise<readonly string[]> {
  const { compose } = await import('./contract/compose.ts');
  const { findUndescribed } = await import('./contract/breaking.ts');
  return findUndescribed(compose().apiSchema).map((name) => `${name} has no description`);
}

async function checkDocuments(): Promise<readonly string[]> {
  const { makeDocuments } = await import('./contract/documents.ts');
  return stale(makeDocuments());
}

async function stale(files: Parameters<typeof import('./contract/generated-file.ts').findStaleFiles>[0]): Promise<readonly string[]> {
  const { findStaleFiles } = await import('./contract/generated-file.ts');
  return findStaleFiles(files).map((file) => `${file.path} is out of date`);
}

/** Runs a program of node_modules with this Node. Its output counts as problems when it fails. */
async function runProgram(program: string, ...args: readonly string[]): Promise<readonly string[]> {
  const path = join(ROOT_FOLDER, 'node_modules', program);
  const result = spawnSync(process.execPath, [path, ...args], { cwd: ROOT_FOLDER, encoding: 'utf8', maxBuffer: 64 * 1_048_576 });
  if (result.status === 0) return [];
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trimEnd().split('\n');
  return result.error === undefined ? output : [...output, result.error.message];
}

async function runStep(step: Step): Promise<boolean> {
  const startedAtMs = performance.now();
  const problems = await step.run().catch((error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n'));
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)\n`);
  if (problems.length === 0) return true;
  const shown = problems.slice(0, PROBLEM_LINES_MAX);
  const rest = problems.length - shown.length;
  process.stdout.write(`${shown.map((line) => `     ${line}\n`).join('')}${rest > 0 ? `     … and ${rest} more lines\n` : ''}`);
  process.stdout.write(`     mend it with: ${step.mend}\n`);
  return false;
}

let failed = 0;
for (const step of STEPS) if (!(await runStep(step))) failed += 1;
process.stdout.write(failed === 0 ? 'Everything is fine.\n' : `${failed} of ${STEPS.length} steps failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
