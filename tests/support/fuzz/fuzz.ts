import { connect } from 'node:net';
import { type Random, seededRandom } from '../../../start/demo/random.ts';
import type { TestGraph } from '../gateway-graph.ts';
import { heldMegabytes } from '../memory.ts';
import { aBody, aHeader, aMessage } from './documents.ts';
import { aFrame, aProperFrame, handshake } from './frames.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly gateway: { readonly port: number; readonly url: string };
  readonly graph: TestGraph;
}

export interface FuzzResult {
  /** What should not have happened. */
  readonly faults: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Conversations at the same time. */
const AT_ONCE = 8;
/** How long one waits for what the gateway says to it: some say nothing that deserves an answer. */
const LISTEN_MS = 120;
const ANSWER_BYTES_MAX = 4_000_000;
const FAULTS_MAX = 20;
/** After the first part of the run every cache is as full as it gets, more or less; what is alive may then grow by so much. */
const WARM_SHARE = 0.5;
export const GROWTH_MB_MAX = 40;

/** Traces, places in code, words of the runtime, and the secret that the test graph's resolvers throw. */
const INTERNALS =
  /\bat \S+ \(|\bat (?:async )?(?:file|node):|node_modules|node:internal|\.[jt]s:\d+|(?:Type|Reference|Range|Syntax|Assertion)Error|Cannot read propert|is not a function|is not iterable|swordfish|\[object Object\]/;
/** A caller can make the test graph throw; nothing else may be our fault. */
const THROWN = /fault|broken/;

/** Sends what a seed makes of queries, variables, headers, bodies, frames and messages, and looks at everything that comes back. */
export const runFuzz = async ({ seed, durationMs, gateway, graph }: FuzzOptions): Promise<FuzzResult> => {
  const random = seededRandom(seed);
  const faults: string[] = [];
  const counts = { http: 0, frames: 0, messages: 0, answers: 0, growthMegabytes: 0 };
  const fault = (text: string): void => {
    if (faults.length < FAULTS_MAX) faults.push(text.slice(0, 1_500));
  };
  const unheard = (error: unknown): void => fault(`nothing handled ${error instanceof Error ? error.stack : String(error)}`);
  process.on('uncaughtException', unheard);
  process.on('unhandledRejection', unheard);

  const look = (sent: Buffer, said: string): void => {
    if (said.length > 0) counts.answers += 1;
    // What a client sent may come back to it, as a value or in the sentence of what is wrong with it.
    const text = sent.toString('latin1');
    const internal = INTERNALS.exec(said);
    if (internal !== null && !text.includes(internal[0])) fault(`answered with ${internal[0]}: ${said}\nto ${text}`);
    if (said.includes('INTERNAL_SERVER_ERROR') && !THROWN.test(text)) fault(`our fault: ${said}\nto ${text}`);
    if (/^HTTP\/1\.1 5(?!03)/.test(said) && !THROWN.test(text)) fault(`answered ${said}\nto ${text}`);
  };
  const converse = async (): Promise<void> => {
    const kind = Math.floor(random() * 3);
    const sent =
      kind === 0 ? aRequest(random) : Buffer.concat([Buffer.from(handshake()), kind === 1 ? someFrames(random) : someMessages(random)]);
    counts[kind === 0 ? 'http' : kind === 1 ? 'frames' : 'messages'] += 1;
    look(sent, await exchange(gateway.port, sent, random));
  };
  const until = async (endMs: number): Promise<void> => {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (performance.now() < endMs && faults.length < FAULTS_MAX) {
          await converse();
          if (random() < 0.2) graph.log.append();
        }
      }),
    );
  };

  const beganAtMs = performance.now();
  try {
    await until(beganAtMs + durationMs * WARM_SHARE);
    const before = heldMegabytes();
    await until(beganAtMs + durationMs);
    counts.growthMegabytes = Math.round(heldMegabytes() - before);
    if (counts.growthMegabytes > GROWTH_MB_MAX) fault(`what is alive grew by ${counts.growthMegabytes} MB`);
    if (!(await serves(gateway.url))) fault('it serves no more');
  } finally {
    process.off('uncaughtException', unheard);
    process.off('unhandledRejection', unheard);
  }
  return { faults, counts };
};

const aRequest = (random: Random): Buffer => {
  const body = aBody(random);
  const headers = Array.from({ length: Math.floor(random() * 4) }, () => aHeader(random));
  const length = random() < 0.05 ? Math.floor(random() * 2e6) : body.length;
  const method = random() < 0.85 ? 'POST' : (['GET', 'PUT', 'OPTIONS', 'BREW', 'get'][Math.floor(random() * 5)] ?? 'GET');
  const query =
    method === 'POST'
      ? ''
      : `?query=${encodeURIComponent(body.toString('latin1').slice(0, 2_000))}&variables=%7B&extensions=${random() < 0.5 ? '%' : '1'}`;
  const head = [
    `${method} /graphql${query} HTTP/1.1`,
    'host: x',
    'content-type: application/json',
    `content-length: ${length}`,
    ...headers,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), body]);
};

const INIT = aProperFrame('{"type":"connection_init"}');

const someFrames = (random: Random): Buffer =>
  Buffer.concat([...(random() < 0.6 ? [INIT] : []), ...Array.from({ length: 1 + Math.floor(random() * 6) }, () => aFrame(random))]);

const someMessages = (random: Random): Buffer =>
  Buffer.concat([
    ...(random() < 0.8 ? [INIT] : []),
    ...Array.from({ length: 1 + Math.floor(random() * 10) }, () => aProperFrame(aMessage(random))),
  ]);

/** Sends bytes, in one piece or two, and resolves with what came back until it closed, or for a moment. */
const exchange = (port: number, bytes: Buffer, random: Random): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const heard: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      clearTimeout(timer);
      if (random() < 0.5) socket.resetAndDestroy();
      else socket.destroy();
      resolve(Buffer.concat(heard).toString('latin1'));
    };
    let timer = setTimeout(done, LISTEN_MS * 10);
    const cut = random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length;
    socket.on('error', () => undefined);
    socket.once('close', done);
    socket.once('connect', () => {
      socket.write(bytes.subarray(0, cut));
      if (cut < bytes.length) setTimeout(() => socket.writable && socket.write(bytes.subarray(cut)), 5);
    });
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size < ANSWER_BYTES_MAX) heard.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(done, LISTEN_MS);
    });
  });

/** Whether a plain query is answered, given a few tries for a gateway that is busy. */
const serves = async (url: string): Promise<boolean> => {
  for (let tries = 0; tries < 20; tries += 1) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ rooms { id gift { name } } }"}',
    });
    if ((await response.text()).includes('"name of rose"')) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
};
