// Says clearly when Node or cargo is missing or too old. The versions wanted stand in package.json and Cargo.toml.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A problem that the reader can solve: printed without a stack. */
export class SetupError extends Error {
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

function parts(version) {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

/** Whether `version` is `minimum` or newer; missing parts count as 0. */
export function isAtLeast(version, minimum) {
  const [a, b] = [parts(version), parts(minimum)];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] || 0) - (b[i] || 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Whether a version lies in a range of the form `^20.19.0 || >=22.12.0`, the only forms used here. */
export function satisfies(version, range) {
  return range.split('||').some((alternative) => {
    const minimum = alternative.trim().replace(/^(\^|>=)/, '');
    const sameMajor = parts(version)[0] === parts(minimum)[0];
    return isAtLeast(version, minimum) && (sameMajor || alternative.trim().startsWith('>='));
  });
}

export function assertNode(version) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (!satisfies(version, engines.node)) {
    throw new SetupError(
      `Seq needs Node ${engines.node}; this is Node ${version}. Install a newer one from nodejs.org.`,
    );
  }
}

/** Version of rustc as a line of text; throws if cargo is missing or older than `rust-version` in Cargo.toml. */
export function assertCargo(cargo = 'cargo') {
  const wanted = /rust-version = "([^"]+)"/.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))[1];
  const advice = 'Install Rust from https://rustup.rs, open a new shell and run this again.';
  const found = spawnSync(cargo, ['--version'], { cwd: root, encoding: 'utf8' });
  if (found.error || found.status !== 0) {
    const reason = found.error ? found.error.message : found.stderr.trim();
    throw new SetupError(
      `Seq builds its native addon with cargo (Rust ${wanted} or newer), but cargo did not start: ${reason}. ${advice}`,
    );
  }
  const version = /\d+\.\d+\.\d+/.exec(found.stdout);
  if (version === null || !isAtLeast(version[0], wanted)) {
    throw new SetupError(
      `Seq needs Rust ${wanted} or newer; cargo says "${found.stdout.trim()}". Run "rustup update stable". ${advice}`,
    );
  }
  return found.stdout.trim();
}

/** The one pinned version of pnpm, from `packageManager` in package.json. */
export function pinnedPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return packageManager.split('+')[0];
}
