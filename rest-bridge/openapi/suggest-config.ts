/** Lines for `overlock.yaml` that serve an imported SDL, kept beside the file as `<name>.graphql`. */
export function suggestConfig(name: string, baseUrl: string | undefined): string {
  const url = baseUrl ?? 'http://127.0.0.1:8080 # the base URL of the service';
  return [
    'graph:',
    '  subgraphs:',
    `    ${name}:`,
    '      kind: rest',
    `      url: ${url}`,
    `      schema: ${name}.graphql`,
    '',
  ].join('\n');
}
