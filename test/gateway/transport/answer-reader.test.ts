import { expect, it } from 'vitest';
import { AnswerReader } from '../../../gateway/transport/answer-reader.ts';

it('lets a request be begun once: one that may have been done is not sent again', () => {
  const nothing = () => {};
  const reader = new AnswerReader({ subgraph: 'products', responseBytes: 10 }, nothing, nothing);
  const controller = {
    aborted: false,
    paused: false,
    reason: null,
    abort: nothing,
    pause: nothing,
    resume: nothing,
  };
  reader.onRequestStart(controller);
  expect(() => reader.onRequestStart(controller)).toThrow('The connection was closed while an answer was waited for.');
});
