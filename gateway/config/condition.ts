import { Environment, ParseError } from '@marcbachmann/cel-js';

/** What the CEL expression of a rule may speak of; what is not known is left out, and speaking of it is an error. */
export interface ConditionContext {
  readonly identity: ConditionIdentity;
  readonly client: Readonly<Record<string, string>>;
  readonly args: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An identity as conditions see it. Any object that is not of a class CEL would wrap anew for each evaluation. */
export class ConditionIdentity {
  readonly kind: string;
  readonly subject: string | undefined;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly tier: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;

  constructor({ kind, subject, scopes, roles, tier, claims }: ConditionIdentity) {
    this.kind = kind;
    this.subject = subject;
    this.scopes = scopes;
    this.roles = roles;
    this.tier = tier;
    this.claims = claims;
  }
}

/** A CEL expression, compiled. */
export interface Condition {
  readonly text: string;
  readonly readsArgs: boolean;
  readonly readsVariables: boolean;
  /**
   * Whether it is true; anything but `true` is not.
   * @throws Error when it cannot be evaluated, such as for a claim that is missing
   */
  readonly holds: (context: ConditionContext) => boolean;
}

export type CompiledCondition =
  | { readonly kind: 'compiled'; readonly condition: Condition }
  | { readonly kind: 'failed'; readonly message: string };

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 1_000, maxDepth: 50 },
})
  .registerType('Identity', {
    ctor: ConditionIdentity,
    fields: {
      kind: 'string',
      subject: 'string',
      scopes: 'list<string>',
      roles: 'list<string>',
      tier: 'string',
      claims: 'map<string, dyn>',
    },
  })
  .registerVariable('identity', 'Identity')
  .registerVariable('client', 'map<string, string>')
  .registerVariable('args', 'map<string, dyn>')
  .registerVariable('variables', 'map<string, dyn>');

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** Compiles a condition once (https://cel.dev); an expression whose cost could grow faster than its values is refused. */
export function compileCondition(text: string): CompiledCondition {
  if (text.length > textMaxLength) return failed(`is longer than ${textMaxLength} characters`);
  try {
    const evaluate = environment.parse(text);
    const { valid, type = '', error } = evaluate.check();
    if (!valid) return failed(toSentence(error));
    if (type !== 'bool' && type !== 'dyn') return failed(`gives a ${type}; it must be true or false`);
    const facts = readExpression(evaluate.ast);
    if (facts.matches) return failed('uses matches(); compare with ==, in, startsWith(), endsWith() or contains()');
    if (facts.nesting > 1) return failed('has a loop within a loop; use "in" for the inner one');
    const condition: Condition = {
      text,
      readsArgs: facts.names.has('args'),
      readsVariables: facts.names.has('variables'),
      holds: (context) => evaluate(context) === true,
    };
    return { kind: 'compiled', condition };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return failed(toSentence(error));
  }
}

const textMaxLength = 4_096;

function failed(message: string): CompiledCondition {
  return { kind: 'failed', message };
}

function toSentence(error: Error | undefined): string {
  // The lines that follow show the expression again.
  return `is not a CEL expression: ${error?.message.split('\n')[0] ?? 'it cannot be read'}`;
}

interface Facts {
  readonly names: ReadonlySet<string>;
  /** How deep loops are nested. */
  readonly nesting: number;
  /** Regular expressions are those of JavaScript here: a client's string could make one take forever. */
  readonly matches: boolean;
}

function readExpression(ast: unknown): Facts {
  const names = new Set<string>();
  let nesting = 0;
  let matches = false;
  const visit = (node: unknown, depth: number): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, depth);
    } else if (isNode(node)) {
      const { op, args } = node;
      if (op === 'id') names.add(String(args));
      const called = (op === 'rcall' || op === 'call') && Array.isArray(args) ? String(args[0]) : '';
      if (called === 'matches') matches = true;
      const inner = op === 'rcall' && loops.has(called) ? depth + 1 : depth;
      nesting = Math.max(nesting, inner);
      visit(args, inner);
    }
  };
  visit(ast, 0);
  return { names, nesting, matches };
}

function isNode(value: unknown): value is { readonly op: string; readonly args: unknown } {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
