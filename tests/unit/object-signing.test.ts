import { describe, expect, test } from 'vitest';
import { startEmbeddedObjects } from '#platform/embedded/objects.ts';
import { objectStoreAt } from '#platform/objects/objects.ts';
import { signatureFault, signedAddress } from '#platform/objects/signing.ts';

// The example of a presigned GET in Amazon's documentation of Signature Version 4.
const key = { region: 'us-east-1', keyId: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const at = new Date('2013-05-24T00:00:00Z');
const day = { at, expiresSeconds: 86_400 };

describe('a signed address', () => {
  test('is the one that the documentation of S3 has as its example', async () => {
    const url = await signedAddress(key, { method: 'GET', url: 'https://examplebucket.s3.amazonaws.com/test.txt', headers: {} }, day);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    });
  });

  test('holds for the request that it was made for, for its time, and for no other', async () => {
    const headers = { 'content-type': 'image/png', 'content-length': '5' };
    const url = await signedAddress(key, { method: 'PUT', url: 'http://127.0.0.1:9000/b/k?x=a%20b%2Bc', headers }, day);
    const request = { method: 'PUT', url, headers: { host: '127.0.0.1:9000', ...headers } };
    const faultAt = (ms: number, change: object = {}) => signatureFault(key, { ...request, ...change }, at.getTime() + ms);
    expect(url).toContain('a%20b%2Bc');
    expect([await faultAt(0), await faultAt(86_400_000)]).toEqual([null, null]);
    expect(await faultAt(86_400_001)).toContain('expired');
    expect(await faultAt(-900_001)).toContain('not valid yet');
    const others = [
      { method: 'GET' },
      { url: url.replace('/k?', '/other?') },
      { url: url.replace('X-Amz-Expires=86400', 'X-Amz-Expires=99999') },
      { url: url.replace('content-length%3B', '') },
      { url: url.replace('AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLX') },
      { url: `${url.slice(0, -1)}${url.endsWith('0') ? '1' : '0'}` },
      { headers: { ...request.headers, 'content-type': 'text/html' } },
      { headers: { ...request.headers, 'content-length': '6' } },
    ];
    for (const other of others) expect(await faultAt(0, other), JSON.stringify(other)).toContain('not that of this request');
    for (const none of ['http://127.0.0.1:9000/b/k', url.replace('X-Amz-Date=2013', 'X-Amz-Date=x'), url.replace('host', 'hose')])
      expect(await faultAt(0, { url: none })).toContain('not signed');
    expect(await faultAt(0, { url: url.replace('X-Amz-Expires=86400', 'X-Amz-Expires=604801') })).toContain('no good time');
  });
});

describe('an object store', () => {
  const config = { url: 'http://10.0.0.1:9000', bucket: 'files', publicUrl: 'https://files.example.com', ...key };

  test('signs for clients what binds type, length and digest, at the host that they reach', async () => {
    const store = objectStoreAt(config);
    const put = await store.putAddress('a/b', { contentType: 'image/png', bytes: 7, sha256: 'digest' }, day);
    expect(put.headers).toEqual({ 'content-type': 'image/png', 'if-none-match': '*', 'x-amz-checksum-sha256': 'digest' });
    expect(put.url).toMatch(/^https:\/\/files\.example\.com\/files\/a\/b\?/);
    expect(new URL(put.url).searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;if-none-match;x-amz-checksum-sha256',
    );
    expect(await store.getAddress('a/b', "attachment; filename*=UTF-8''a%20b", day)).toContain('filename*%3DUTF-8%27%27a%2520b');
    const own = objectStoreAt({ ...config, bucket: null, publicUrl: null });
    expect(await own.getAddress('a', 'inline', day)).toMatch(/^http:\/\/10\.0\.0\.1:9000\/a\?/);
  });

  test('of our own does not run in production', async () => {
    const options = { folder: '/nowhere', contentTypes: [], environment: 'production' };
    await expect(startEmbeddedObjects(options)).rejects.toThrow('OBJECT_STORE_URL');
  });

  test('that does not answer is told of without its secret', async () => {
    const away = objectStoreAt({ ...config, url: 'http://127.0.0.1:1' });
    const error = await away.look('a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'the object store did not answer HEAD' });
    expect(JSON.stringify([error, String((error as Error).cause), (error as Error).stack])).not.toMatch(/wJalr|Signature/);
  });
});
