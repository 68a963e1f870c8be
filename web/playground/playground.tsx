import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { makeExamples, withNewKey } from './examples.ts';
import { createSessionFetcher } from './fetcher.ts';
import { ANONYMOUS_SESSION, OWN_TOKEN_LABEL, ownTokenSession, PERSONAS, type Persona, personaSession, type Session } from './personas.ts';

const newKey = (): string => crypto.randomUUID();

const EXAMPLE_TABS = makeExamples(newKey).map(({ query, variables }) => ({
  query,
  variables: Object.keys(variables).length === 0 ? null : JSON.stringify(variables, null, 2),
}));

/** GraphiQL keeps tabs and history under this prefix in localStorage. Headers, and so tokens, are not among them. */
const STORAGE_PREFIX = 'graphiql:';

/** The playground: GraphiQL below a bar that says as whom it asks. */
export function Playground() {
  const [session, setSession] = useState<Session>(ANONYMOUS_SESSION);
  const [problem, setProblem] = useState<string | null>(null);
  const sessionFetcher = useMemo(() => createSessionFetcher(session), [session]);
  useEffect(() => sessionFetcher.close, [sessionFetcher]);

  const actAs = async (persona: Persona): Promise<void> => {
    try {
      setSession(await personaSession(persona));
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const takeOwnToken = (token: string): void => {
    setSession(ownTokenSession(token));
    setProblem(null);
  };

  return (
    <>
      <header className="bar">
        <strong>Fanfare</strong>
        <PersonaButtons session={session} actAs={actAs} />
        <OwnToken onToken={takeOwnToken} />
        <span role="status">{problem ?? (session.label === OWN_TOKEN_LABEL ? 'acting with your own token' : null)}</span>
        <nav>
          <button type="button" onClick={restoreExamples} title="Forget all tabs and begin with the examples of the tour again">
            Restore examples
          </button>
          <a href="/schema.graphql">Schema</a>
          <a href="/limits">Limits and codes</a>
          <a href="/status">Status</a>
          <a href="/">Room</a>
        </nav>
      </header>
      <main>
        <GraphiQL
          fetcher={sessionFetcher.fetcher}
          defaultTabs={EXAMPLE_TABS}
          isHeadersEditorEnabled={false}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
          defaultEditorToolsVisibility="variables"
          defaultTheme="dark"
        >
          <GraphiQL.Toolbar>
            {({ prettify, copy, merge }) => (
              <>
                {prettify}
                {merge}
                {copy}
                <NewKeyButton />
              </>
            )}
          </GraphiQL.Toolbar>
        </GraphiQL>
      </main>
    </>
  );
}

function PersonaButtons({ session, actAs }: { readonly session: Session; readonly actAs: (persona: Persona) => Promise<void> }) {
  return (
    <fieldset aria-label="Act as">
      <span>Act as</span>
      {PERSONAS.map((persona) => (
        <button key={persona.label} type="button" aria-pressed={session.label === persona.label} onClick={() => void actAs(persona)}>
          {persona.label}
        </button>
      ))}
    </fieldset>
  );
}

function OwnToken({ onToken }: { readonly onToken: (token: string) => void }) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    onToken(text);
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <input
        type="password"
        autoComplete="off"
        placeholder="or paste a token"
        aria-label="Own token"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">Use</button>
    </form>
  );
}

/** Puts a new idempotencyKey into the variables, so that the same operation means a new wish. */
function NewKeyButton() {
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const renew = (): void => variableEditor?.setValue(withNewKey(variableEditor.getValue(), newKey));
  return (
    <ToolbarButton label="New key: replace the idempotencyKey in the variables" onClick={renew}>
      <svg viewBox="0 0 16 16" className="graphiql-toolbar-icon" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
        <circle cx="5" cy="11" r="3" />
        <path d="M7.2 8.8 13 3m-2.4 2.4 2 2" />
      </svg>
    </ToolbarButton>
  );
}

// Forgets when the page is left, not before: GraphiQL stores its tabs half a second after they have changed, and would bring back what was just forgotten.
function restoreExamples(): void {
  const forget = (): void => {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(STORAGE_PREFIX))) localStorage.removeItem(key);
  };
  window.addEventListener('pagehide', forget, { once: true });
  window.location.reload();
}
