import type { Random } from '../random.ts';
import { Deck } from './deck.ts';
import type { PayDeed } from './deeds.ts';

/** Of so many waves, so many of each kind. */
const WAVES = [
  ['gifts', 16],
  ['bulk', 6],
  ['topUps', 5],
  ['payments', 4],
  ['refunds', 5],
  ['cancels', 5],
  ['limited', 2],
  ['topUpRefunds', 3],
  ['takeBacks', 2],
  ['actions', 4],
] as const;
/** What happens to the catalogue and to held gifts after a wave. */
const CHANGES = [
  ['none', 19],
  ['price', 12],
  ['off sale', 3],
  ['on sale', 4],
  ['holds sent', 2],
  ['holds expire', 1],
] as const;
/** What operators do to users. */
const ACTIONS = [
  ['grantProps', 7],
  ['grant of nothing', 1],
  ['bonus', 5],
  ['freeze', 3],
  ['unfreeze', 2],
  ['restrict', 4],
] as const;
/** What an operator sets for a user, over what is otherwise nothing. */
const RESTRICTIONS: readonly (readonly ['minor' | 'blocked' | 'dayMax' | 'sessionMax' | 'nothing', number])[] = [
  ['minor', 1],
  ['blocked', 1],
  ['dayMax', 1],
  ['sessionMax', 2],
  ['nothing', 1],
];
/** How buyers fare. */
const PAYMENTS: readonly (readonly [PayDeed['how'], number])[] = [
  ['paid', 6],
  ['declined', 1],
  ['declined-then-paid', 1],
];

/** What happens how often: whatever is in here happens for certain, whatever the seed; when it does is left to chance. */
export interface Plan {
  readonly waves: Deck<(typeof WAVES)[number][0]>;
  readonly changes: Deck<(typeof CHANGES)[number][0]>;
  readonly actions: Deck<(typeof ACTIONS)[number][0]>;
  readonly restrictions: Deck<(typeof RESTRICTIONS)[number][0]>;
  readonly payments: Deck<PayDeed['how']>;
}

export const aPlan = (random: Random): Plan => ({
  waves: new Deck(WAVES, random),
  changes: new Deck(CHANGES, random),
  actions: new Deck(ACTIONS, random),
  restrictions: new Deck(RESTRICTIONS, random),
  payments: new Deck(PAYMENTS, random),
});
