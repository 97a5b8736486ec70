import type { EndpointParameter } from './endpoint.ts';
import { own, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';

/** Headers that the specification says to leave out, as the call itself sets them, and those that end or change the connection. */
const ownHeaders = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

/** Where the caller's value of a parameter goes; nothing, with a warning where it matters, for parameters that no caller sets. */
export function readLocation(place: Place, reading: Reading): EndpointParameter['location'] | undefined {
  const location = ownText(place.value, 'in');
  const name = ownText(place.value, 'name') ?? '';
  switch (location) {
    case 'path':
    case 'query':
      return location;
    case 'header':
      return ownHeaders.has(name.toLowerCase()) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? undefined : location;
    case 'cookie': {
      const need = own(place.value, 'required') === true ? ', though the operation needs it' : '';
      reading.findings.warn(place, `The cookie "${name}" is left out${need}; set it with the header rules.`);
      return undefined;
    }
    default:
      reading.findings.warn(place, `The parameter "${name}" is left out: it is in "${location}".`);
      return undefined;
  }
}
