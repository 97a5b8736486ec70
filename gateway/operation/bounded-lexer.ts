import { Lexer, Source, type Token, TokenKind } from 'graphql';
import type { LimitsConfig } from '../config/limits.ts';
import { GatewayError } from '../errors.ts';
import { deepestNesting } from './nesting.ts';

/** Most characters of a name: an alias comes back with every item of a list. */
const nameMaxLength = 500;

/** Characters that the text may have for each token of the limit: comments, commas and long strings count as few tokens. */
const charactersPerToken = 25;

/**
 * Holds a document against the limits that its tokens show while graphql-js parses it, so that its recursive parser
 * never sees nesting that could overflow the stack.
 */
export class BoundedLexer extends Lexer {
  readonly #limits: LimitsConfig;
  #tokens = 0;
  #directives = 0;
  #nesting = 0;

  constructor(text: string, limits: LimitsConfig) {
    super(new Source(text));
    this.#limits = limits;
  }

  /** @throws GatewayError with the code of the limit that the next token breaks. */
  override advance(): Token {
    const token = super.advance();
    this.#countToken(token);
    switch (token.kind) {
      case TokenKind.BRACE_L:
      case TokenKind.BRACKET_L:
      case TokenKind.PAREN_L:
        this.#open();
        break;
      case TokenKind.BRACE_R:
      case TokenKind.BRACKET_R:
      case TokenKind.PAREN_R:
        this.#nesting -= 1;
        break;
      case TokenKind.AT:
        this.#countDirective();
        break;
      case TokenKind.NAME:
        if (token.end - token.start > nameMaxLength) {
          throw new GatewayError(
            'GRAPHQL_PARSE_FAILED',
            `A name on line ${token.line} is longer than ${nameMaxLength} characters. Shorten it.`,
          );
        }
        break;
      default:
    }
    return token;
  }

  #countToken(token: Token): void {
    const { tokens } = this.#limits;
    if (token.kind !== TokenKind.EOF) this.#tokens += 1;
    if (this.#tokens > tokens) {
      throw new GatewayError(
        'MAX_TOKENS_LIMIT',
        `The document has more than ${tokens} tokens. Ask for less at once, and send long lists as variables.`,
      );
    }
    if (token.end > tokens * charactersPerToken) {
      throw new GatewayError(
        'PAYLOAD_TOO_LARGE',
        `The document is longer than ${tokens * charactersPerToken} characters. Send large values as variables.`,
      );
    }
  }

  #open(): void {
    this.#nesting += 1;
    if (this.#nesting > deepestNesting) {
      throw new GatewayError(
        'MAX_DEPTH_LIMIT',
        `The document nests brackets deeper than ${deepestNesting}. Ask for fewer levels at once.`,
      );
    }
  }

  #countDirective(): void {
    this.#directives += 1;
    if (this.#directives > this.#limits.directives) {
      throw new GatewayError(
        'MAX_DIRECTIVES_LIMIT',
        `The document has more than ${this.#limits.directives} directives. Put @include and @skip on fragments instead of on each field.`,
      );
    }
  }
}
