import type { ObjectStoreConfig } from '#platform/config/config.ts';
import { type SignedRequest, signedAddress } from './signing.ts';

/** What is put into the store under a key. `bytes`: how many, exactly. `sha256`: of them, in base64; null: not said. */
export interface ObjectForm {
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string | null;
}

/** Until when an address holds. */
export interface Signature {
  readonly at: Date;
  readonly expiresSeconds: number;
}

/** An address to put an object to, with the headers that have to go with it (the length comes from the body). */
export interface PutAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Objects behind signed addresses, in any store that speaks S3's protocol. `look` and `remove` ask it, and throw ObjectStoreAway when it does not answer in time, or not as it should. */
export interface ObjectStore {
  /** Where an object of just this form may be put, once: a second one is refused by the store. */
  putAddress(key: string, form: ObjectForm, signature: Signature): Promise<PutAddress>;
  /** Where an object may be read. `disposition`: what the store says as content-disposition. */
  getAddress(key: string, disposition: string, signature: Signature): Promise<string>;
  /** What there is under a key; null: nothing. */
  look(key: string): Promise<Omit<ObjectForm, 'sha256'> | null>;
  /** Takes an object away; one that is not there is no error. */
  remove(key: string): Promise<void>;
}

/** The store cannot be asked now. */
export class ObjectStoreAway extends Error {}

/** A store on the same continent answers about one object within some hundred milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Addresses that we ask ourselves are used at once. */
const OWN_ADDRESS_SECONDS = 60;

/** The store that the configuration names. Opens nothing. Neither its secret nor an address that it has signed is part of any error. */
export const objectStoreAt = (config: ObjectStoreConfig): ObjectStore => {
  const { publicUrl, url } = config;
  const ask = async (method: 'HEAD' | 'DELETE', key: string): Promise<Response> => {
    const own = { at: new Date(), expiresSeconds: OWN_ADDRESS_SECONDS };
    const address = await signedAddress(config, { method, url: addressOf(config, url, key), headers: {} }, own);
    try {
      return await fetch(address, { method, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    } catch (error) {
      throw new ObjectStoreAway(`the object store did not answer ${method}`, { cause: error });
    }
  };
  return {
    putAddress: async (key, { contentType, bytes, sha256 }, signature) => {
      const headers = {
        'content-type': contentType,
        // What was looked at once stays as it was: nobody puts another object in its place.
        'if-none-match': '*',
        ...(sha256 === null ? {} : { 'x-amz-checksum-sha256': sha256 }),
      };
      const request: SignedRequest = {
        method: 'PUT',
        url: addressOf(config, publicUrl ?? url, key),
        headers: { ...headers, 'content-length': String(bytes) },
      };
      return { url: await signedAddress(config, request, signature), headers };
    },
    getAddress: (key, disposition, signature) => {
      const address = new URL(addressOf(config, publicUrl ?? url, key));
      address.searchParams.set('response-content-disposition', disposition);
      return signedAddress(config, { method: 'GET', url: address.href, headers: {} }, signature);
    },
    look: async (key) => {
      const { status, headers } = await ask('HEAD', key);
      if (status === 404) return null;
      if (status !== 200) throw new ObjectStoreAway(`the object store answered ${status} to HEAD`);
      return { contentType: headers.get('content-type') ?? '', bytes: Number(headers.get('content-length') ?? -1) };
    },
    remove: async (key) => {
      const { status } = await ask('DELETE', key);
      if (status !== 204 && status !== 200 && status !== 404) throw new ObjectStoreAway(`the object store answered ${status} to DELETE`);
    },
  };
};

/** Keys are made of ids alone, so nothing in them needs escaping. */
const addressOf = ({ bucket }: Pick<ObjectStoreConfig, 'bucket'>, base: string, key: string): string =>
  [base.replace(/\/$/, ''), ...(bucket === null ? [] : [bucket]), key].join('/');
