// npm run -s soak -- [--minutes N] [--seed N] [--gateway | --chat | --economy [--deeds N]] [--help]
// Prints progress to stderr and, as the last line of stdout, one JSON object with counts. Ends with exit code 1 where something was wrong.
import { parseArgs } from 'node:util';
import { DISTURBANCES, type DisturbanceName } from '../support/storm/disturbances.ts';
import { runStorm } from '../support/storm/storm.ts';
import { runChatSoak } from './chat.ts';
import { runEconomySoak } from './economy.ts';
import { runGatewaySoak } from './gateway.ts';

/** People fetch their tokens once, and those live for an hour. */
const MINUTES_MAX = 45;
const SEEDS = 2 ** 31;
const DEEDS_MAX = 100_000_000;
const HELP = `npm run -s soak -- [--minutes N] [--seed N] [--gateway | --chat | --economy [--deeds N]]

Runs the whole split platform (two processes of each subgraph, gateway, Redis, PostgreSQL) under people who chat, buy, give and watch, while its parts
are killed, stopped, hung and emptied one after the other; then holds everything that anybody was told against the databases.

  --minutes  how long the storm lasts, 1 to ${MINUTES_MAX} (10)
  --seed     order of everything that is random (one by the clock, which is printed)
  --economy  trading alone instead, over several databases: random deeds of all kinds against a sequential oracle, with processes that die, databases that go away and webhooks in any order
  --deeds    how many of them, 1 to ${DEEDS_MAX} (1000000); the same seed chooses the same ones, as far as they do not depend on the machine
  --chat     conversations instead: 200 people say 20,000 things in so many minutes over two gateways and two messaging processes; then what every device saw is held against the logs
  --gateway  the gateway alone instead: 100,000 subscriptions that are left again, then random requests, frames and messages for so many minutes
`;

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string' },
      gateway: { type: 'boolean', default: false },
      economy: { type: 'boolean', default: false },
      chat: { type: 'boolean', default: false },
      deeds: { type: 'string', default: '1000000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const minutes = wholeNumber('--minutes', values.minutes, 1, MINUTES_MAX);
  const seed = wholeNumber('--seed', values.seed ?? String(Date.now() % SEEDS), 0, SEEDS - 1);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const deeds = wholeNumber('--deeds', values.deeds, 1, DEEDS_MAX);
  const soaks = {
    economy: () => runEconomySoak({ seed, deeds, say }),
    gateway: () => runGatewaySoak({ seed, minutes, say }),
    chat: () => runChatSoak({ seed, minutes, say }),
    storm: () => storm(seed, minutes, say),
  };
  const wanted = (['economy', 'gateway', 'chat'] as const).filter((name) => values[name]);
  if (wanted.length > 1) throw new Error(`One soak at a time: ${wanted.map((name) => `--${name}`).join(' or ')}.`);
  const [soak = 'storm'] = wanted;
  const { faults, counts } = await soaks[soak]();
  for (const fault of faults) say(`WRONG: ${fault}`);
  process.stdout.write(`${JSON.stringify({ soak, seed, ...(values.economy ? {} : { minutes }), ...counts, faults: faults.length })}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
};

const storm = (seed: number, minutes: number, say: (line: string) => void): ReturnType<typeof runStorm> =>
  runStorm({
    seed,
    durationMs: minutes * 60_000,
    viewers: 40,
    watchers: 30,
    pauseMs: 500,
    calmMs: { min: 1_500, max: 8_000 },
    disturbances: Object.keys(DISTURBANCES) as DisturbanceName[],
    say,
  });

function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < min || value > max)
    throw new Error(`${flag} is a whole number from ${min} to ${max}, not "${text}".`);
  return value;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
