import { createHash } from 'node:crypto';

/**
 * What a change does to operations that were valid before: it makes some invalid or fail (`breaking`), it may surprise a
 * client that was written without it in mind (`dangerous`), or neither.
 */
export type ChangeLevel = 'breaking' | 'dangerous' | 'safe';

type Changed = 'ADDED' | 'REMOVED';

/** What kind of change it is; its coordinate says of what. */
type ChangeCode =
  | `${'TYPE' | 'FIELD' | 'ARGUMENT' | 'INPUT_FIELD' | 'ENUM_VALUE' | 'UNION_MEMBER' | 'INTERFACE' | 'DIRECTIVE'}_${Changed}`
  | `${'DIRECTIVE_LOCATION' | 'DIRECTIVE_REPEATABLE' | 'ROOT_TYPE' | 'ONE_OF' | 'DEPRECATION'}_${Changed}`
  | `${'FIELD' | 'ARGUMENT' | 'INPUT_FIELD'}_TYPE_CHANGED`
  | `${'ARGUMENT' | 'INPUT_FIELD'}_DEFAULT_CHANGED`
  | 'TYPE_KIND_CHANGED'
  | 'ROOT_TYPE_CHANGED'
  | 'SPECIFIED_BY_CHANGED'
  | 'DEPRECATION_REASON_CHANGED'
  | 'DESCRIPTION_CHANGED';

/** One difference between two schemas that clients see. */
export interface Change {
  /** The same whenever the same change is found again, so that what was said of it holds: 12 hex digits. */
  readonly id: string;
  readonly code: ChangeCode;
  readonly level: ChangeLevel;
  /** A schema coordinate (https://spec.graphql.org/draft/#sec-Schema-Coordinates), such as `User.email` or `@live`. */
  readonly coordinate: string;
  /** A sentence. */
  readonly message: string;
  /**
   * For breaking changes, the coordinates of the former schema of which a client must have used one to be broken. A type's
   * name stands for fragments on it, for what is given as an input of it, and for variables of it.
   */
  readonly uses: readonly string[];
}

/** A change as it is found. */
export interface ChangeDraft {
  readonly code: ChangeCode;
  readonly level: ChangeLevel;
  readonly coordinate: string;
  readonly message: string;
  readonly uses?: readonly string[];
  /** Tells changes of one code at one coordinate apart. */
  readonly detail?: string;
}

/** Gives a change its id. */
export function toChange({ code, level, coordinate, message, uses = [], detail = '' }: ChangeDraft): Change {
  const digest = createHash('sha256')
    .update(JSON.stringify([code, coordinate, detail]))
    .digest('hex');
  return {
    id: digest.slice(0, 12),
    code,
    level,
    coordinate,
    message,
    uses: level === 'breaking' ? [...new Set(uses)] : [],
  };
}
