import { type GraphQLDirective, type GraphQLSchema, isSpecifiedDirective } from 'graphql';
import type { ChangeDraft } from '../change.ts';
import { diffInputValues } from './input-values.ts';
import { diffMatched } from './match-by-name.ts';
import { diffNotes } from './notes.ts';

/** Changes of the directives that operations may use. */
export function diffDirectives(before: GraphQLSchema, after: GraphQLSchema): Iterable<ChangeDraft> {
  const at = ({ name }: GraphQLDirective) => `@${name}`;
  return diffMatched(directivesOf(before), directivesOf(after), {
    added: (directive) => ({
      code: 'DIRECTIVE_ADDED',
      level: 'safe',
      coordinate: at(directive),
      message: `Directive ${at(directive)} was added.`,
    }),
    removed: (directive) => ({
      code: 'DIRECTIVE_REMOVED',
      level: 'breaking',
      coordinate: at(directive),
      message: `Directive ${at(directive)} was removed.`,
      uses: [at(directive)],
    }),
    kept: (one, other) => diffDirective(at(one), one, other),
  });
}

function* diffDirective(coordinate: string, before: GraphQLDirective, after: GraphQLDirective): Iterable<ChangeDraft> {
  const uses = [coordinate];
  yield* diffNotes(coordinate, before, after);
  yield* diffMatched(before.locations.map(toNamed), after.locations.map(toNamed), {
    added: ({ name }) => ({
      code: 'DIRECTIVE_LOCATION_ADDED',
      level: 'safe',
      coordinate,
      detail: name,
      message: `Directive ${coordinate} may stand at ${name} now.`,
    }),
    removed: ({ name }) => ({
      code: 'DIRECTIVE_LOCATION_REMOVED',
      level: 'breaking',
      coordinate,
      detail: name,
      message: `Directive ${coordinate} may not stand at ${name} any more.`,
      uses,
    }),
    kept: () => [],
  });
  if (before.isRepeatable !== after.isRepeatable) {
    yield after.isRepeatable
      ? {
          code: 'DIRECTIVE_REPEATABLE_ADDED',
          level: 'safe',
          coordinate,
          message: `Directive ${coordinate} may be repeated now.`,
        }
      : {
          code: 'DIRECTIVE_REPEATABLE_REMOVED',
          level: 'breaking',
          coordinate,
          message: `Directive ${coordinate} may not be repeated any more.`,
          uses,
        };
  }
  yield* diffInputValues(before.args, after.args, {
    code: 'ARGUMENT',
    word: 'Argument',
    at: (argument) => `${coordinate}(${argument}:)`,
    uses,
  });
}

function directivesOf(schema: GraphQLSchema): readonly GraphQLDirective[] {
  return schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
}

function toNamed(name: string): { readonly name: string } {
  return { name };
}
