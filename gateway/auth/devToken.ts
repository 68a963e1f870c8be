import type { IncomingMessage } from 'node:http';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { FanfareError } from '#platform/errors.ts';
import type { DevIssuer } from '#platform/identity/dev-issuer.ts';
import { SCOPES, type Scope } from '#platform/identity/identity.ts';
import { DEV_TOKEN_SECONDS } from '../limits.ts';

/** What POST /dev/token answers. `expiresAt`: RFC 3339. */
export interface DevToken {
  readonly token: string;
  readonly user: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string;
}

const scope = z.enum(Object.keys(SCOPES) as [Scope, ...Scope[]]);
const requestSchema = z.object({
  user: z.string().min(1).max(128),
  scopes: z.array(scope).optional(),
});

/** Issues a token for whoever the body names, to callers on this machine only. Throws FanfareError FORBIDDEN, BAD_USER_INPUT. */
export const issueDevToken = async (issuer: DevIssuer, request: IncomingMessage, body: unknown): Promise<DevToken> => {
  refuseStrangers(request);
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    throw new FanfareError('BAD_USER_INPUT', 'Send {"user": "alice"}, and optionally "scopes": a list of known scopes.', {
      cause: parsed.error,
    });
  }
  const { user, scopes = issuer.scopesOf(user) } = parsed.data;
  const token = await issuer.issue({ user, scopes, expiresInSeconds: DEV_TOKEN_SECONDS });
  return { token, user, scopes, expiresAt: new Date((decodeJwt(token).exp ?? 0) * 1_000).toISOString() };
};

// A page of another site can reach this machine through its reader's browser: under its own Origin, or under a name of its own that it points at
// 127.0.0.1. Both show in the headers, and so does a proxy on this machine that passes on requests of strangers.
const refuseStrangers = ({ socket, headers }: IncomingMessage): void => {
  const { host, origin } = headers;
  if (!isLoopback(socket.remoteAddress)) throw new FanfareError('FORBIDDEN', 'Development tokens are for callers on this machine.');
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined))
    throw new FanfareError('FORBIDDEN', 'Development tokens are not given through a proxy: call the gateway itself.');
  if (host === undefined || !isLocalName(host))
    throw new FanfareError('FORBIDDEN', 'Development tokens need a Host of localhost or 127.0.0.1.');
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) {
    throw new FanfareError('FORBIDDEN', 'Development tokens are not for pages of other origins.');
  }
};

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const;

const isLoopback = (address: string | undefined): boolean => address !== undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);

const isLocalName = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
