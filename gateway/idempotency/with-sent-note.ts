import { isUnsent } from '../transport/is-unsent.ts';
import type { FetchRequest, FetchResult, Send } from '../transport/send.ts';

/** Tells the client request of each mutation that may have reached the subgraph. */
export function withSentNote(send: Send): Send {
  return (request) => {
    const { onSent } = request.client;
    return onSent === undefined || request.operation.kind !== 'mutation'
      ? send(request)
      : noteSent(send, request, onSent);
  };
}

async function noteSent(send: Send, request: FetchRequest, onSent: () => void): Promise<FetchResult> {
  try {
    const result = await send(request);
    if (!isWithoutCalls(result)) onSent();
    return result;
  } catch (error) {
    if (!isUnsent(error)) onSent();
    throw error;
  }
}

/** A REST service is called for each field; when none could be, the answer holds nothing but that. */
function isWithoutCalls({ data, errors = [] }: FetchResult): boolean {
  const hasData = Object.values(data ?? {}).some((value) => value !== null);
  return !hasData && errors.length > 0 && errors.every((error) => error.path?.length === 1 && isUnsent(error));
}
