import { listenToFeeds } from '../../subgraphs/messaging/data/conversationNews.ts';
import { openPostingLane, type PostingParts } from '../../subgraphs/messaging/data/postingLane.ts';
import { openModules } from '../../subgraphs/messaging/modules/host.ts';
import { installedModules } from '../../subgraphs/messaging/modules/installed.ts';
import { type Bench, type BenchOptions, type Figures, formatTable, percentile } from '../support/bench.ts';
import { meterMicros } from '../support/cpu.ts';
import { tableBytes } from '../support/database.ts';
import { closedLoop, openLoop } from '../support/load.ts';
import { catchUp } from './away.ts';
import { faultsOf } from './check.ts';
import { writeHistory } from './history.ts';
import { readHistory } from './reading.ts';
import { measureViewers } from './viewers.ts';
import { createWorkload } from './workload.ts';
import { openWorld, ROOMS, type World } from './world.ts';

/** Messages that wait for an answer while throughput is measured: a few batches, so that the next one is always full. */
const OUTSTANDING = 4_000;
const OPEN_LOOP_PER_SECOND = 2_000;
const WARM_UP_SECONDS = 2;
const MISSED = 10_000;
const SEED = 20_261_122;

export const chat: Bench = {
  about: 'messages through the lane: throughput, latency, pages of history, catching up, storage; one hot room and 1,000 others',
  settings: {
    history: { about: 'messages that are there before', usual: 200_000, min: 0, max: 100_000_000 },
  },
  tableOnly: ['history', 'p50AppendMs', 'nodeMicrosPerMessage', 'postgresMicrosPerMessage', 'historyPageP99MsUnderLoad'],
  run: async (options) => {
    const world = await openWorld(options.dataDir, options.say);
    try {
      return await measure(world, options);
    } finally {
      await world.close();
    }
  },
  table: (figures) =>
    formatTable([
      ['messages that were there', `${figures['history']} in ${ROOMS + 1} rooms`],
      ['messages appended per second', `${figures['messagesPerSecond']}`],
      [
        'CPU per message',
        `Node ${figures['nodeMicrosPerMessage']} µs (the load included), PostgreSQL ${figures['postgresMicrosPerMessage']} µs`,
      ],
      [`p50, p99 at ${OPEN_LOOP_PER_SECOND} per second, open loop`, `${figures['p50AppendMs']}, ${figures['p99AppendMs']} ms`],
      ['page of history, p99', `${figures['historyPageP99Ms']} ms`],
      [`the same while ${OPEN_LOOP_PER_SECOND} per second are posted`, `${figures['historyPageP99MsUnderLoad']} ms`],
      [`${MISSED} missed messages in 50 groups and 50 direct conversations, caught up`, `${figures['catchUp10kMs']} ms`],
      ['people who come or go per second', `${figures['joinsPerSecond']}`],
      ['tables and indexes per message', `${figures['bytesPerMessage']} bytes`],
    ]),
};

const measure = async (world: World, { seconds, say, settings }: BenchOptions): Promise<Figures> => {
  const { database, telemetry, postgres, config } = world;
  const { feeds, listen } = listenToFeeds(world.feeds);
  const history = settings['history'] ?? 0;
  await writeHistory(world.databaseUrl, history, say);
  const modules = openModules(installedModules({ database, feeds, listen, telemetry, config }), telemetry);
  const onPosted: PostingParts['onPosted'] = (events) => modules.appended({ events });
  const lane = openPostingLane({ database, feeds, telemetry, rules: modules.rules, onPosted });
  const next = createWorkload(SEED);
  const keepPosting = (length: number) => closedLoop({ lane, callers: OUTSTANDING, seconds: length, next, counts: ({ ok }) => ok });
  try {
    say(`warming up for ${WARM_UP_SECONDS} s`);
    await keepPosting(WARM_UP_SECONDS);

    say(`throughput for ${seconds} s`);
    const [countBefore, bytesBefore, cpu] = [await countMessages(world), await tableBytes(database), meterMicros(postgres.pid)];
    const { accepted, elapsedMs } = await keepPosting(seconds);
    const used = cpu(accepted);
    const posted = (await countMessages(world)) - countBefore;
    const bytes = ((await tableBytes(database)) - bytesBefore) / posted;
    const perSecond = posted / (elapsedMs / 1_000);
    say(`${Math.round(perSecond)} messages/s; CPU per message: Node ${used.node} µs, PostgreSQL ${used.postgres} µs`);

    say(`latency at ${OPEN_LOOP_PER_SECOND} per second for ${seconds} s, with somebody who reads history`);
    const [latenciesMs, busyPagesMs] = await Promise.all([
      openLoop(lane, OPEN_LOOP_PER_SECOND, seconds, next),
      readHistory(feeds, seconds, SEED),
    ]);

    say(`history for ${seconds} s, then ${MISSED} missed messages`);
    const pagesMs = await readHistory(feeds, seconds, SEED + 1);
    const caughtUpMs = await catchUp({ ...world, feeds }, lane, MISSED);

    say(`people who come and go for ${seconds} s`);
    const joinsPerSecond = await measureViewers(world, seconds, SEED);

    say('checking the logs');
    const faults = await faultsOf(world.databaseUrl);
    if (faults.length > 0) throw new Error(`the logs are wrong:\n${faults.join('\n')}`);
    return {
      history,
      messagesPerSecond: Math.round(perSecond),
      nodeMicrosPerMessage: used.node,
      postgresMicrosPerMessage: used.postgres,
      p50AppendMs: rounded(percentile(latenciesMs, 0.5)),
      p99AppendMs: rounded(percentile(latenciesMs, 0.99)),
      historyPageP99Ms: rounded(percentile(pagesMs, 0.99)),
      historyPageP99MsUnderLoad: rounded(percentile(busyPagesMs, 0.99)),
      catchUp10kMs: Math.round(caughtUpMs),
      joinsPerSecond: Math.round(joinsPerSecond),
      bytesPerMessage: Math.round(bytes),
    };
  } finally {
    await lane.close();
    await modules.close();
  }
};

/** By the conversations' own counts: a repeated key is answered and posts nothing. */
const countMessages = async ({ database }: World): Promise<number> => {
  const [row] = await database.query<{ readonly messages: string }>({
    text: '/* countMessages */ SELECT sum(message_count)::text AS messages FROM conversation',
  });
  return Number(row?.messages ?? 0);
};

const rounded = (value: number): number => Number(value.toFixed(1));
