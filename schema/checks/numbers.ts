const format = new Intl.NumberFormat('en');

/** `12,345`. */
export function formatNumber(value: number): string {
  return format.format(value);
}

/** `1 type`, `12,345 types`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
