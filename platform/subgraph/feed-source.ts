import { FanfareError } from '#platform/errors.ts';
import type { FeedSource, PullRequest, PullResponse } from '#platform/feed/feed.ts';
import { IDENTITY_HEADER, type IdentityKeys } from '#platform/identity/identity.ts';
import { createHttpClient, unavailable } from './http-client.ts';
import type { SubgraphName } from './transport.ts';
import { PULL_PATH, pullResponseSchema } from './wire.ts';

/** How much longer than its long poll a pull may take. */
const PULL_GRACE_MS = 10_000;

/** Pulls another process's feeds over POST /internal/feeds/pull, signed as a service. Throws FanfareError SUBGRAPH_UNAVAILABLE, TIMEOUT, or what the owner answered. */
export const createHttpFeedSource = (
  owner: SubgraphName,
  url: string,
  options: { readonly identityKeys: IdentityKeys; readonly service: string },
): FeedSource & { close(): Promise<void> } => {
  const client = createHttpClient(owner, url);
  const pull = async (request: PullRequest, signal: AbortSignal): Promise<PullResponse> => {
    const identity = options.identityKeys.sign({ kind: 'service', service: options.service, scopes: [] }, owner);
    const { status, body } = await client.call({
      method: 'POST',
      path: PULL_PATH,
      headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: identity },
      body: JSON.stringify(request),
      timeoutMs: request.waitMs + PULL_GRACE_MS,
      signal,
    });
    const parsed = pullResponseSchema.safeParse(body);
    if (status === 200 && parsed.success) return parsed.data;
    throw refusalIn(body) ?? unavailable(owner, parsed.error ?? new Error(`status ${status}`));
  };
  return { pull, close: () => client.close() };
};

const refusalIn = (body: unknown): FanfareError | undefined => {
  const first = (
    body as
      | { readonly errors?: readonly { readonly message?: unknown; readonly extensions?: { readonly code?: unknown } }[] }
      | null
      | undefined
  )?.errors?.[0];
  const code = first?.extensions?.code;
  if (
    typeof first?.message !== 'string' ||
    (code !== 'UNAUTHENTICATED' && code !== 'FORBIDDEN' && code !== 'BAD_REQUEST' && code !== 'BAD_USER_INPUT')
  )
    return undefined;
  return new FanfareError(code, first.message);
};
