import { randomUUID } from 'node:crypto';
import { request } from '../clients.ts';
import { untilAccepted } from '../retry.ts';

/** Somebody with a token and the conversations in which they talk. */
export interface Talker {
  readonly user: string;
  readonly token: string;
  readonly url: () => Promise<string>;
  /** The room that their device follows, and every group and direct conversation that they are in. */
  readonly roomId: string;
  readonly conversations: string[];
}

/** People of one group, each of them in two. */
const GROUP_SIZE = 20;

interface Made {
  readonly made: { readonly conversation: { readonly id: string } | null; readonly userErrors: readonly { readonly code: string }[] };
}

/** Makes groups of these people, and a direct conversation of each with the next. */
export const makeCircle = async (people: readonly Talker[]): Promise<void> => {
  const groups = Math.max(2, Math.ceil(people.length / GROUP_SIZE));
  for (let group = 0; group < groups; group += 1) {
    const members = people.filter((_, index) => index % groups === group || Math.floor(index / groups) % groups === group);
    const [owner, ...others] = members;
    if (owner === undefined) continue;
    const input = { title: `Group ${group}`, userIds: others.map(({ user }) => user) };
    const id = await make(
      owner,
      'mutation ($input: CreateGroupInput!) { made: createGroup(input: $input) { conversation: group { id } userErrors { code } } }',
      input,
    );
    for (const member of members) member.conversations.push(id);
  }
  for (const [index, person] of people.entries()) {
    const other = people[(index + 1) % people.length];
    if (other === undefined || other === person) continue;
    const id = await make(
      person,
      'mutation ($input: OpenDirectInput!) { made: openDirect(input: $input) { conversation { id } userErrors { code } } }',
      {
        userId: other.user,
      },
    );
    for (const each of [person, other]) if (!each.conversations.includes(id)) each.conversations.push(id);
  }
};

const make = async ({ url, token }: Talker, query: string, input: object): Promise<string> => {
  const variables = { input: { ...input, idempotencyKey: randomUUID() } };
  const { made } = await untilAccepted(
    async () => request<Made>(await url(), query, variables, token),
    ({ made: { userErrors } }) => userErrors[0]?.code === 'RATE_LIMITED',
  );
  if (made.conversation === null) throw new Error(`a conversation was refused: ${JSON.stringify(made.userErrors)}`);
  return made.conversation.id;
};
