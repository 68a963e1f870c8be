/** Whom the playground can act as. `user` is what POST /dev/token wants to know; null for nobody. */
export interface Persona {
  readonly label: string;
  readonly user: string | null;
}

export const PERSONAS: readonly Persona[] = [
  { label: 'anonymous', user: null },
  { label: 'alice the viewer', user: 'alice' },
  { label: 'luna the streamer', user: 'luna' },
  { label: 'olga the operator', user: 'olga' },
];

/** Where the authorization of a request comes from. Lives in this page's memory and nowhere else. */
export interface Session {
  readonly label: string;
  /** Value of the authorization header, or null for an anonymous caller. Rejects with a sentence when no token can be had. */
  readonly authorization: () => Promise<string | null>;
}

/** A token is renewed when less than this is left of its life. */
const RENEW_BEFORE_MS = 30_000;

export const OWN_TOKEN_LABEL = 'own token';

export const ANONYMOUS_SESSION: Session = { label: 'anonymous', authorization: async () => null };

/** A session with a token that the visitor brought along. */
export const ownTokenSession = (token: string): Session => {
  const authorization = `Bearer ${token.replace(/^Bearer\s+/i, '').trim()}`;
  return { label: OWN_TOKEN_LABEL, authorization: async () => authorization };
};

/** A session as one of the demo's people: gets a token now, and a new one whenever it runs out. Rejects with a sentence when there is none to be had. */
export async function personaSession(persona: Persona): Promise<Session> {
  if (persona.user === null) return ANONYMOUS_SESSION;
  const user = persona.user;
  let current = requestToken(user);
  await current;
  const authorization = async (): Promise<string> => {
    if ((await current).expiresAtMs - Date.now() < RENEW_BEFORE_MS) current = requestToken(user);
    return `Bearer ${(await current).token}`;
  };
  return { label: persona.label, authorization };
}

async function requestToken(user: string): Promise<{ readonly token: string; readonly expiresAtMs: number }> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  if (!response.ok) {
    throw new Error('Tokens for trying things out exist only where Fanfare was started with npm start. Elsewhere, bring your own.');
  }
  const { token, expiresAt }: { token: string; expiresAt: string } = await response.json();
  return { token, expiresAtMs: Date.parse(expiresAt) };
}
