import type { ObjectStoreConfig } from '#platform/config/config.ts';
import { type SignedRequest, type SigningKey, signedAddress } from './signing.ts';

/** What is put into the store under a name. `bytes`: how many, exactly. `sha256`: of them, in base64; null: not said. */
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
  putAddress(name: string, form: ObjectForm, signature: Signature): Promise<PutAddress>;
  /** Where an object may be read. `disposition`: what the store says as content-disposition. */
  getAddress(name: string, disposition: string, signature: Signature): Promise<string>;
  /** What there is under a name; null: nothing. */
  look(name: string): Promise<Omit<ObjectForm, 'sha256'> | null>;
  /** Takes an object away; one that is not there is no error. */
  remove(name: string): Promise<void>;
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
  const key: SigningKey = { ...config, derived: new Map() };
  const ask = async (method: 'HEAD' | 'DELETE', name: string): Promise<Response> => {
    const own = { at: new Date(), expiresSeconds: OWN_ADDRESS_SECONDS };
    const address = await signedAddress(key, { method, url: addressOf(config, url, name), headers: {} }, own);
    try {
      const answer = await fetch(address, { method, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      // Its words are for people: unread, they would hold the connection.
      await answer.body?.cancel();
      return answer;
    } catch (error) {
      throw new ObjectStoreAway(`the object store did not answer ${method}`, { cause: error });
    }
  };
  return {
    putAddress: async (name, { contentType, bytes, sha256 }, signature) => {
      const headers = {
        'content-type': contentType,
        // What was looked at once stays as it was: nobody puts another object in its place.
        'if-none-match': '*',
        ...(sha256 === null ? {} : { 'x-amz-checksum-sha256': sha256 }),
      };
      const request: SignedRequest = {
        method: 'PUT',
        url: addressOf(config, publicUrl ?? url, name),
        headers: { ...headers, 'content-length': String(bytes) },
      };
      return { url: await signedAddress(key, request, signature), headers };
    },
    getAddress: (name, disposition, signature) => {
      const address = new URL(addressOf(config, publicUrl ?? url, name));
      address.searchParams.set('response-content-disposition', disposition);
      return signedAddress(key, { method: 'GET', url: address.href, headers: {} }, signature);
    },
    look: async (name) => {
      const { status, headers } = await ask('HEAD', name);
      if (status === 404) return null;
      if (status !== 200) throw new ObjectStoreAway(`the object store answered ${status} to HEAD`);
      return { contentType: headers.get('content-type') ?? '', bytes: Number(headers.get('content-length') ?? -1) };
    },
    remove: async (name) => {
      const { status } = await ask('DELETE', name);
      if (status !== 204 && status !== 200 && status !== 404) throw new ObjectStoreAway(`the object store answered ${status} to DELETE`);
    },
  };
};

/** Names are made of ids alone, so nothing in them needs escaping. */
const addressOf = ({ bucket }: Pick<ObjectStoreConfig, 'bucket'>, base: string, name: string): string =>
  [base.replace(/\/$/, ''), ...(bucket === null ? [] : [bucket]), name].join('/');
