// npm run compose: composes schema/*.graphql into schema/supergraph.graphql (for the gateway) and schema/api.graphql (for clients).
// Refuses a breaking change; `npm run compose -- --allow-breaking` takes it on purpose.
import { parseArgs } from 'node:util';
import { findBreaks, readApiSdl } from './contract/breaking.ts';
import { compose, composedFiles } from './contract/compose.ts';
import { describeWritten, writeGeneratedFiles } from './contract/generated-file.ts';

const { values } = parseArgs({ options: { 'allow-breaking': { type: 'boolean', default: false } } });
const composition = compose();
const previousSdl = readApiSdl();
const breaks = previousSdl === null ? [] : findBreaks(previousSdl, composition.apiSchema);
if (breaks.length > 0 && !values['allow-breaking']) {
  process.stderr.write(
    `This breaks clients:\n${breaks.map((change) => `  ${change}\n`).join('')}Deprecate first, or run: npm run compose -- --allow-breaking\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(describeWritten(writeGeneratedFiles(composedFiles(composition))));
}
