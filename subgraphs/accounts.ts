import type { Server } from 'node:http';
import { readAsset } from './asset.ts';
import { createFederatedSchema } from './federated-schema.ts';
import { createGraphqlServer } from './graphql-server.ts';
import { userIds } from './keys.ts';
import { page } from './page.ts';
import { createRandom } from './random.ts';
import { userName } from './user-name.ts';

interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly city: string;
}

/** Who buys: federated GraphQL. */
export function createAccounts(): Server {
  const users = createUsers();
  const schema = createFederatedSchema({
    sdl: readAsset('accounts.graphql'),
    resolvers: {
      Query: {
        me: () => users[0],
        user: (_: unknown, { id }: { id: string }) => users.find((user) => user.id === id),
        users: (_: unknown, { first }: { first: number }) => page(users, first),
      },
    },
    entities: {
      User: ({ id }) => users.find((user) => user.id === id),
    },
  });
  return createGraphqlServer(schema);
}

function createUsers(): readonly User[] {
  const random = createRandom(1);
  const cities = ['Aarhus', 'Bologna', 'Ghent', 'Gdansk', 'Porto', 'Tartu', 'Utrecht'];
  return userIds.map((id) => {
    const name = userName(id);
    const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
    return { id, name, email, city: random.pick(cities) };
  });
}
