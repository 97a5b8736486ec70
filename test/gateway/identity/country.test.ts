import { writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { countrySection } from '../../../gateway/config/country.ts';
import { createCountries } from '../../../gateway/identity/country.ts';
import { type IpRange, parseIpRange } from '../../../gateway/lib/ip-address.ts';
import { toMmdb } from '../../support/mmdb.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const { log, lines } = createRecordingLogger();

function create(section: Readonly<Record<string, string>>, trustedProxies: readonly IpRange[] = []) {
  const usage = { country: countrySection.parse(section) };
  const countries = createCountries({ identity: { trustedProxies }, telemetry: { usage } }, log);
  if (countries === undefined) throw new Error('They are not looked for.');
  return countries;
}

describe('the country of a client', () => {
  it.each([
    ['de', '10.0.0.1', 'DE'],
    ['DE', '::ffff:10.0.0.1', 'DE'],
    ['DE', '192.0.2.1', undefined],
    ['DE', undefined, undefined],
    ['Germany', '10.0.0.1', undefined],
    [undefined, '10.0.0.1', undefined],
  ])('is read from a header that a trusted proxy sent: %s by %s', (value, remoteAddress, country) => {
    const range = parseIpRange('10.0.0.0/8');
    const countries = create({ header: 'CF-IPCountry' }, range ? [range] : []);
    const headers = new Map(value === undefined ? [] : [['cf-ipcountry', value]]);
    expect(countries.of({ headers, remoteAddress, ip: '192.0.2.9' })).toBe(country);
  });

  it('is looked up by address in a file, which is read anew when it is replaced', { timeout: 15_000 }, async () => {
    const folder = await createTemporaryFolder();
    const file = await folder.write('countries.mmdb', '');
    await writeFile(file, toMmdb({ '192.0.2.0/24': 'FR', '198.51.100.7/32': 'IT' }));
    const countries = create({ file });
    try {
      const of = (ip: string | undefined) => countries.of({ headers: new Map(), remoteAddress: undefined, ip });
      expect(of('192.0.2.9')).toBe(undefined);
      expect(await countries.open()).toBe(undefined);
      const looked = ['192.0.2.9', '198.51.100.7', '198.51.100.8', '2001:db8::1', 'nonsense', undefined].map(of);
      expect(looked).toEqual(['FR', 'IT', undefined, undefined, undefined, undefined]);
      await writeFile(file, 'broken');
      await vi.waitFor(
        () => expect(lines.map(({ message }) => message)).toContain('The database of countries at work stays.'),
        8_000,
      );
      expect(of('192.0.2.9')).toBe('FR');
      await writeFile(file, toMmdb({ '192.0.2.0/24': 'ES' }));
      await vi.waitFor(() => expect(of('192.0.2.9')).toBe('ES'), 8_000);
    } finally {
      countries.close();
      await folder.remove();
    }
  });

  it('cannot be looked up in a file that is none', async () => {
    const countries = create({ file: '/nowhere/at.mmdb' });
    expect(await countries.open()).toMatch(/^\/nowhere\/at\.mmdb cannot be read as a database of countries: /);
    countries.close();
  });
});
