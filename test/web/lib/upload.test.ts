/** A mutation with a file, in the order and form that the multipart request specification asks for. */
import { formatSize, multipartBody } from '@tallystick/web/src/lib/upload.ts';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';

describe('a mutation with a file', () => {
  it('says what it does, then where the file belongs, then brings the file', async () => {
    const file = new File(['<Invoice/>'], 'inv.xml', { type: 'application/xml' });
    const mutation = parse('mutation Up($input: UpInput!) { up(input: $input) { id } }');

    const body = multipartBody(
      mutation,
      { input: { file: null, programme: 'prg_1' } },
      'input.file',
      file,
    );

    const parts = [...body.entries()];
    expect(parts.map(([name]) => name)).toEqual(['operations', 'map', '0']);
    expect(JSON.parse(String(body.get('operations')))).toMatchObject({
      variables: { input: { file: null, programme: 'prg_1' } },
    });
    expect(body.get('map')).toBe('{"0":["variables.input.file"]}');
    expect(await (body.get('0') as File).text()).toBe('<Invoice/>');
  });
});

describe('a size', () => {
  it('is told in the unit in which it has few digits', () => {
    expect([512, 9_400, 56_000, 20_000_000].map(formatSize)).toEqual([
      '512 B',
      '9.4 kB',
      '56 kB',
      '20.0 MB',
    ]);
  });
});
