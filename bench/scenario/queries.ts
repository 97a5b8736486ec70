import { readFileSync } from 'node:fs';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');

/** Both queries of the scenario: entities of all four subgraphs, and two fields of one object. */
export const queries = { heavy: read('heavy.graphql'), light: read('light.graphql') } as const;

export type QueryName = keyof typeof queries;
