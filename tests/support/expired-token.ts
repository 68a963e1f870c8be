import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { DEV_ALGORITHM, DEV_ISSUER } from '#platform/identity/dev-tokens.ts';

/** A token of alice's that was good and ran out a minute ago, signed with the platform's own development key. The issuer itself makes no such tokens. */
export const expiredToken = async (dataFolder: string): Promise<string> => {
  const key = Buffer.from(await readFile(join(dataFolder, 'dev-key'), 'utf8'), 'base64');
  const nowSeconds = Math.floor(Date.now() / 1_000);
  return new SignJWT({ scope: 'chat:write gifts:send wallet:read wallet:topup', client_id: 'fanfare-dev' })
    .setProtectedHeader({ alg: DEV_ALGORITHM, typ: 'JWT' })
    .setIssuer(DEV_ISSUER)
    .setSubject('alice')
    .setIssuedAt(nowSeconds - 120)
    .setExpirationTime(nowSeconds - 60)
    .sign(key);
};
