import { ConfigError } from './config.ts';

const PORT_MAX = 65_535;

/** The value of --port: a port, 0 for a free one, undefined where the flag was not given. Throws ConfigError. */
export const readPort = (given: string | undefined): number | undefined => {
  if (given === undefined) return undefined;
  if (/^\d{1,5}$/.test(given) && Number(given) <= PORT_MAX) return Number(given);
  throw new ConfigError([`--port is a whole number from 0 to ${PORT_MAX}, not ${JSON.stringify(given)}.`]);
};
