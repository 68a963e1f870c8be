// npm run compose: composes schema/*.graphql into schema/supergraph.graphql (for the gateway) and schema/api.graphql (for clients).
import { compose, composedFiles } from './contract/compose.ts';
import { describeWritten, writeGeneratedFiles } from './contract/generated-file.ts';

process.stdout.write(describeWritten(writeGeneratedFiles(composedFiles(compose()))));
