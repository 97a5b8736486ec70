import { z } from 'zod';
import { headerName } from './headers.ts';
import { filePath } from './units.ts';

const header = headerName.describe(
  'Header with the country as ISO 3166-1 has it, such as cf-ipcountry. It counts only on connections from identity.trustedProxies.',
);
const file = filePath().describe(
  'Database of addresses in the format MMDB with the country of each, such as GeoLite2-Country.mmdb. When it is replaced, it is read anew.',
);

/** Where the country of clients comes from. */
export const countrySection = z.union(
  [z.strictObject({ header }), z.strictObject({ file })],
  'must be a mapping with header or file',
);

export type CountryConfig = z.output<typeof countrySection>;
