import { describe, expect, it } from 'vitest';
import { type CheckFindings, createCheckReport } from '../../../schema/checks/check-report.ts';
import { comparePlans } from '../../../schema/checks/compare-plans.ts';
import { diffSchemas } from '../../../schema/checks/diff-schemas.ts';
import { toMarkdown } from '../../../schema/checks/to-markdown.ts';
import { weighChanges } from '../../../schema/checks/weigh-changes.ts';
import type { LintFinding } from '../../../schema/subgraph/lint/lint-finding.ts';

const subject = { graph: 'shop@production', subgraph: 'reviews', base: 41 };
const nothing: CheckFindings = { problems: [], hints: [], lint: [], changes: [], plans: [] };

const warning: LintFinding = {
  rule: 'require-description',
  severity: 'warn',
  message: 'Describe User.',
  coordinate: 'User',
  line: 3,
  column: 6,
  subgraph: 'reviews',
};

const changes = weighChanges(
  diffSchemas(
    'type Query { a: Int b: Int c: Role } enum Role { A }',
    'type Query { c: Role d: Int } enum Role { A B }',
  ),
  {
    lookup: () => [
      {
        coordinate: 'Query.a',
        count: 9,
        clients: Array.from({ length: 30 }, (_, at) => ({ name: `app${at}`, version: '1', count: 30 - at })),
        operations: [{ hash: 'b'.repeat(64), name: 'GetA', count: 9 }],
      },
    ],
    operationCount: 100,
    days: 30,
  },
);
const facts = { fetches: 1, waves: 1, cost: 1 };
const plans = comparePlans(
  [{ hash: 'c'.repeat(64), name: undefined, text: '{ c }', count: 5 }],
  () => ({ kind: 'planned', facts }),
  () => ({ kind: 'planned', facts: { ...facts, waves: 2 } }),
);

describe('the report of a check', () => {
  it('passes when nothing in it fails, and counts', () => {
    const report = createCheckReport(subject, { ...nothing, lint: [warning], changes: changes.slice(1), plans });
    expect(report.verdict).toBe('passed');
    expect(report.counts).toEqual({
      problems: 0,
      hints: 0,
      lintErrors: 0,
      lintWarnings: 1,
      breakingChanges: 1,
      dangerousChanges: 1,
      safeChanges: 1,
      failingChanges: 0,
      worsePlans: 1,
      failingPlans: 0,
      plannedOperations: 0,
      unplannedOperations: 0,
    });
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({
      base: 41,
      changes: [{ code: 'FIELD_REMOVED' }, {}, {}],
    });
  });

  const problem = { code: 'X', message: 'Wrong.', subgraph: 'reviews', coordinate: 'User.id' };
  it.each<[what: string, findings: Partial<CheckFindings>]>([
    ['does not compose', { problems: [problem] }],
    ['has a lint error', { lint: [warning, { ...warning, severity: 'error' }] }],
    ['breaks a client', { changes }],
    ['gets slower than is allowed', { plans: plans.map((plan) => ({ ...plan, verdict: 'fail' })) }],
  ])('fails when the schema %s', (_, findings) => {
    expect(createCheckReport(subject, { ...nothing, ...findings }).verdict).toBe('failed');
  });

  it('puts first what fails, and cuts long lists but not their counts', () => {
    const lint = Array.from({ length: 5_000 }, () => warning);
    const report = createCheckReport(subject, {
      ...nothing,
      lint: [...lint, { ...warning, severity: 'error' }],
      changes: changes.toReversed(),
    });
    expect(report.lint).toHaveLength(2_000);
    expect(report.lint[0]?.severity).toBe('error');
    expect(report.counts).toMatchObject({ lintErrors: 1, lintWarnings: 5_000 });
    expect(report.changes[0]).toMatchObject({ coordinate: 'Query.a', verdict: 'fail' });
    expect(report.changes[0]?.clients).toHaveLength(20);
  });
});

describe('the Markdown of a report', () => {
  it('says the verdict first, and then shows tables', () => {
    const text = toMarkdown(createCheckReport(subject, { ...nothing, lint: [warning], changes, plans }));
    const [a, b] = changes;
    expect(text).toBe(`## Check failed: \`reviews\` in \`shop@production\`

Compared with version 41. Failing: 1 breaking change.

### Changes

|  | Change | Why | Used by | Id |
| --- | --- | --- | --- | --- |
| **breaking** | Field Query.a was removed. | Used 465 times in the last 30 days by 30 clients. | app0 1 (30), app1 1 (29), app2 1 (28) and 17 more; with \`GetA\` (9) | \`${a?.id}\` |
| breaking | Field Query.b was removed. | Not used in the last 30 days. |  | \`${b?.id}\` |
| dangerous | Enum value Role.B was added; clients may meet a value that they do not know. | Breaks no operation, but may surprise a client. |  | \`${changes[2]?.id}\` |

### Plans

|  | Operation | Sent | Requests | Waves | Cost | Why | Id |
| --- | --- | --- | --- | --- | --- | --- | --- |
| passes | \`cccccccccccc\` | 5 | 1 → 1 | 1 → 2 | 1 → 1 | Waves of requests rose from 1 to 2: as much as is allowed. | \`${plans[0]?.id}\` |

### Lint

|  | Where | What | Line | Rule |
| --- | --- | --- | --- | --- |
| warning | \`User\` | Describe User. | 3:6 | \`require-description\` |

<details><summary>Safe changes: 1</summary>

| Where | Change |
| --- | --- |
| \`Query.d\` | Field Query.d was added. |

</details>
`);
  });

  it('is short when there is nothing to say, also before the first version', () => {
    expect(toMarkdown(createCheckReport({ ...subject, base: undefined }, nothing))).toBe(
      '## Check passed: `reviews` in `shop@production`\n\nThere was no version to compare it with.\n',
    );
  });

  it('shows texts of schemas and clients, and lets them do nothing', () => {
    const evil = '<img src=x onerror=1>|`x`\n# h\n@octocat #1 [a](https://evil.example) **b** \u202e &lt; \\|';
    const problem = { code: evil, message: evil, subgraph: evil, coordinate: evil };
    const text = toMarkdown(createCheckReport({ ...subject, subgraph: evil }, { ...nothing, problems: [problem] }));
    expect(text.match(/\n\|.*/g)).toHaveLength(3);
    expect(text).not.toMatch(/<img|@octocat|#1|:\/\/e|\u202e|(?<!\\)`x|\n# h|(?<!\\)\*\*b|(?<!\\)\]\(/);
    const [row = ''] = text.match(/\n\| &lt;.*/) ?? [];
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(row).toContain('\\\\\\|');
  });

  it('says how many operations there was no time to plan', () => {
    const report = createCheckReport(subject, { ...nothing, planned: 1_200, unplanned: 7_800 });
    expect(toMarkdown(report)).toContain(
      'The change has to do with 9,000 operations: there was time to plan the 1,200 that are sent most.',
    );
  });

  it('fits into a comment however much there is, and says how much more', () => {
    const message = 'x'.repeat(10_000);
    const many = Array.from({ length: 5_000 }, () => ({ ...warning, message }));
    const problems = many.map(() => ({ code: 'X', message, subgraph: message, coordinate: message }));
    const report = createCheckReport(subject, { ...nothing, lint: many, problems, hints: problems, changes });
    const whole = toMarkdown(report);
    expect(whole.length).toBeLessThan(65_536);
    expect(whole.length).toBeGreaterThan(50_000);
    expect(whole).toMatch(/\n\n… and 4,\d{3} more\.\n\n### Changes\n/);
    const short = toMarkdown(report, { lengthMax: 4_000 });
    expect(short.length).toBeLessThan(4_000);
    for (const title of ['Composition', 'Changes', 'Lint', 'Hints']) expect(short).toContain(`### ${title}\n`);
  });
});
