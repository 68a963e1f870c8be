// npm run codegen: makes the resolver types of each subgraph from schema/*.graphql.
import { describeWritten, writeGeneratedFiles } from './contract/generated-file.ts';
import { generateAllResolverTypes } from './contract/resolver-types.ts';

process.stdout.write(describeWritten(writeGeneratedFiles(await generateAllResolverTypes())));
