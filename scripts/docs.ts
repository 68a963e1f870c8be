// npm run docs: makes what documents say about the code from the code: the README's configuration table and web/pages/limits.html.
import { makeDocuments } from './contract/documents.ts';
import { describeWritten, writeGeneratedFiles } from './contract/generated-file.ts';

process.stdout.write(describeWritten(writeGeneratedFiles(makeDocuments())));
