import { mkdir, readFile } from 'node:fs/promises';
import { SeqError } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { exitCode, InputError, reportFailure, UsageError } from './failure.js';

function reported(error: unknown): { readonly code: number; readonly text: string } {
  let text = '';
  const code = reportFailure(error, {
    stdout: { write: () => undefined },
    stderr: { write: (part) => (text += part) },
    env: {},
    onInterrupt: () => () => undefined,
    now: () => 0,
  });
  return { code, text };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('reportFailure', () => {
  it('tells calls that are wrong from files that are', () => {
    expect(reported(new UsageError('--epochs: no.'))).toEqual({ code: exitCode.usage, text: 'aam: --epochs: no.\n' });
    expect(reported(new InputError('no.'))).toEqual({ code: exitCode.failure, text: 'aam: no.\n' });
    expect(reported(new SeqError('TABLE_EMPTY', 'empty.'))).toEqual({ code: exitCode.failure, text: 'aam: empty.\n' });
  });

  it('says where a flag helps', () => {
    expect(reported(new SeqError('INPUTS_DO_NOT_MATCH', 'no.')).text).toContain('--missing drop');
    expect(reported(new SeqError('SAMPLE_EMPTY', 'no.')).text).toContain('--empty-samples zero');
    expect(reported(new SeqError('NO_MATRIX_COMPLETE', 'no.')).text).toContain(
      '--consolidation skipping_missing_values',
    );
  });

  it('takes an abort for what the user wanted', () => {
    const controller = new AbortController();
    controller.abort();
    expect(reported(controller.signal.reason)).toEqual({ code: 130, text: 'aam: Stopped; nothing was written.\n' });
    expect(reported(new SeqError('RUN_ABORTED', 'stopped.')).code).toBe(exitCode.interrupted);
  });

  it('turns what the system says into a sentence with the path and what to do', async () => {
    const absent = reported(await failureOf(readFile('/nowhere/at/all')));
    expect(absent).toEqual({
      code: exitCode.failure,
      text: 'aam: "/nowhere/at/all" does not exist. Check the path; it is relative to the folder you are in.\n',
    });
    expect(reported(await failureOf(mkdir('/'))).text).toMatch(/^aam: "\/" (exists already|is a folder)/);
  });

  it('shows the stack of a fault of ours, and asks to report it', () => {
    const { code, text } = reported(new TypeError('x is not a function'));
    expect(code).toBe(exitCode.failure);
    expect(text).toMatch(/fault of the program, please report it:\nTypeError: x is not a function\n\s+at /);
  });
});
