import { describe, expect, it } from 'vitest';
import { formatSeconds, ProgressLine } from './progress.js';
import type { Terminal } from './terminal.js';

function fakeTerminal(isTTY: boolean, env: Record<string, string> = {}, columns = 60) {
  const written: string[] = [];
  const clock = { now: 0 };
  const terminal: Terminal = {
    stdout: { write: () => true },
    stderr: { write: (text) => written.push(text), isTTY, columns },
    env,
    onInterrupt: () => () => undefined,
    now: () => clock.now,
  };
  return { terminal, written, clock };
}

const moment = (done: number) => ({
  label: 'epoch 1/2',
  done,
  total: 100,
  rate: '40 samples/s',
  secondsLeft: 75,
  facts: ['loss 0.5'],
});

describe('ProgressLine', () => {
  it('redraws one line with rate and time left on a terminal', () => {
    const { terminal, written, clock } = fakeTerminal(true);
    const line = new ProgressLine(terminal);
    line.show(moment(10));
    clock.now = 10;
    line.show(moment(11));
    clock.now = 200;
    line.show(moment(12));
    expect(written).toHaveLength(2);
    expect(written[1]).toBe('\r\u001b[2Kepoch 1/2  12 %  loss 0.5  40 samples/s  1 min 15 s left');
  });

  it('never writes beyond the width of the terminal', () => {
    const { terminal, written } = fakeTerminal(true);
    new ProgressLine(terminal).show({ ...moment(1), label: 'x'.repeat(200) });
    expect(written[0]!.replace('\r\u001b[2K', '')).toHaveLength(59);
  });

  it('leaves facts out, the last ones first, before rate and time left', () => {
    const facts = ['total 1.2345', 'unifrac 0.0123', 'nucleotide 1.2222'];
    const { terminal, written } = fakeTerminal(true);
    new ProgressLine(terminal).show({ ...moment(7), facts });
    expect(written[0]).toBe('\r\u001b[2Kepoch 1/2  7 %  total 1.2345  40 samples/s  1 min 15 s left');
  });

  it('takes a terminal of no width for one of 80 columns', () => {
    const { terminal, written } = fakeTerminal(true, {}, 0);
    new ProgressLine(terminal).show(moment(7));
    expect(written[0]).toMatch(/1 min 15 s left$/);
  });

  it('counts with rate and time left, which is unknown before anything is done', () => {
    const { terminal, written, clock } = fakeTerminal(false);
    clock.now = 5_000;
    const show = new ProgressLine(terminal).counter('predict', 'samples', (rate) => rate.toFixed(1));
    show(0, 0);
    show(0, 30);
    clock.now = 25_000;
    show(10, 30);
    expect(written).toEqual(['predict  0 %  0.0 samples/s\n', 'predict  33 %  0.5 samples/s  40 s left\n']);
  });

  it('writes plain lines now and then where there is no terminal', () => {
    for (const { terminal, written, clock } of [fakeTerminal(false), fakeTerminal(true, { CI: 'true' })]) {
      const line = new ProgressLine(terminal);
      for (const second of [0, 1, 5, 11, 12]) {
        clock.now = second * 1000;
        line.show(moment(second));
      }
      expect(written).toHaveLength(2);
      expect(written.join('')).not.toContain('\u001b');
    }
  });

  it('keeps notes apart from the redrawn line', () => {
    const { terminal, written } = fakeTerminal(true);
    const line = new ProgressLine(terminal);
    line.show(moment(1));
    line.note('a note');
    expect(written.slice(1)).toEqual(['\r\u001b[2K', 'a note\n']);
  });
});

describe('formatSeconds', () => {
  it('uses the two largest units', () => {
    expect([0.4, 59, 61, 3599, 7260].map(formatSeconds)).toEqual([
      '0 s',
      '59 s',
      '1 min 1 s',
      '59 min 59 s',
      '2 h 1 min',
    ]);
  });
});
