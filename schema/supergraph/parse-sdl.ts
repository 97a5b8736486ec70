import { type DocumentNode, GraphQLError, isTypeSystemDefinitionNode, isTypeSystemExtensionNode, parse } from 'graphql';

/** Largest SDL that is parsed, in UTF-16 code units: a supergraph of 10,000 types has 3 million. */
const sdlMaxLength = 32 * 1024 * 1024;

export type ParsedSdl =
  | { readonly kind: 'parsed'; readonly document: DocumentNode }
  | { readonly kind: 'failed'; readonly message: string };

interface ParseSdlOptions {
  /** Whether the nodes know where they are: not needed once a text has parsed, and half of a large document's memory. */
  readonly locations?: boolean;
}

/** Parses type system definitions; says in one sentence, with line and column, why a text is not that. Never throws. */
export function parseSdl(sdl: string, { locations = false }: ParseSdlOptions = {}): ParsedSdl {
  if (sdl.length > sdlMaxLength) {
    return failed(`The SDL has ${sdl.length} characters; ${sdlMaxLength} is the most that is read.`);
  }
  if (sdl.trim() === '') return failed('The SDL is empty.');
  try {
    const document = parse(sdl, { noLocation: !locations });
    const other = document.definitions.find(
      (node) => !isTypeSystemDefinitionNode(node) && !isTypeSystemExtensionNode(node),
    );
    if (other === undefined) return { kind: 'parsed', document };
    return failed('The SDL holds an operation or a fragment; it may only define types and directives.');
  } catch (error) {
    return failed(toSentence(error));
  }
}

function failed(message: string): ParsedSdl {
  return { kind: 'failed', message };
}

function toSentence(error: unknown): string {
  if (error instanceof RangeError) return 'The SDL is nested too deeply to be parsed.';
  if (!(error instanceof GraphQLError)) return 'The SDL cannot be parsed.';
  const [location] = error.locations ?? [];
  const place = location === undefined ? '' : ` (line ${location.line}, column ${location.column})`;
  return `${error.message.replace(/\.$/, '')}${place}.`;
}
