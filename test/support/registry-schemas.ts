/** Subgraphs to publish, as bodies. */

export const users = {
  url: 'http://users.test/graphql',
  sdl: 'type Query { me: User } type User @key(fields: "id") { id: ID! email: String }',
};

/** Without what clients may use. */
export const usersWithoutEmail = { ...users, sdl: 'type Query { me: User } type User @key(fields: "id") { id: ID! }' };

export const reviews = {
  url: 'http://reviews.test/graphql',
  sdl: 'type Query { top: [Review] } type Review { body: String by: User } extend type User @key(fields: "id") { id: ID! @external }',
};
