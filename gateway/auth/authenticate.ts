import { FanfareError } from '#platform/errors.ts';
import { ANONYMOUS, type ClientToken, type TokenVerifier } from '#platform/identity/identity.ts';
import type { Viewer } from '../execute/context.ts';

/** Finds out who a caller is from the value of `authorization` (a header, or a connection parameter). Absent: an anonymous viewer.
 * Throws FanfareError UNAUTHENTICATED, with a message that tells malformed, forged and expired tokens apart. */
export type Authenticate = (authorization: unknown) => Promise<Viewer>;

const BEARER = /^Bearer +([^\s]+)$/i;

export const createAuthenticate =
  (verifier: TokenVerifier): Authenticate =>
  async (authorization) => {
    if (authorization === undefined || authorization === null || authorization === '') return ANONYMOUS_VIEWER;
    const [, token] = typeof authorization === 'string' ? (BEARER.exec(authorization) ?? []) : [];
    if (token === undefined)
      throw new FanfareError('UNAUTHENTICATED', 'The authorization is malformed: send `Bearer <token>`, or nothing at all.');
    return verifier.verify(token);
  };

const ANONYMOUS_VIEWER: Viewer = { identity: ANONYMOUS as ClientToken['identity'], expiresAtMs: null };
