// Words for the outcomes of a conformance run: one block per failure, skipped ones by reason, one closing line.
import type { Outcome } from './runner.js';

/** Lines that describe a failed case; empty for any other. */
export function failureLines(outcome: Outcome): string[] {
  if (outcome.kind !== 'failed') return [];
  return [`FAILED ${outcome.name}`, ...outcome.lines.flatMap((text) => text.split('\n')).map((text) => `  ${text}`)];
}

/** Skipped cases, grouped by topic and reason. */
export function skippedLines(outcomes: readonly Outcome[]): string[] {
  const names = new Map<string, string[]>();
  for (const outcome of outcomes) {
    if (outcome.kind !== 'skipped') continue;
    const [topic = ''] = outcome.name.split('/');
    const group = `${topic}: ${outcome.reason}`;
    names.set(group, [...(names.get(group) ?? []), outcome.name.slice(topic.length + 1)]);
  }
  return [...names].map(([group, cases]) => `skipped ${cases.length}, ${group} (first: ${cases[0]})`);
}

/** `N passed, N failed`, and `, N skipped` if there are any. */
export function closingLine(outcomes: readonly Outcome[]): string {
  const count = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** A run succeeds if something passed and nothing failed. */
export function succeeded(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ kind }) => kind === 'passed') && !outcomes.some(({ kind }) => kind === 'failed');
}
