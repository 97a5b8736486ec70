import type { Socket } from 'node:net';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { WebSocketConfig } from '../../config/web-socket.ts';
import { GatewayError } from '../../errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type ClientMessage, parseClientMessage } from './client-message.ts';
import {
  type Closing,
  closings,
  toDuplicateClosing,
  toForbiddenClosing,
  toInvalidClosing,
  toReasonBytes,
} from './closings.ts';
import { addInitHeaders } from './init-headers.ts';
import { Outbox } from './outbox.ts';
import { RunningOperations, type RunningOperationsParts } from './running-operations.ts';
import type { SocketHost, SocketIdentity, SocketPeer } from './socket-host.ts';

export interface GraphqlSocketParts extends Pick<RunningOperationsParts, 'load' | 'owe'> {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** The client before it has said anything. */
  readonly peer: SocketPeer;
  /** Gives what is at work now; `undefined` when there are to be no sockets any more. */
  readonly host: () => SocketHost | undefined;
  readonly log: Logger;
}

type Phase = 'opened' | 'identifying' | 'ready' | 'leaving' | 'closed';

/** One socket that speaks graphql-transport-ws (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). */
export class GraphqlSocket {
  readonly #parts: GraphqlSocketParts;
  readonly #outbox: Outbox;
  readonly #operations: RunningOperations;
  #phase: Phase = 'opened';
  #peer: SocketPeer;
  /** Whether anything was heard of the client since it was pinged last. */
  #isHeard = true;
  #idleSinceMs = performance.now();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(parts: GraphqlSocketParts, { config }: SocketHost) {
    this.#parts = parts;
    const { webSocket, socket, peer, load, owe, log } = parts;
    this.#peer = peer;
    this.#outbox = new Outbox(webSocket, socket);
    this.#operations = new RunningOperations({
      send: (text) => this.#send(text),
      load,
      owe,
      log,
      onIdle: () => this.#onIdle(),
    });
    webSocket
      .on('message', (data, isBinary) => this.#receive(isBinary ? undefined : data.toString()))
      .on('ping', (data) => this.#answerPing(data))
      .on('pong', () => {
        this.#isHeard = true;
      })
      .on('error', (error) => log.debug('A WebSocket broke.', { error }))
      .once('close', () => this.#end());
    this.#timers.push(setTimeout(() => this.#hurry(), config.webSocket.initTimeout));
    if (webSocket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) this.#close(closings.wrongProtocol);
  }

  /** Sends the answers that are owed, and closes; streams end without a word, so that clients begin them anew elsewhere. */
  leave(): void {
    if (this.#phase === 'leaving' || this.#phase === 'closed') return;
    this.#phase = 'leaving';
    this.#operations.endStreams();
    if (this.#operations.size === 0) this.#close(closings.leaving);
  }

  #receive(text: string | undefined): void {
    if (this.#phase === 'leaving' || this.#phase === 'closed') return;
    this.#isHeard = true;
    const host = this.#parts.host();
    if (host === undefined) this.leave();
    else if (text === undefined) this.#close(closings.binary);
    else this.#read(text, host);
  }

  #read(text: string, host: SocketHost): void {
    try {
      this.#take(parseClientMessage(text, host.config.limits), host);
    } catch (error) {
      this.#close(this.#toClosing(error));
    }
  }

  #take(message: ClientMessage, host: SocketHost): void {
    switch (message.kind) {
      case 'init':
        void this.#init(message.payload, host);
        return;
      case 'ping':
        void this.#send(JSON.stringify({ type: 'pong', payload: message.payload }));
        return;
      case 'pong':
        return;
      case 'subscribe':
        if (this.#phase !== 'ready') this.#close(closings.notReady);
        else if (this.#operations.has(message.id)) this.#close(toDuplicateClosing(message.id));
        else void this.#operations.start(message.id, message.params, host, this.#peer);
        return;
      case 'complete':
        this.#operations.stop(message.id);
        return;
      default:
        message satisfies never;
    }
  }

  async #init(payload: Readonly<Record<string, unknown>>, { config, lane }: SocketHost): Promise<void> {
    if (this.#phase !== 'opened') {
      this.#close(closings.secondInit);
      return;
    }
    this.#phase = 'identifying';
    try {
      this.#peer = { ...this.#peer, headers: addInitHeaders(this.#peer.headers, payload, config) };
      const identity = await lane.identify(this.#peer);
      if (this.#isNot('identifying')) return;
      this.#phase = 'ready';
      void this.#send('{"type":"connection_ack"}');
      this.#idleSinceMs = performance.now();
      this.#timers.push(
        setInterval(() => this.#feelPulse(), config.webSocket.keepAlive),
        setInterval(() => void this.#recheck(identity), config.identity.recheck),
      );
    } catch (error) {
      this.#close(this.#toClosing(error));
    }
  }

  #hurry(): void {
    if (this.#phase === 'opened') this.#close(closings.lateInit);
  }

  #feelPulse(): void {
    const config = this.#parts.host()?.config;
    const nowMs = performance.now();
    if (config === undefined) this.leave();
    else if (this.#outbox.isStuck(nowMs, config.listen.writeTimeout)) this.#close(closings.slow);
    // A ping comes after all that waits, so only who has read that can be expected to have answered.
    else if (!this.#isHeard && this.#outbox.waitingBytes === 0) this.#parts.webSocket.terminate();
    else if (this.#isIdle(nowMs, config.webSocket)) this.#close(closings.idle);
    else this.#ping();
  }

  #isIdle(nowMs: number, { idleTimeout }: Pick<WebSocketConfig, 'idleTimeout'>): boolean {
    return this.#operations.size === 0 && idleTimeout > 0 && nowMs - this.#idleSinceMs >= idleTimeout;
  }

  #ping(): void {
    this.#isHeard = false;
    this.#parts.webSocket.ping();
  }

  async #recheck(identity: SocketIdentity): Promise<void> {
    try {
      const refusal = await this.#parts.host()?.lane.recheck(this.#peer, identity);
      if (refusal !== undefined) this.#close(toForbiddenClosing(refusal.message));
    } catch (error) {
      this.#close(this.#toClosing(error));
    }
  }

  #answerPing(data: Buffer): void {
    this.#isHeard = true;
    if (!this.#isOverfull()) this.#parts.webSocket.pong(data);
  }

  #send(text: string): Promise<void> | undefined {
    return this.#isOverfull() ? undefined : this.#outbox.send(text);
  }

  /** Closes the socket of a client that reads too little of what it asks for. */
  #isOverfull(): boolean {
    const most = this.#parts.host()?.config.webSocket.maxBuffered ?? 0;
    if (this.#outbox.waitingBytes <= most) return false;
    this.#close(closings.slow);
    return true;
  }

  #onIdle(): void {
    this.#idleSinceMs = performance.now();
    if (this.#phase === 'leaving') this.#close(closings.leaving);
  }

  #toClosing(error: unknown): Closing {
    if (!(error instanceof GatewayError)) {
      this.#parts.log.error('A WebSocket failed unexpectedly.', { error });
      return closings.fault;
    }
    if (error.code === 'OVERLOADED') return closings.unverifiable;
    return error.code === 'BAD_REQUEST' ? toInvalidClosing(error.message) : toForbiddenClosing(error.message);
  }

  #close(closing: Closing): void {
    if (this.#phase === 'closed') return;
    this.#end();
    this.#parts.webSocket.close(closing.code, toReasonBytes(closing));
  }

  /** Nothing is taken or sent any more. */
  #end(): void {
    this.#phase = 'closed';
    for (const timer of this.#timers) clearTimeout(timer);
    this.#operations.stopAll();
  }

  /** What was awaited may have changed it. */
  #isNot(phase: Phase): boolean {
    return this.#phase !== phase;
  }
}
