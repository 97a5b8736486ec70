const times = (count: number, make: (index: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator);

const nested = (depth: number, open: string, inner: string, close: string) =>
  open.repeat(depth) + inner + close.repeat(depth);

/** Each fragment spreads the next one twice: 2^levels fields. */
const bomb = (levels: number, leaf: string) =>
  `{ ...f0 } ${times(levels, (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`)} fragment f${levels} on Query { ${leaf} }`;

const ring = (size: number) =>
  `{ ...f0 } ${times(size, (index) => `fragment f${index} on Query { ...f${(index + 1) % size} }`)}`;

/** Every fragment spreads every other: the number of paths is the factorial of the size. */
const clique = (size: number) =>
  `{ __schema { ...f0 } } ${times(size, (index) => `fragment f${index} on __Schema { ${times(size, (other) => (other === index ? '' : `...f${other}`))} }`)}`;

/** Documents that are cheap to send and meant to be expensive, with the codes that may refuse them. */
export const hostileDocuments: Readonly<Record<string, { readonly text: string; readonly codes: readonly string[] }>> =
  {
    'depth 100': { text: nested(100, '{friend', '{id}', '}'), codes: ['MAX_DEPTH_LIMIT'] },
    'depth 10,000': { text: nested(10_000, '{friend', '{id}', '}'), codes: ['MAX_DEPTH_LIMIT'] },
    'depth 100,000': { text: nested(100_000, '{friend', '', ''), codes: ['MAX_DEPTH_LIMIT'] },
    'depth 40 twice': {
      text: `{ me ${nested(40, '{friend', '{id}', '}')} you: me ${nested(40, '{friend', '{id}', '}')} }`,
      codes: ['MAX_DEPTH_LIMIT'],
    },
    'a million braces': { text: '{'.repeat(1_000_000), codes: ['GRAPHQL_PARSE_FAILED'] },
    'lists 20,000 deep': {
      text: `{search(tags:${nested(20_000, '[', '', ']')}){__typename}}`,
      codes: ['MAX_DEPTH_LIMIT'],
    },
    'objects 20,000 deep': { text: `{search(filter:${'{not:'.repeat(20_000)}`, codes: ['MAX_DEPTH_LIMIT'] },
    'types 20,000 deep': { text: `query($x:${'['.repeat(20_000)}`, codes: ['MAX_DEPTH_LIMIT'] },
    'inline fragments 5,000 deep': { text: nested(5_000, '{...', '{me{id}}', '}'), codes: ['MAX_DEPTH_LIMIT'] },
    '1,000 aliases': { text: `{${times(1_000, (index) => `a${index}:me{id}`)}}`, codes: ['MAX_ALIASES_LIMIT'] },
    '1,000 aliases of __typename': {
      text: `{${times(1_000, (index) => `a${index}:__typename`)}}`,
      codes: ['MAX_ALIASES_LIMIT'],
    },
    '1,000 aliases in a fragment': {
      text: `{...f} fragment f on Query{${times(1_000, (index) => `a${index}:me{id}`)}}`,
      codes: ['MAX_ALIASES_LIMIT'],
    },
    '10,000 duplicate fields': { text: `{me{${'id '.repeat(10_000)}}}`, codes: ['MAX_TOKENS_LIMIT'] },
    '4,900 duplicate fields': { text: `{me{${'id '.repeat(4_900)}}}`, codes: [] },
    '5,000 duplicate objects': { text: `{me{${'friend{id}'.repeat(5_000)}}}`, codes: ['MAX_TOKENS_LIMIT'] },
    '2,400 duplicate objects': { text: `{me{${'friend{id}'.repeat(2_400)}}}`, codes: [] },
    '750 duplicate objects that conflict': {
      text: `{me{${times(750, (index) => `friend{label(short:${index % 2 === 0})}`)}}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '300 overlapping inline fragments': {
      text: `{node(id:1){${'...on User{friend{friend{id name}}}'.repeat(300)}}}`,
      codes: [],
    },
    '300 overlapping inline fragments of several types': {
      text: `{node(id:1){${times(300, (index) => `...on ${['User', 'Product', 'Node', 'Named'][index % 4]}{name}`)}}}`,
      codes: [],
    },
    '60 fragments that spread all later ones': {
      text: `{me{...f0}} ${times(60, (index) => `fragment f${index} on User{id ${times(59 - index, (step) => `...f${index + step + 1}`)}}`)}`,
      codes: ['MAX_SELECTIONS_LIMIT'],
    },
    '2^25 fields, nested': { text: bomb(25, 'me{id}'), codes: ['MAX_ROOT_FIELDS_LIMIT'] },
    '2^25 fields, nested below a field': {
      text: `{me{...f0}} ${times(25, (index) => `fragment f${index} on User{...f${index + 1} ...f${index + 1}}`)} fragment f25 on User{id}`,
      codes: ['MAX_SELECTIONS_LIMIT'],
    },
    '2^180 of an unknown fragment': {
      text: `{__schema{...f0}} ${times(180, (index) => `fragment f${index} on __Schema{...f${index + 1} ...f${index + 1}}`)}`,
      codes: ['MAX_SELECTIONS_LIMIT', 'GRAPHQL_VALIDATION_FAILED'],
    },
    '2^25 fields, flat': {
      text: `{me{${'...f '.repeat(5_000)}}} fragment f on User{${'id '.repeat(4_900)}}`,
      codes: ['MAX_TOKENS_LIMIT'],
    },
    '2,400 spreads of 200 fields': {
      text: `{me{${'...f '.repeat(2_400)}}} fragment f on User{${'id '.repeat(200)}}`,
      codes: ['MAX_SELECTIONS_LIMIT'],
    },
    '8 times 8^8': {
      text: `{me{...f0}} ${times(8, (index) => `fragment f${index} on User{${times(8, () => `friend{...f${index + 1}}`)}}`)} fragment f8 on User{id}`,
      codes: ['MAX_SELECTIONS_LIMIT'],
    },
    'a fragment that spreads itself': {
      text: '{me{...f}} fragment f on User{id ...f}',
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    'a ring of 100': { text: ring(100), codes: ['GRAPHQL_VALIDATION_FAILED'] },
    'a ring of 1,000': { text: ring(1_000), codes: ['MAX_DEPTH_LIMIT'] },
    'a clique of 13': { text: clique(13), codes: ['GRAPHQL_VALIDATION_FAILED'] },
    'a bomb that nothing spreads': {
      text: `{me{id}} ${times(100, (index) => `fragment f${index} on Query{__schema{types{name}} ...f${index + 1} ...f${index + 1}}`)} fragment f100 on Query{me{id}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '1,400 unused fragments': {
      text: `{me{id}} ${times(1_400, (index) => `fragment f${index} on User{id}`)}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '5,000 unused fragments': {
      text: `{me{id}} ${times(5_000, (index) => `fragment f${index} on User{id}`)}`,
      codes: ['MAX_TOKENS_LIMIT'],
    },
    '2,400 unused variables': {
      text: `query(${times(2_400, (index) => `$v${index}:Int`)}){me{id}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '5,000 variables': {
      text: `query(${times(5_000, (index) => `$v${index}:Int`)}){me{id}}`,
      codes: ['MAX_TOKENS_LIMIT'],
    },
    '1,900 operations of one name': {
      text: times(1_900, () => 'query q{constructor}'),
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '2,000 operations that share fragments': {
      text: `${times(600, (index) => `query q${index}($v:Int){...f0}`)} ${times(60, (index) => `fragment f${index} on Query{search(first:$v){__typename} ...f${index + 1}}`)} fragment f60 on Query{constructor}`,
      codes: ['MAX_ROOT_FIELDS_LIMIT', 'MAX_SELECTIONS_LIMIT'],
    },
    '1,000 unknown directives': { text: `{me{id ${'@nope '.repeat(1_000)}}}`, codes: ['MAX_DIRECTIVES_LIMIT'] },
    '2,000 @include': { text: `{me{${'id @include(if:true) '.repeat(2_000)}}}`, codes: ['MAX_DIRECTIVES_LIMIT'] },
    '4,900 unknown fields': {
      text: `{me{${times(4_900, (index) => `x${index}`)}}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '200,000 tokens': { text: `{${'a '.repeat(100_000)}}`, codes: ['MAX_TOKENS_LIMIT'] },
    'a name of 900 KB': { text: `{${'a'.repeat(900_000)}}`, codes: ['GRAPHQL_PARSE_FAILED', 'PAYLOAD_TOO_LARGE'] },
    'an alias of 200 KB': { text: `{${'a'.repeat(200_000)}:me{id}}`, codes: ['GRAPHQL_PARSE_FAILED'] },
    '900 KB of commas': { text: `{${','.repeat(900_000)}me{id}}`, codes: ['PAYLOAD_TOO_LARGE'] },
    '240 KB of commas': { text: `{${','.repeat(240_000)}me{id}}`, codes: [] },
    '450,000 comments': { text: `{${'#\n'.repeat(450_000)}me{id}}`, codes: ['PAYLOAD_TOO_LARGE'] },
    'a string of 500 KB': { text: `{search(text:"${'x'.repeat(500_000)}"){__typename}}`, codes: ['PAYLOAD_TOO_LARGE'] },
    'a string of 240 KB': { text: `{search(text:"${'x'.repeat(240_000)}"){__typename}}`, codes: [] },
    '2^11 chains of types that overlap': {
      text: `{node(id:1){...f0}} ${times(11, (index) => `fragment f${index} on Node{...on Node{friend{...f${index + 1}}} ...on User{friend{...f${index + 1}}}}`)} fragment f11 on Node{id}`,
      codes: ['MAX_SELECTIONS_LIMIT'],
    },
    '4^5 chains of types': {
      text: `{node(id:1){...f0}} ${times(5, (index) => `fragment f${index} on Node{${times(4, (type) => `...on ${['User', 'Product', 'Node', 'User'][type]}{friend{...f${index + 1}}}`)}}`)} fragment f5 on Node{name id}`,
      codes: [],
    },
    '900 KB of comment': { text: `{#${'x'.repeat(900_000)}\nme{id}}`, codes: ['PAYLOAD_TOO_LARGE'] },
    '120,000 comments': { text: `{${'#\n'.repeat(120_000)}me{id}}`, codes: [] },
    '70,000 comments and 2,400 conflicting lines': {
      text: `{${'#\n'.repeat(70_000)}me{${times(2_400, (index) => `x:${index % 2 === 0 ? 'id' : 'name'}`, '\n')}}}`,
      codes: ['MAX_ALIASES_LIMIT'],
    },
    'a subscription with 29 fields after 100,000 lines': {
      text: `subscription{${'\n'.repeat(200_000)}${'removed renamed{id}'.repeat(14)}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    'a wrong block string of 200 KB': {
      text: `{search(first:"""${'x\n'.repeat(100_000)}"""){__typename}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    '3,000 wrong values': {
      text: `{search(tags:[[${times(3_000, (index) => `${index}`)}]]){__typename}}`,
      codes: ['MAX_LIST_LENGTH_LIMIT'],
    },
    '3,000 wrong values of three lists': {
      text: `{search(tags:[${times(3, () => `[${times(1_000, (index) => `${index}`)}]`)}]){__typename}}`,
      codes: ['GRAPHQL_VALIDATION_FAILED'],
    },
    'a value of 100 lists': {
      text: `{search(json:${nested(100, '[', '', ']')}){__typename}}`,
      codes: ['MAX_INPUT_DEPTH_LIMIT'],
    },
    'a value of 6,000 empty lists': {
      text: `{search(json:[${'[]'.repeat(3_000)}]){__typename}}`,
      codes: ['MAX_LIST_LENGTH_LIMIT'],
    },
    'circular introspection': {
      text: `{__schema{types{fields{type{fields{type{fields{name}}}}}}}}`,
      codes: ['MAX_DEPTH_LIMIT'],
    },
    'circular introspection by fragments': {
      text: `{__type(name:"User"){...a}} fragment a on __Type{fields{type{...b}}} fragment b on __Type{interfaces{...c}} fragment c on __Type{possibleTypes{name}}`,
      codes: ['MAX_DEPTH_LIMIT'],
    },
  };
