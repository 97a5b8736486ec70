/** The command line leaves out what cannot be done without, or says what cannot be; the message is a sentence. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}
