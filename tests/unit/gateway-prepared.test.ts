import { ApolloServer, HeaderMap } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { GatewayContext } from '../../gateway/execute/context.ts';
import { createPreparedOperations } from '../../gateway/http/prepared.ts';

const HEADERS = { 'content-type': 'application/json', accept: '*/*' };
const CONTEXT = { requestId: 'r', identity: { kind: 'service' }, timeoutMs: 1_000 } as unknown as GatewayContext;

const aFront = async (execute: (name: string) => object = (name) => ({ data: { name } })) => {
  const swap: { to: (schema: GraphQLSchema) => void } = { to: () => undefined };
  const inner: GatewayInterface = {
    load: async () => ({ executor: async ({ source }) => execute(source) }),
    onSchemaLoadOrUpdate: (callback) => {
      swap.to = (apiSchema) => callback({ apiSchema, coreSupergraphSdl: '' });
      swap.to(buildSchema('type Query { name: String }'));
      return () => undefined;
    },
    stop: async () => undefined,
  };
  const prepared = createPreparedOperations(inner);
  const asked: string[] = [];
  const plugin = { requestDidStart: async () => void asked.push('apollo') };
  const apollo = new ApolloServer<GatewayContext>({ gateway: prepared.gateway, plugins: [plugin], stopOnTerminationSignals: false });
  await apollo.start();
  /** One request as the route sends it on: its answer, and whether ApolloServer was asked. */
  const request = async (body: object, headers: typeof HEADERS = HEADERS) => {
    asked.length = 0;
    const outcome = await prepared.run({ headers, body }, CONTEXT, () => () => undefined);
    if (outcome.answer !== null) return { text: outcome.answer.body, by: asked };
    const told = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: new HeaderMap(Object.entries(headers)), search: '', body },
      context: async () => outcome.context,
    });
    const type = told.headers.get('content-type');
    if ((told.status ?? 200) === 200 && type !== undefined) prepared.learnHeaders(headers, type);
    return { text: told.body.kind === 'complete' ? told.body.string : '', by: asked };
  };
  return { request, swap };
};

const QUERY = { query: '{ name }' };

describe('ApolloServer is asked', () => {
  test('once about an operation, and the same text comes without it', async () => {
    const { request } = await aFront();
    const first = await request(QUERY);
    expect(first.by).toEqual(['apollo']);
    expect(await request(QUERY)).toEqual({ text: first.text, by: [] });
  });

  test('about another operation, another name and other headers', async () => {
    const { request } = await aFront();
    await request(QUERY);
    expect((await request({ query: '{  name }' })).by).toEqual(['apollo']);
    expect((await request({ ...QUERY, operationName: 'Q' })).by).toEqual(['apollo']);
    expect((await request(QUERY, { ...HEADERS, accept: 'application/json' })).by).toEqual(['apollo']);
    expect((await request(QUERY, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' })).by).toEqual(['apollo']);
  });

  test('again after the schema has changed', async () => {
    const { request, swap } = await aFront();
    await request(QUERY);
    swap.to(buildSchema('type Query { other: String }'));
    const after = await request(QUERY);
    expect(after.by).toEqual(['apollo']);
    expect(after.text).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  test('to tell of an operation that failed, which is not run twice for it', async () => {
    let runs = 0;
    const { request } = await aFront((name) => {
      runs += 1;
      if (runs === 1) return { data: { name } };
      throw new Error(`failure ${runs}`);
    });
    await request(QUERY);
    const failed = await request(QUERY);
    expect(failed.by).toEqual(['apollo']);
    expect(failed.text).toContain('failure 2');
    expect(runs).toBe(2);
  });
});
