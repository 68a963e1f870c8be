import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedObjects } from '#platform/embedded/objects.ts';
import type { Identity } from '#platform/identity/identity.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { UPLOAD_TYPES } from '../../subgraphs/messaging/domain/upload.ts';
import { askData } from './runtime.ts';

/** The embedded object store on a folder of its own, which goes with it. */
export const anObjectStore = async ({ totalBytesMax = 1024 ** 2 }: { readonly totalBytesMax?: number } = {}) => {
  const folder = await mkdtemp(join(tmpdir(), 'objects-'));
  const store = await startEmbeddedObjects({ folder, contentTypes: UPLOAD_TYPES, environment: 'test', totalBytesMax });
  return {
    env: store.env,
    folder,
    /** Nobody answers there any more. */
    stop: () => store.close(),
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
};

export interface CreatedUpload {
  readonly id: string;
  readonly put: {
    readonly url: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly expiresAt: string;
  };
  readonly useBefore: string;
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

/** What came of announcing a file. */
export const createUpload = async (on: RunningSubgraph, as: Identity, input: object) => {
  const { createUpload: created } = await askData<{
    createUpload: { upload: CreatedUpload | null; userErrors: readonly { code: string }[] };
  }>(on, {
    as,
    query: `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
      upload { id put { url headers { name value } expiresAt } useBefore } userErrors { code message field } } }`,
    variables: { input: { kind: 'IMAGE', contentType: 'image/png', bytes: 5, name: 'cat.png', idempotencyKey: randomUUID(), ...input } },
  });
  return { upload: created.upload, code: created.userErrors[0]?.code ?? null };
};

/** Puts bytes to an address as a client does; the status of the answer. */
export const putTo = async ({ url, headers }: CreatedUpload['put'], body: Buffer, more: object = {}): Promise<number> => {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { ...Object.fromEntries(headers.map(({ name, value }) => [name, value])), ...more },
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response.status;
};

export const CAT = Buffer.from('meow!');

/** A file of five bytes that is in the store; the id of its upload. */
export const uploaded = async (on: RunningSubgraph, as: Identity, input: object): Promise<string> => {
  const { upload, code } = await createUpload(on, as, input);
  if (upload === null) throw new Error(`the upload was refused: ${code}`);
  const status = await putTo(upload.put, CAT);
  if (status !== 200) throw new Error(`the file was not taken: ${status}`);
  return upload.id;
};

/** Announces the whole length and hangs up before it is sent. */
export const shortBody = ({ url, headers }: CreatedUpload['put'], body: string): Promise<string> =>
  new Promise((resolve) => {
    const sent = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
    const cut = request(url, { method: 'PUT', headers: { ...sent, 'content-length': '5' } }, (response) =>
      resolve(String(response.statusCode)),
    );
    cut.on('error', () => resolve('cut'));
    cut.write(body, () => cut.destroy());
  });
