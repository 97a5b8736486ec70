import type { MessagePort } from 'node:worker_threads';
import type { TaskMessage, TaskReply, Tasks } from './task.ts';
import type { Worker } from './worker.ts';

/** Does the tasks that come in through a port, one after the other. */
export function answerTasks(port: Pick<MessagePort, 'on' | 'postMessage'>, worker: Worker): void {
  port.on('message', (message: TaskMessage) => port.postMessage(reply(message, worker)));
}

function reply<Name extends keyof Tasks>({ id, name, input }: TaskMessage<Name>, worker: Worker): TaskReply {
  try {
    return { id, kind: 'done', output: worker[name](input) };
  } catch (error) {
    return { id, kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
