/** What people are told of something that was thrown. */
export function toSentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
