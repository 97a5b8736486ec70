import { branchesOf, configNode, kindOf, type SchemaNode } from '../config/known-keys.ts';

const introduction = `# Configuration

<!-- Written by \`npm run build\` from the schemas in gateway/config/. Edit those. -->

The gateway reads one YAML file: \`overlock.yaml\` in the folder where it is started, or the one that \`--config\` names.
Everything but \`graph\` may be left out. This is a whole configuration:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/overlock/overlock.schema.json
graph:
  subgraphs:
    accounts: { url: "http://127.0.0.1:4101/graphql", schema: accounts.graphql } # federated, SDL from a file
    products: { url: "http://127.0.0.1:4102/graphql" } # federated, SDL asked from the service
    recommendations: # GraphQL without federation
      kind: graphql
      url: http://127.0.0.1:4104/graphql
      entities:
        Product: { key: upc, field: productsByUpc, argument: upcs, list: true }
    shipping: { url: "http://127.0.0.1:4106", openapi: shipping.openapi.yaml } # REST
listen:
  host: 0.0.0.0
  port: \${PORT:-4000}
headers:
  toSubgraphs:
    - propagate: [accept-language, x-request-id]
    - set: { x-gateway-token: { file: /run/secrets/gateway-token } }
traffic:
  all: { timeout: 5s }
\`\`\`

\`overlock config validate [file]\` checks a file and tells all problems at once, each with its line.
\`overlock config schema\` prints the JSON Schema (also in the package as \`overlock.schema.json\`), from which editors complete.

## Values

| form | examples |
| --- | --- |
| duration | \`250ms\`, \`5s\`, \`10m\`, \`1h\`, \`7d\` |
| size | \`512b\`, \`64kb\`, \`1mb\`, \`1gb\`; 1 kb is 1024 bytes |
| share | \`1%\`, \`12.5%\`, \`100%\` |
| rate | \`5/s\`, \`100/min\`, \`1000/hour\`, \`100000/day\`, \`1000000/month\`, a month being 30 days |
| quota | \`100000/day\`, \`3000000/month\`, of the calendar |

**From the environment.** \`\${NAME}\` anywhere in a value is replaced by the environment variable; \`\${NAME:-default}\` has a
default for when it is missing or empty. A variable that is missing and has no default is an error. A value that is nothing
but \`\${NAME}\` may be a number, \`true\` or \`false\` where one is wanted. \`$\${\` stands for \`\${\` itself. Inside of
\`{ }\` and \`[ ]\` YAML needs quotes around it: \`{ port: "\${PORT}" }\`.

**From files.** In place of any string \`{ file: path }\` takes the contents of a file, without its final newline and at most
1 MiB: meant for secrets. Where the value is a path itself (\`schema\`, \`openapi\`, \`supergraph\`), \`{ file: path }\` and
\`path\` mean the same.

**Paths** are relative to the folder of the configuration file; those on the command line to the working directory.

**Repetition.** YAML's anchors and aliases work. Merge keys (\`<<\`) and tags do not.

## Reload

The file and everything it refers to are watched, and \`SIGHUP\` reads them again. A valid change is applied without dropping
a request. An invalid one is reported in the log, and the running configuration stays.
`;

/** The configuration reference as Markdown: a table for each section, made from the schema. */
export function configurationPage(): string {
  const root = configNode();
  const sections = Object.entries(root.properties ?? {});
  const scalars = sections.filter(([, node]) => node.properties === undefined);
  const page = [
    introduction,
    '## Keys without a section',
    '',
    ...tableOf(scalars.flatMap((key) => rowsOf(root, '', key))),
  ];
  for (const [name, node] of sections) {
    if (node.properties === undefined) continue;
    page.push('', `## ${name}`, '', node.description ?? '', '', ...tableOf(membersOf(node, '')));
    for (const [key, kinds] of kindsIn(node)) {
      for (const kind of kinds) {
        page.push(
          '',
          `### \`${name}.${key}\` of kind \`${String(kindOf(kind))}\``,
          '',
          ...tableOf(membersOf(kind, '')),
        );
      }
    }
  }
  return `${page.join('\n')}\n`;
}

/** Members of a section that come in several kinds, which get a table each. */
function kindsIn(section: SchemaNode): readonly (readonly [string, readonly SchemaNode[]])[] {
  return Object.entries(section.properties ?? {}).flatMap(([key, node]) => {
    if (node.additionalProperties) return ofKinds(`${key}.<name>`, node.additionalProperties);
    return node.items === undefined ? [] : ofKinds(`${key}[]`, node.items);
  });
}

function ofKinds(name: string, node: SchemaNode) {
  const kinds = branchesOf(node).filter(({ properties }) => properties !== undefined);
  return kinds.length > 1 ? [[name, kinds] as const] : [];
}

function tableOf(rows: readonly string[]): readonly string[] {
  return ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows];
}

function membersOf(node: SchemaNode, prefix: string): readonly string[] {
  return Object.entries(node.properties ?? {}).flatMap((entry) => rowsOf(node, prefix, entry));
}

function rowsOf(parent: SchemaNode, prefix: string, [key, node]: readonly [string, SchemaNode]): readonly string[] {
  const name = `${prefix}${key}`;
  const required = parent.required?.includes(key) === true;
  const fallback = required ? 'required' : defaultOf(node);
  const row = `| \`${name}\` | ${valuesOf(node)} | ${fallback} | ${escapeCell(node.description ?? '')} |`;
  const mappings = branchesOf(node).filter(({ properties }) => properties !== undefined);
  if (mappings.length > 0) return [row, ...mappings.flatMap((mapping) => membersOf(mapping, `${name}.`))];
  if (node.additionalProperties) return [row, ...membersOf(node.additionalProperties, `${name}.<name>.`)];
  if (node.items !== undefined) return [row, ...membersOf(node.items, `${name}[].`)];
  return [row];
}

function valuesOf(node: SchemaNode): string {
  const alternatives = branchesOf(node);
  if (alternatives.length > 1) return alternatives.map(valuesOf).join(' or ');
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.unit !== undefined) return node.unit;
  if (node.items !== undefined) {
    const hasMembers = branchesOf(node.items).some(({ properties }) => properties !== undefined);
    return hasMembers ? 'list' : `list of ${valuesOf(node.items)}s`;
  }
  if (node.type === 'object') return node.properties === undefined ? 'mapping by name' : 'mapping';
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer') return wholeNumber(node);
  if (node.type === undefined) return 'any';
  return node.format === 'uri' ? 'URL' : 'string';
}

function wholeNumber({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode): string {
  const from = minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : '';
  return `number${from}${maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : ''}`;
}

function defaultOf(node: SchemaNode): string {
  const value = node.default;
  const empty = value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  return empty ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
