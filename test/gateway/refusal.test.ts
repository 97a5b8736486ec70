import { describe, expect, it } from 'vitest';
import { errorCodes, GatewayError } from '../../gateway/errors.ts';
import { RefusedResult, toRefusal } from '../../gateway/refusal.ts';
import { toRefusedReply, toReply } from '../../gateway/to-reply.ts';
import { createRecordingLogger } from '../support/recording-logger.ts';

describe('toRefusal', () => {
  it('tells a client what a gateway error says, and not its cause', () => {
    const { log, lines } = createRecordingLogger();
    const cause = new Error('connect ECONNREFUSED 10.0.0.7:5432');
    const error = new GatewayError('FORBIDDEN', 'Ask for a role.', {
      cause,
      headers: { allow: 'GET' },
      extensions: { need: 'admin' },
    });
    const refusal = toRefusal(error, log, 'r1');
    expect(refusal).toEqual({
      status: 403,
      aboutDocument: false,
      headers: { allow: 'GET' },
      errors: [{ message: 'Ask for a role.', extensions: { code: 'FORBIDDEN', need: 'admin' } }],
    });
    const reply = toRefusedReply(refusal, 'application/json');
    expect(reply).toMatchObject({ status: 403, headers: { allow: 'GET', 'content-type': 'application/json' } });
    expect(JSON.parse(reply.body.toString())).toEqual({ errors: refusal.errors });
    expect(lines).toEqual([]);
  });

  it('hides and logs whatever else was thrown', () => {
    const { log, lines } = createRecordingLogger();
    const fault = new TypeError('x is not a function');
    for (const thrown of [fault, 'a string', undefined, { message: 'not an error' }]) {
      const refusal = toRefusal(thrown, log, 'r1');
      expect(refusal).toMatchObject({
        status: 500,
        errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      });
    }
    expect(lines[0]).toMatchObject({ level: 'error', fields: { requestId: 'r1', error: fault } });
    expect(lines).toHaveLength(4);
  });

  it('keeps several errors with their places', () => {
    const errors = [
      { message: 'One.', locations: [{ line: 1, column: 2 }], extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      { message: 'Two.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ];
    const refusal = toRefusal(
      new GatewayError('GRAPHQL_VALIDATION_FAILED', 'One.', { errors }),
      createRecordingLogger().log,
      'r1',
    );
    expect(refusal.aboutDocument).toBe(true);
    const result = new RefusedResult(refusal);
    expect(JSON.parse(result.stringify())).toEqual({ errors });
    expect(result.errors[0]?.extensions).toMatchObject({ http: { status: 400, spec: true } });
    expect(toReply(result, 'application/json').status).toBe(200);
    expect(toReply(result, 'application/graphql-response+json').status).toBe(400);
  });
});

describe('the table of error codes', () => {
  it('has a sentence and a status that fits the audience for each', () => {
    for (const [code, { status, meaning }] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(status >= 200 && status < 600).toBe(true);
    }
  });
});
