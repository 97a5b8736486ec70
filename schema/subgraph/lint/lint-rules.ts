import type { LintRule } from './lint-rule.ts';
import { inputName } from './rules/input-name.ts';
import { keyFieldsNonNull } from './rules/key-fields-non-null.ts';
import { listSizeRequired } from './rules/list-size-required.ts';
import { namingConvention } from './rules/naming-convention.ts';
import { noCaseInsensitiveEnumValuesDuplicates } from './rules/no-case-insensitive-enum-values-duplicates.ts';
import { noHashtagDescription } from './rules/no-hashtag-description.ts';
import { noRootType } from './rules/no-root-type.ts';
import { noScalarResultTypeOnMutation } from './rules/no-scalar-result-type-on-mutation.ts';
import { noTypenamePrefix } from './rules/no-typename-prefix.ts';
import { noUnreachableTypes } from './rules/no-unreachable-types.ts';
import { requireDeprecationDate } from './rules/require-deprecation-date.ts';
import { requireDeprecationReason } from './rules/require-deprecation-reason.ts';
import { requireDescription } from './rules/require-description.ts';
import { requireNullableResultInRoot } from './rules/require-nullable-result-in-root.ts';
import { sunsetNeedsDeprecation } from './rules/sunset-needs-deprecation.ts';

/** All rules. By default none of them fails a check: what is an error is for the operator to say. */
export const lintRules: readonly LintRule[] = [
  inputName,
  keyFieldsNonNull,
  listSizeRequired,
  namingConvention,
  noCaseInsensitiveEnumValuesDuplicates,
  noHashtagDescription,
  noRootType,
  noScalarResultTypeOnMutation,
  noTypenamePrefix,
  noUnreachableTypes,
  requireDeprecationDate,
  requireDeprecationReason,
  requireDescription,
  requireNullableResultInRoot,
  sunsetNeedsDeprecation,
];
