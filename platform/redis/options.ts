import type { RedisClientOptions } from 'redis';

/** The pause before a connection is tried again doubles from the first to the second: a restarted server is found again within a second. */
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
/** A server that says nothing for so long, not even to pings, is gone. */
const SILENCE_MAX_MS = 5_000;
const PING_INTERVAL_MS = 2_000;
/** Commands that wait for an answer at most; further ones are refused at once. */
const COMMANDS_MAX = 20_000;
const DEFAULT_PORT = 6_379;

/** What every connection of ours shares: credentials and encryption as the URL says, pings, limits, reconnection for ever. Without the address. */
export const sharedOptions = (url: string): RedisClientOptions => {
  const { protocol, username, password } = new URL(url);
  const socket = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MAX_MS,
    reconnectStrategy: (retries: number) => reconnectPauseMs(retries),
  };
  return {
    socket: protocol === 'rediss:' ? { ...socket, tls: true } : socket,
    pingInterval: PING_INTERVAL_MS,
    commandsQueueMaxLength: COMMANDS_MAX,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  };
};

/** `sharedOptions` with the address of a node, `host:port`. */
export const nodeOptions = (url: string, node: string): RedisClientOptions => {
  const shared = sharedOptions(url);
  const { hostname, port } = new URL(`redis://${node}`);
  const address = { host: withoutBrackets(hostname), port: Number(port === '' ? DEFAULT_PORT : port) };
  return { ...shared, socket: Object.assign({}, shared.socket, address) };
};

/** `sharedOptions` with the address and the database number in the URL. */
export const serverOptions = (url: string): RedisClientOptions => {
  const { host, pathname } = new URL(url);
  const database = Number(pathname.slice(1));
  return { ...nodeOptions(url, host), ...(database > 0 ? { database } : {}) };
};

/** The pause before reconnection number `retries` (from 0), in milliseconds, with jitter. */
export const reconnectPauseMs = (retries: number): number =>
  Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(retries, 8)) * (0.5 + Math.random() / 2);

const withoutBrackets = (host: string): string => (host.startsWith('[') ? host.slice(1, -1) : host);
