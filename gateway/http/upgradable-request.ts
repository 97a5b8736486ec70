import { IncomingMessage } from 'node:http';

/**
 * A request that leads away from HTTP only when it asks for a WebSocket. Node takes every `Upgrade` header for one as soon as somebody
 * listens for upgrades, and such as `h2c` is to be ignored (https://www.rfc-editor.org/rfc/rfc9110#section-7.8).
 */
export class UpgradableRequest extends IncomingMessage {
  /** What Node makes of it. The constructor above sets it before there are private members. */
  declare asksForUpgrade: boolean | null | undefined;

  get upgrade(): boolean {
    if (this.asksForUpgrade !== true) return false;
    return this.method === 'CONNECT' || this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(asks: boolean | null) {
    this.asksForUpgrade = asks;
  }
}
