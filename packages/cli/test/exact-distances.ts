// Commands that must succeed, with distances that tests can compare to the last digit.
import { expect } from 'vitest';
import { aam, type Outcome } from './fake-terminal.js';

/** Runs a command that must succeed; distances are exact unless something else is asked. */
export async function done(...argv: readonly string[]): Promise<Outcome> {
  const isFree = argv.includes('--precision') || !/^(?:unifrac|beta)/.test(argv[0]!);
  const outcome = await aam(isFree ? argv : [...argv, '--precision', 'f64']);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  expect(outcome.stdout).toBe('');
  return outcome;
}
