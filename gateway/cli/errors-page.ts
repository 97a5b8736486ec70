import { errorCodes } from '../errors.ts';

const introduction = `# Error codes

<!-- Written by \`npm run build\` from the table in gateway/errors.ts. Edit that. -->

Every error has a code in \`extensions.code\`. Codes are stable: programs may decide by them. Messages are for people and may change.

A **refusal** is an answer without \`data\`: the request was not run, and the HTTP status is the one of the table, but for clients
that accept nothing but \`application/json\` where GraphQL over HTTP wants 200. A **field error** stands beside data with the
\`path\` of the field that is \`null\`; the status is then 200 whatever its code. Errors that a subgraph answers keep the
subgraph's own code.

| code | status | meaning |
| --- | --- | --- |
`;

/** The error codes as Markdown, made from the table. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |\n`,
  );
  return introduction + rows.join('');
}
