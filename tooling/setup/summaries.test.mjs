import { describe, expect, it } from 'vitest';
import { cargoSummary, closingSummary, summaryLine, totalLine, vitestSummary } from './summaries.mjs';

const counts = ({ passed, failed, skipped }) => [passed, failed, skipped];

describe('cargoSummary', () => {
  it('adds up every test program', () => {
    const text = [
      'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s',
      'test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s',
    ].join('\n');
    expect(counts(cargoSummary(text, 101))).toEqual([5, 4, 1]);
  });

  it('counts a build that broke, a crash and an empty run as failures', () => {
    expect(counts(cargoSummary('error: could not compile', 101))).toEqual([0, 1, 0]);
    const passed = 'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out';
    expect(cargoSummary(passed, 101)).toMatchObject({ passed: 3, failed: 1, problem: 'ended with exit code 101' });
    expect(cargoSummary('', 0)).toMatchObject({ failed: 1, problem: 'reported no test' });
  });
});

describe('vitestSummary', () => {
  const report = (changes) =>
    JSON.stringify({
      numPassedTests: 2,
      numFailedTests: 0,
      numPendingTests: 1,
      numTodoTests: 0,
      testResults: [],
      ...changes,
    });

  it('reads passed, failed and skipped tests', () => {
    expect(counts(vitestSummary(report(), 0))).toEqual([2, 0, 1]);
    expect(counts(vitestSummary(report({ numFailedTests: 3 }), 1))).toEqual([2, 3, 1]);
  });

  it('counts a file that failed before its tests were known', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const known = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    expect(counts(vitestSummary(report({ numFailedTests: 1, testResults: [broken, known] }), 1))).toEqual([2, 2, 1]);
  });

  it('counts a missing report, a crash and an empty run as failures', () => {
    expect(vitestSummary(undefined, 0)).toMatchObject({ failed: 1 });
    expect(vitestSummary(report(), 1)).toMatchObject({ failed: 1, problem: 'ended with exit code 1' });
    expect(vitestSummary(report({ numPassedTests: 0 }), 0)).toMatchObject({ failed: 1, problem: 'reported no test' });
  });
});

describe('closingSummary', () => {
  it('reads the last closing line', () => {
    expect(counts(closingSummary('conformance', '1 passed, 0 failed\n12 passed, 3 failed, 4 skipped\n', 1))).toEqual([
      12, 3, 4,
    ]);
    expect(counts(closingSummary('conformance', '7 passed, 0 failed', 0))).toEqual([7, 0, 0]);
  });

  it('counts a missing line as a failure', () => {
    expect(counts(closingSummary('conformance', 'Error: x', 1))).toEqual([0, 1, 0]);
    expect(counts(closingSummary('conformance', '', 0))).toEqual([0, 1, 0]);
    expect(counts(closingSummary('conformance', '0 passed, 0 failed, 9 skipped', 0))).toEqual([0, 1, 9]);
  });
});

describe('totalLine', () => {
  it('sums over runners and names skipped tests only if there are any', () => {
    const cargo = { runner: 'cargo test', passed: 5, failed: 0, skipped: 0 };
    const vitest = { runner: 'vitest', passed: 7, failed: 1, skipped: 0, problem: 'ended with exit code 1' };
    expect(totalLine([cargo, vitest])).toBe('12 passed, 1 failed');
    expect(totalLine([{ ...cargo, skipped: 2 }, vitest])).toBe('12 passed, 1 failed, 2 skipped');
    expect(summaryLine(vitest)).toBe('vitest: 7 passed, 1 failed (ended with exit code 1)');
  });
});
