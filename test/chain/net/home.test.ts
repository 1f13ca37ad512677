/** How a network begins: keys at home, lines to the founder, two files to everyone. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validatorCommand } from '../../../chain/src/cli/validator.ts';
import { defaultParameters } from '../../../chain/src/core/governance-record.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import {
  adopt,
  encodeLine,
  foundNetwork,
  initFollower,
  initValidator,
  type Line,
  parseLine,
  readPlace,
} from '../../../chain/src/net/home.ts';
import {
  addressText,
  encodeNetwork,
  NetworkFault,
  parseAddress,
  parseNetwork,
} from '../../../chain/src/net/network-file.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { parseGenesis } from '../../../chain/src/shell/genesis.ts';
import { fourBanks } from '../../support/chain-world.ts';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-home-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const about = (name: string, port: number) => ({
  ...{ name, organisation: `Bank of the ${name}`, operator: name, stake: 2n },
  address: `127.0.0.1:${port}`,
});

async function lines(): Promise<readonly Line[]> {
  return [
    await initValidator(diskFiles, path.join(folder, 'north'), about('north', 7001)),
    await initValidator(diskFiles, path.join(folder, 'east'), about('east', 7002)),
    await initFollower(path.join(folder, 'server'), {
      name: 'server',
      founders: fourBanks.founders,
    }),
  ];
}

describe('founding a network', () => {
  it('makes each key for one purpose, once, and prints the same line again', async () => {
    const home = path.join(folder, 'north');

    const line = await initValidator(diskFiles, home, about('north', 7001));
    const again = await initValidator(diskFiles, home, about('north', 7001));

    expect(encodeLine(again)).toBe(encodeLine(line));
    expect(parseLine(encodeLine(line))).toEqual(line);
    const { consensusKey, cosignerKey, transportKey, actKey } = line;
    const keys = [consensusKey, cosignerKey, transportKey, actKey ?? new Uint8Array()].map(hex);
    expect(new Set(keys).size).toBe(4);
    const secret = fs.readFileSync(path.join(home, 'transport.key')).subarray(-32);
    expect(encodeLine(line)).not.toContain(secret.toString('base64'));
    expect(fs.statSync(path.join(home, 'transport.key')).mode & 0o077).toBe(0);
  });

  it('joins the lines into a genesis and a network file that every home understands', async () => {
    const all = await lines();
    const files = foundNetwork('aurora', 5n, all.map(encodeLine).map(parseLine));
    for (const { name } of all) await adopt(diskFiles, path.join(folder, name), files);

    const genesis = parseGenesis(files.genesis);
    const places = all.map(({ name }) => readPlace(diskFiles, path.join(folder, name)));

    expect(genesis.origin).toBe('aurora/hub');
    expect(genesis.validators.map(({ name, stake }) => [name, stake])).toEqual([
      ['north', 2n],
      ['east', 2n],
    ]);
    expect(places.map(({ self }) => [self.name, self.role])).toEqual([
      ['north', 'validator'],
      ['east', 'validator'],
      ['server', 'follower'],
    ]);
    expect(encodeNetwork(parseNetwork(files.network))).toEqual(files.network);
  });

  it("admits each home's key for acts: a validator's for its organisation, the keeper's for the governor", async () => {
    const all = await lines();
    const south = { ...about('south', 7003), organisation: 'Bank of the east' };
    const more = await initValidator(diskFiles, path.join(folder, 'south'), south);
    const { actKey: _, ...old } = JSON.parse(encodeLine(more)) as Record<string, unknown>;
    const founded = (last: Line) =>
      parseGenesis(foundNetwork('aurora', 5n, [...all, last]).genesis);

    const { founders } = founded(more);
    const withoutLast = founded(parseLine(JSON.stringify(old)));

    const [operator, keeper, north, east, last] = founders;
    expect(founders.map(({ custody }) => custody)).toEqual([
      ...['operator', 'network', 'network', 'network', 'network'],
    ]);
    expect(keeper).toMatchObject({ group: operator?.group, organisation: operator?.organisation });
    expect(north?.organisation).toBe('Bank of the north');
    expect(hex(last?.group ?? new Uint8Array())).toBe(hex(east?.group ?? new Uint8Array()));
    expect(hex(north?.group ?? new Uint8Array())).not.toBe(hex(east?.group ?? new Uint8Array()));
    expect(withoutLast.founders).toEqual(founders.slice(0, -1));
  });

  it('begins with the parameters that the command line sets, and with no others', async () => {
    const file = path.join(folder, 'lines');
    const all = await lines();
    fs.writeFileSync(file, all.map(encodeLine).join('\n'));
    const out = path.join(folder, 'files');
    const begin = async (...settings: readonly string[]) => {
      let said = '';
      const given = ['genesis', '--network', 'aurora', '--out', out, ...settings, file];
      const code = await validatorCommand(given, {
        write: (text) => {
          said += text;
        },
      });
      return { code, said };
    };

    expect(await begin('--set', 'stage=1', '--set', 'timeLockMs=60000')).toMatchObject({ code: 0 });
    const { parameters } = parseGenesis(fs.readFileSync(path.join(out, 'genesis.json')));
    expect(parameters).toEqual({ ...defaultParameters, stage: 1n, timeLockMs: 60_000n });
    for (const wrong of ['colour=1', 'stage', 'stage=one', 'stage=-1']) {
      const { code, said } = await begin('--set', wrong);
      expect([code, said]).toEqual([1, expect.stringContaining(`seen ${wrong}`)]);
    }
    expect((await begin('--set', 'stage=3')).said).toContain('PARAMETER_OUT_OF_RANGE');
  });

  it('refuses a network without the key of the log, or with two', async () => {
    const all = await lines();
    const second = await initFollower(path.join(folder, 'second'), {
      name: 'second',
      founders: fourBanks.founders,
    });

    expect(() => foundNetwork('aurora', 5n, all.slice(0, 2))).toThrow(NetworkFault);
    expect(() => foundNetwork('aurora', 5n, [...all, second])).toThrow(NetworkFault);
  });

  it('refuses a name or a transport key that stands twice', async () => {
    const [north, east, server] = await lines();
    if (north?.kind !== 'validator' || east?.kind !== 'validator' || server === undefined) {
      throw new Error('there are three lines');
    }

    const sameKey = { ...east, transportKey: north.transportKey };
    expect(() => foundNetwork('aurora', 5n, [north, sameKey, server])).toThrow(
      'a transport key stands twice',
    );
    const sameName = { ...server, name: 'north' };
    expect(() => foundNetwork('aurora', 5n, [north, east, sameName])).toThrow(
      'a name stands twice',
    );
  });

  it('does not start in a home that the network file does not name, and says so', async () => {
    const all = await lines();
    await adopt(diskFiles, path.join(folder, 'stranger'), foundNetwork('aurora', 5n, all));
    const home = path.join(folder, 'stranger');
    await initFollower(home, { name: 'stranger', founders: [] });
    let said = '';

    const code = await validatorCommand(['start', '--home', home], {
      write: (text) => {
        said += text;
      },
    });

    expect(code).toBe(1);
    expect(said).toContain('network.json does not name the key of');
  });
});

describe('an address', () => {
  it('is a host and a port', () => {
    expect(parseAddress('bank.example:7001')).toEqual({ host: 'bank.example', port: 7001 });
    expect(addressText(parseAddress('[::1]:7001'))).toBe('[::1]:7001');
    for (const wrong of ['bank.example', ':7001', '::1:7001', 'a b:1', 'a:65536', 'a:']) {
      expect(() => parseAddress(wrong)).toThrow(NetworkFault);
    }
  });
});
