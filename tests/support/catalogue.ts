import { randomUUID } from 'node:crypto';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { askData, aUser } from './runtime.ts';

/** An edit's answer, whichever edit it was. */
export interface EditAnswer {
  readonly gift?: { readonly id: string; readonly version: number; readonly priceVersion: number; readonly priceCoins: string } | null;
  readonly product?: { readonly id: string; readonly version: number } | null;
  readonly policy?: { readonly version: number; readonly dayCoinsMax: string | null } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly field: readonly string[] | null }[];
}

type EditName = 'putGift' | 'setGiftPrice' | 'withdrawGift' | 'putTopUpProduct' | 'setTradingPolicy';

const SELECTIONS: Readonly<Record<EditName, string>> = {
  putGift: 'gift { id version priceVersion priceCoins }',
  setGiftPrice: 'gift { id version priceVersion priceCoins }',
  withdrawGift: 'gift { id version priceVersion priceCoins }',
  putTopUpProduct: 'product { id version }',
  setTradingPolicy: 'policy { version dayCoinsMax }',
};

/** Edits the catalogue as an operator, with a new key unless the input brings one. */
export const editCatalogue = async (
  trading: Pick<RunningSubgraph, 'name' | 'transport'>,
  name: EditName,
  input: Readonly<Record<string, unknown>>,
  operator = 'operator',
): Promise<EditAnswer> => {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
  const data = await askData<Record<EditName, EditAnswer>>(trading, {
    as: aUser(operator, 'ops:write'),
    query: `mutation ($input: ${type}!) { ${name}(input: $input) { ${SELECTIONS[name]} userErrors { code message field } } }`,
    variables: { input: { idempotencyKey: randomUUID(), ...input } },
  });
  return data[name];
};

/** An id that no other gift or product has. */
export const aCatalogueId = (): string => `test-${randomUUID().slice(0, 8)}`;

/** Makes a gift on sale and answers with its id; 5 coins unless it says otherwise. */
export const aGift = async (
  trading: Pick<RunningSubgraph, 'name' | 'transport'>,
  over: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const id = aCatalogueId();
  const { userErrors } = await editCatalogue(trading, 'putGift', { id, name: 'Test gift', priceCoins: '5', ...over });
  if (userErrors.length > 0) throw new Error(`the gift was refused: ${JSON.stringify(userErrors)}`);
  return id;
};

/** What is wrong with an edit, by its codes. */
export const codesOf = ({ userErrors }: EditAnswer): readonly string[] => userErrors.map(({ code }) => code);
