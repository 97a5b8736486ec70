/** What is told of `undefined` or `null` that was thrown. */
export function thrownNothing(): Error {
  return new Error('Something was thrown that is nothing.');
}
