import { parseArgs } from 'node:util';
import { loadConfig } from '#platform/config/config.ts';
import { createDevIssuer, type DevTokenRequest, PERSONAS, parseScopes } from '#platform/identity/dev-issuer.ts';
import { SCOPES } from '#platform/identity/identity.ts';

const HELP = `Prints a token for local use. Only gateways that were started with --dev on the same data folder (npm start) accept it.

  npm run -s token -- --user alice
  npm run -s token -- --user alice --scope "chat:write gifts:send" [--seconds 3600] [--role ROLE] [--minor] [--region DE] [--data DIR]

  --user     any id; known to the demo: ${PERSONAS.map((persona) => persona.user).join(', ')}
  --scope    default: the persona's, else a viewer's; of ${Object.keys(SCOPES).join(' ')}
  --seconds  how long it is good, 1 to 86400 (default 3600)
  --role     may be repeated
  --minor    of somebody who is not of age: may not send gifts
  --region   where the user is, two letters (ISO 3166-1)
  --data     the data folder of the gateway (default DATA_DIR or .data)
`;

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      user: { type: 'string' },
      scope: { type: 'string' },
      seconds: { type: 'string' },
      role: { type: 'string', multiple: true },
      minor: { type: 'boolean', default: false },
      region: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.user === undefined) {
    process.stdout.write(HELP);
    if (!values.help) process.exitCode = 1;
    return;
  }
  const config = loadConfig({ ...process.env, ...(values.data === undefined ? {} : { DATA_DIR: values.data }) }, ['--dev']);
  const request: DevTokenRequest = {
    user: values.user,
    roles: values.role ?? [],
    minor: values.minor,
    ...(values.region === undefined ? {} : { region: values.region }),
    ...(values.scope === undefined ? {} : { scopes: parseScopes(values.scope) }),
    ...(values.seconds === undefined ? {} : { expiresInSeconds: Number(values.seconds) }),
  };
  const issuer = await createDevIssuer(config);
  process.stdout.write(`${await issuer.issue(request)}\n`);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
