import { join } from 'node:path';
import { resetEmbeddedObjects, startEmbeddedObjects } from '#platform/embedded/objects.ts';
import { UPLOAD_TYPES } from '../subgraphs/messaging/domain/upload.ts';
import type { Closing } from './lifecycle.ts';
import type { StartOptions } from './options.ts';

/** Where files are kept, as environment variables: the store that OBJECT_STORE_URL names (none more are needed), else an embedded one in the data folder, which `closing` stops. */
export const openObjects = async (options: StartOptions, closing: Closing): Promise<Readonly<Record<string, string>>> => {
  if ((process.env['OBJECT_STORE_URL'] ?? '') !== '') return {};
  const folder = join(options.dataFolder, 'objects');
  if (options.reset) await resetEmbeddedObjects(folder);
  const objects = await startEmbeddedObjects({ folder, contentTypes: UPLOAD_TYPES, environment: process.env['NODE_ENV'] });
  closing.add('the object store', () => objects.close());
  return objects.env;
};
