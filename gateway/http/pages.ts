import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import type { Config } from '#platform/config/config.ts';
import { FILE_BYTES_MAX } from '../limits.ts';

/** Files that may be served: by their ending, and nothing else. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const COMMON_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The page that shows what is said in a room. */
const ROOM_PAGE = 'room.html';

/** What our pages may do: no more than they need. `filesOrigin`: where images of messages are read, which the page of a room shows. */
const policyOf = ({ folder, name }: Target, filesOrigin: string | null): string => {
  // Monaco, the playground's editor, writes style elements and starts workers.
  if (folder === 'playground')
    return `${COMMON_POLICY}; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; worker-src 'self' blob:`;
  const images = filesOrigin !== null && name === ROOM_PAGE ? ` ${filesOrigin}` : '';
  return `${COMMON_POLICY}; img-src 'self' data:${images}; style-src 'self'`;
};

/** Vite puts a hash of the content into these names: they never change. */
const HASHED = /-[\w-]{8,}\.\w+$/;

interface Target {
  readonly folder: 'pages' | 'playground';
  readonly name: string;
}

/** Serves web/pages and web/playground/dist. */
export interface Pages {
  /** Answers, or says that there is no such page. */
  serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

const PAGES: Readonly<Record<string, string>> = { '/': ROOM_PAGE, '/status': 'status.html', '/limits': 'limits.html' };
/** Names without dots at their beginning and without any way up: what they name lies inside the folder. */
const SAFE_NAME = /^[\w-][\w.-]*(\/[\w-][\w.-]*){0,3}$/;

/** `webFolder`: the folder that holds `pages` and `playground/dist`. `objectStore`: where files of messages are, if there are any. */
export const createPages = (webFolder: string, objectStore: Config['objectStore'] = null): Pages => {
  const filesOrigin = objectStore === null ? null : new URL(objectStore.publicUrl ?? objectStore.url).origin;
  const folders = { pages: join(webFolder, 'pages'), playground: join(webFolder, 'playground', 'dist') };
  const files = new Map<string, { readonly modifiedMs: number; readonly body: Buffer; readonly etag: string }>();

  const load = async (path: string): Promise<{ readonly body: Buffer; readonly etag: string } | null> => {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (found === null || !found.isFile() || found.size > FILE_BYTES_MAX) return null;
    const known = files.get(path);
    if (known?.modifiedMs === found.mtimeMs) return known;
    const body = await readFile(path);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    const file = { modifiedMs: found.mtimeMs, body, etag };
    files.set(path, file);
    return file;
  };

  return {
    serve: async (path, request, response) => {
      const target = targetOf(path);
      const contentType = target === null ? undefined : CONTENT_TYPES[extname(target.name)];
      if (target === null || contentType === undefined) return false;
      const file = await load(join(folders[target.folder], target.name));
      if (file === null) return false;
      const headers = {
        etag: file.etag,
        'cache-control': target.folder === 'playground' && HASHED.test(target.name) ? 'public, max-age=31536000, immutable' : 'no-cache',
        'content-security-policy': policyOf(target, filesOrigin),
      };
      if (request.headers['if-none-match'] === file.etag) {
        response.writeHead(304, headers).end();
        return true;
      }
      response.writeHead(200, { ...headers, 'content-type': contentType, 'content-length': file.body.length });
      response.end(request.method === 'HEAD' ? undefined : file.body);
      return true;
    },
  };
};

const targetOf = (path: string): Target | null => {
  const page = PAGES[path];
  if (page !== undefined) return { folder: 'pages', name: page };
  if (path === '/playground/') return { folder: 'playground', name: 'index.html' };
  const [, folder = '', name = ''] = /^\/(pages|playground)\/(.+)$/.exec(path) ?? [];
  if (!SAFE_NAME.test(name) || name.includes('..')) return null;
  return folder === 'pages' || folder === 'playground' ? { folder, name } : null;
};
