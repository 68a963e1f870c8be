import type pino from 'pino';

/** Structured JSON log lines with the request id; pretty single lines on a terminal. Tokens, keys and passwords are redacted. */
export type Logger = pino.Logger;
