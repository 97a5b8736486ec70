import { identitySection } from '../../../gateway/config/identity.ts';
import { GatewayError } from '../../../gateway/errors.ts';
import { createIdentify, type IdentifyParts } from '../../../gateway/identity/identify.ts';
import type { Credentials, Identity } from '../../../gateway/identity/identity.ts';
import { createRecordingLogger, type LogLine } from '../../support/recording-logger.ts';
import { startMs } from './issuer.ts';

export interface TestIdentify extends AsyncDisposable {
  /** Who asks with these headers, or the refusal. */
  readonly ask: (headers?: Record<string, string>, more?: Partial<Credentials>) => Promise<Identity | GatewayError>;
  /** Whether that is told at once, so that nobody has to wait for another turn. */
  readonly isAtOnce: (headers: Record<string, string>) => boolean;
  /** Moves the clock. */
  readonly pass: (ms: number) => void;
  readonly lines: readonly LogLine[];
}

/** Identifies as a configuration with this section says, by a clock that stands still. */
export function startIdentify(section: unknown, parts: Partial<IdentifyParts> = {}): TestIdentify {
  const { log, lines } = createRecordingLogger();
  let nowMs = startMs;
  const config = identitySection.parse(section);
  const { identify, close } = createIdentify(config, { log, now: () => nowMs, ...parts });
  return {
    async ask(headers = {}, more = {}) {
      try {
        const credentials = { remoteAddress: undefined, certificate: undefined, ...more };
        return await identify({ headers: new Map(Object.entries(headers)), ...credentials });
      } catch (error) {
        if (error instanceof GatewayError) return error;
        throw error;
      }
    },
    isAtOnce(headers) {
      const asked = { headers: new Map(Object.entries(headers)), remoteAddress: undefined, certificate: undefined };
      return !(identify(asked) instanceof Promise);
    },
    pass(ms) {
      nowMs += ms;
    },
    lines,
    [Symbol.asyncDispose]: close,
  };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** What can be told apart of an outcome in one word: the subject, or the code of the refusal. */
export function wordFor(outcome: Identity | GatewayError): string | undefined {
  if (outcome instanceof GatewayError) return outcome.code;
  return outcome.kind === 'anonymous' ? 'anonymous' : outcome.subject;
}
