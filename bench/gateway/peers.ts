import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../peers', import.meta.url));

/** Hive Gateway's command, as `bench/peers` has it. */
export const HIVE_GATEWAY = `${FOLDER}/node_modules/@graphql-hive/gateway/dist/bin.js`;

/** Installs the gateways of `bench/peers` (about 500 MB) unless they are there. Throws when that fails. */
export const installPeers = (say: (line: string) => void): void => {
  if (existsSync(HIVE_GATEWAY)) return;
  say('installing the peers of bench/peers with npm ci: once, about a minute');
  // Nothing that is installed here runs before the bench starts it.
  const { status, stdout, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ci in bench/peers has failed:\n${stdout}${stderr}`);
};
