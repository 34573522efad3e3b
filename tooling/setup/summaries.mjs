// Reads how many tests passed from what test runners print, and adds them up. Runs nothing.

/**
 * What a runner did. `problem` says why its result cannot be taken as it stands; each problem counts as one failure.
 * @typedef {{ runner: string, passed: number, failed: number, skipped: number, problem?: string }} Summary
 */

/** Guards against results that only look good: a crash without a failed test, or no test at all. */
export function judged(summary, code) {
  const { passed, failed } = summary;
  if (code !== 0 && failed === 0) return { ...summary, failed: 1, problem: `ended with exit code ${code}` };
  if (passed + failed === 0) return { ...summary, failed: 1, problem: 'reported no test' };
  return summary;
}

/** Sums the `test result:` lines of `cargo test`, one per test program. */
export function cargoSummary(text, code) {
  const summary = { runner: 'cargo test', passed: 0, failed: 0, skipped: 0 };
  for (const match of text.matchAll(/^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored;/gm)) {
    summary.passed += Number(match[1]);
    summary.failed += Number(match[2]);
    summary.skipped += Number(match[3]);
  }
  return judged(summary, code);
}

/** Reads the JSON report of vitest; a file that failed before its tests were known counts as one failure. */
export function vitestSummary(json, code) {
  const summary = { runner: 'vitest', passed: 0, failed: 0, skipped: 0 };
  if (json === undefined) return { ...summary, failed: 1, problem: `wrote no report, exit code ${code}` };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(json);
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return judged(
    {
      ...summary,
      passed: numPassedTests,
      failed: numFailedTests + brokenFiles,
      skipped: numPendingTests + (numTodoTests ?? 0),
    },
    code,
  );
}

/** Reads the last line of the form `N passed, N failed[, N skipped]`. */
export function closingSummary(runner, text, code) {
  const [match] = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].slice(-1);
  const [passed, failed, skipped] = match === undefined ? [0, 0, 0] : match.slice(1).map((count) => Number(count ?? 0));
  return judged({ runner, passed, failed, skipped }, code);
}

/** One runner's result as a line. */
export function summaryLine({ runner, problem, ...counts }) {
  return `${runner}: ${countsText(counts)}${problem === undefined ? '' : ` (${problem})`}`;
}

/** The closing line over all runners. */
export function totalLine(summaries) {
  const sum = (key) => summaries.reduce((total, summary) => total + summary[key], 0);
  return countsText({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') });
}

function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
