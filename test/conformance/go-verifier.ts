/**
 * Builds the verifier in `go/`: from the Go module proxy or cache, else from Debian's package
 * `golang-golang-x-mod-dev`. Throws with everything that was tried when Go cannot be had.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('go', import.meta.url));
const gocode = '/usr/share/gocode';

/** Builds to `file` and says how. */
export function buildVerifier(file: string): string {
  const version = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (version.status !== 0) {
    throw new Error(
      'Go is not installed. On Debian: apt-get install golang-go golang-golang-x-mod-dev',
    );
  }
  const go = version.stdout.trim().split(' ')[2] ?? '';
  const ways: readonly (readonly [way: string, environment: Readonly<Record<string, string>>])[] = [
    [
      'modules',
      { GO111MODULE: 'on', GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    ],
    ...(existsSync(`${gocode}/src/golang.org/x/mod`)
      ? ([["Debian's package", { GO111MODULE: 'off', GOPATH: gocode, GOFLAGS: '' }]] as const)
      : []),
  ];
  const said: string[] = [];
  for (const [way, environment] of ways) {
    const build = spawnSync('go', ['build', '-buildvcs=false', '-o', file, '.'], {
      ...{ cwd: source, encoding: 'utf8' },
      env: { ...process.env, ...environment },
    });
    if (build.status === 0) return `${go}, ${way}`;
    said.push(`${way}: ${build.stderr}`);
  }
  throw new Error(`The verifier could not be built with ${go}.\n${said.join('\n')}`);
}
