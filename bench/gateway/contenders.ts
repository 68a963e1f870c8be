import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { composeServices } from '@apollo/composition';
import { ROOT_FOLDER } from '../../scripts/contract/schema.ts';
import { HIVE_GATEWAY } from './peers.ts';
import { answerOf, bodyOf, documentOf, ROOMS, SIZES, SUBGRAPHS } from './workload.ts';

/** One gateway, in a process of its own. */
export interface Contender {
  readonly pid: number;
  /** Its origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const CONTENDERS = ['limit', 'fanfare', 'product', 'inProcess', 'apollo', 'hive'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** All gateways over the same supergraph and the same two subgraphs. */
export interface Field {
  readonly contenders: Readonly<Record<ContenderName, Contender>>;
  close(): Promise<void>;
}

/** From its start until a process gives its first right answer. */
const START_MS_MAX = 60_000;
const ASK_AGAIN_MS = 100;
/** What a process wrote to stderr last, for when it does not start. */
const TROUBLE_CHARS_MAX = 10_000;

/** Starts the subgraphs and every gateway, and checks that each answers what it is asked. `folder` takes their files. */
export const openField = async (folder: string): Promise<Field> => {
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map(end));
  };
  try {
    const [messaging, trading, ...ports] = await freePorts(SUBGRAPHS.length + CONTENDERS.length);
    const origins = [messaging, trading].map((port) => `http://127.0.0.1:${port}`);
    const supergraph = `${folder}/supergraph.graphql`;
    await writeFile(supergraph, supergraphOf(origins));
    children.push(start(['bench/gateway/subgraphs.ts', String(messaging), String(trading)]).child);
    await Promise.all(origins.map(untilUp));
    const commands = commandsOf({ supergraph, folder, origins });
    const entries: [ContenderName, Contender][] = [];
    for (const [index, name] of CONTENDERS.entries()) {
      const port = String(ports[index]);
      const { args, env, asUser } = commands[name];
      const { child, trouble } = start(args(port), env);
      children.push(child);
      entries.push([
        name,
        await untilRight({ pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, headers: {} }, asUser ?? false, trouble),
      ]);
    }
    return { contenders: Object.fromEntries(entries) as Readonly<Record<ContenderName, Contender>>, close };
  } catch (error) {
    await close();
    throw error;
  }
};

interface Command {
  readonly args: (port: string) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether requests carry a development token of its. */
  readonly asUser?: boolean;
}

interface Places {
  readonly supergraph: string;
  readonly folder: string;
  /** Of the subgraphs. */
  readonly origins: readonly string[];
}

const PRODUCTION = { NODE_ENV: 'production' } as const;

const commandsOf = ({ supergraph, folder, origins }: Places): Readonly<Record<ContenderName, Command>> => ({
  limit: { args: (port) => ['bench/gateway/limit.ts', port, ...origins], env: PRODUCTION },
  // It writes a line for each request unless told otherwise; the others write none. In `product` the lines are part of the figure.
  fanfare: { args: (port) => ['gateway/server.ts', '--supergraph', supergraph, '--insecure', '--port', port], env: { LOG_LEVEL: 'warn' } },
  product: { args: (port) => ['bench/gateway/product.ts', port, supergraph, folder, ...origins], asUser: true },
  inProcess: { args: (port) => ['bench/gateway/product.ts', port, supergraph, folder], asUser: true },
  apollo: { args: (port) => ['bench/gateway/apollo.ts', port, supergraph], env: PRODUCTION },
  hive: {
    args: (port) => [HIVE_GATEWAY, 'supergraph', supergraph, '--host', '127.0.0.1', '--port', port],
    env: { ...PRODUCTION, LOG_LEVEL: 'warn' },
  },
});

const supergraphOf = (origins: readonly string[]): string => {
  const composed = composeServices(
    SUBGRAPHS.map((name, index) => ({ name, url: `${origins[index] ?? ''}/graphql`, typeDefs: documentOf(name) })),
  );
  if (composed.errors !== undefined) throw new Error(composed.errors.join('\n'));
  return composed.supergraphSdl;
};

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: ROOT_FOLDER,
    env: { PATH, HOME, APOLLO_TELEMETRY_DISABLED: 'true', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let trouble = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    trouble = (trouble + text).slice(-TROUBLE_CHARS_MAX);
  });
  return { child, trouble: () => (child.exitCode === null ? trouble : `it has ended with ${child.exitCode}\n${trouble}`) };
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

// All at the same time, so that no two are the same.
const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  return ports;
};

/** Asks until somebody answers, whatever it is. */
const untilUp = async (origin: string): Promise<void> => {
  const lateMs = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await (await fetch(origin)).arrayBuffer();
      return;
    } catch (error) {
      if (performance.now() > lateMs) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
};

/** Asks until the contender answers, and throws when what it answers is wrong. */
const untilRight = async (contender: Contender, asUser: boolean, trouble: () => string): Promise<Contender> => {
  const lateMs = performance.now() + START_MS_MAX;
  const url = `${contender.url}/graphql`;
  const [room = ''] = ROOMS;
  const json = { 'content-type': 'application/json' };
  for (;;) {
    try {
      const headers = asUser ? { ...json, authorization: await tokenOf(contender) } : json;
      for (const size of SIZES) {
        const answer = await fetch(url, { method: 'POST', headers, body: bodyOf(size, room) });
        const body = await answer.text();
        if (answer.status === 200 && isDeepStrictEqual(JSON.parse(body), answerOf(size, room))) continue;
        throw new WrongAnswer(`${url} answered ${answer.status}: ${body.slice(0, 1_000)}\n${trouble()}`);
      }
      return { ...contender, headers };
    } catch (error) {
      if (error instanceof WrongAnswer || performance.now() > lateMs) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
};

class WrongAnswer extends Error {}

const tokenOf = async ({ url }: Contender): Promise<string> => {
  const answer = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'alice' }),
  });
  return `Bearer ${((await answer.json()) as { readonly token: string }).token}`;
};
