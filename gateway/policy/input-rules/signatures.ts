import type { SignatureName } from '../../config/input-rules.ts';
import { LinearPattern } from '../../lib/linear-pattern/linear-pattern.ts';
import { parsePattern } from '../../lib/linear-pattern/parse-pattern.ts';

/** Alternatives, matched in any case. Each wants more than a word that people write: a rule that refuses prose is switched off. */
const sources: Readonly<Record<SignatureName, readonly string[]>> = {
  sql: [
    String.raw`\bunion\s+(all\s+|distinct\s+)?select\b`,
    String.raw`['"]\s*\)*\s*(or\b|and\b|\|\||&&)\s*\S+\s*(=|<|>|\blike\b)`,
    String.raw`['"]\s*\)*\s*;?\s*((--|#)\s*$|/\*)`,
    String.raw`;\s*(drop\s+(table|database|schema|view|user)|delete\s+from|insert\s+into|update\s+\S+\s+set|alter\s+table|truncate\s+table|exec(ute)?\s+\S+|shutdown\s*(;|$))`,
    String.raw`\b(pg_)?sleep\s*\(\s*\d+(\.\d+)?\s*\)|\bwaitfor\s+delay\b|\bbenchmark\s*\(\s*\d+\s*,`,
    String.raw`\binformation_schema\.|\bxp_cmdshell\b`,
  ],
  script: [
    String.raw`<\s*/?\s*(script|iframe|object|embed|base)\b`,
    String.raw`<[a-z][^>]*[\s/'"]on[a-z]{3,}\s*=`,
    String.raw`=\s*['"]?\s*(javascript|vbscript)\s*:|^\s*(javascript|vbscript):\S`,
    String.raw`\bdata:text/html\b|\bsrcdoc\s*=`,
  ],
  path: [
    String.raw`(^|[\s'"/\\=:])\.\.[/\\]|(^|[/\\=:])\.\.$`,
    String.raw`(\.|%2e)(\.|%2e)(%2f|%5c)|%2e%2e[/\\]|\.%2e[/\\]|%2e\.[/\\]`,
    String.raw`\0|%00`,
  ],
  shell: [
    String.raw`\$\(\s*[a-z]+[\s)/]|\$\{ifs\}`,
    String.raw`[;&|\x60]\s*(cat|ls|rm|cp|mv|nc|sh|bash|chmod|ping|curl|wget|python\d?|perl|ruby|php|powershell|cmd)\s+(-|/|\.|~|https?:)`,
    String.raw`[;&|\x60]\s*(whoami|uname|ifconfig|printenv)\b`,
    String.raw`>\s*/(dev|etc|tmp|var)/`,
  ],
  nosql: [
    String.raw`(^|[{,[]\s*['"]?)\$(where|eq|ne|gt|gte|lt|lte|in|nin|or|and|nor|not|regex|exists|expr|function|accumulator)(['"]?\s*:|\]|$)`,
  ],
};

/** What a signature is found by, in one pass over a text. */
export function createSignature(name: SignatureName): LinearPattern {
  return new LinearPattern(parsePattern(sources[name].join('|')), true);
}
