import type { DraftField, DraftType } from './draft-subgraph.ts';

/** A type as SDL. */
export function printType({ kind, name, directives: own, interfaces, fields, members }: DraftType): string {
  const implemented = interfaces.size === 0 ? '' : ` implements ${[...interfaces].join(' & ')}`;
  const head = `${kind} ${name}${implemented}${printDirectives(own)}`;
  if (kind === 'scalar') return head;
  if (kind === 'union') return `${head} = ${[...members].join(' | ')}`;
  const lines = kind === 'enum' ? [...members] : [...fields.values()].map(printField);
  return `${head} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
}

function printField({ name, args, type, directives: own }: DraftField): string {
  return `${name}${args}: ${type}${printDirectives(own)}`;
}

function printDirectives(own: ReadonlySet<string>): string {
  return [...own].map((directive) => ` ${directive}`).join('');
}
