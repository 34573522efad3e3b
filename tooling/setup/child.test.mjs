import { describe, expect, it } from 'vitest';
import { installedProgram, run, runInstalled } from './child.mjs';

const node = (script, options) => run(process.execPath, ['-e', script], options);

describe('run', () => {
  it('hands back the exit code and what both streams said', async () => {
    expect(await node('console.log("out"); console.error("err"); process.exit(3)', { output: 'keep' })).toEqual({
      code: 3,
      text: expect.stringMatching(/out[\s\S]*err|err[\s\S]*out/),
    });
  });

  it('gives no standard input, and counts a signal and a missing program as failures', async () => {
    expect(
      (await node('process.stdin.on("data", () => {}).on("end", () => process.exit(0))', { output: 'keep' })).code,
    ).toBe(0);
    expect((await node('process.kill(process.pid, "SIGKILL")', { output: 'keep' })).code).toBe(1);
    expect((await run('no-such-program-at-all', [], { output: 'keep' })).code).toBe(127);
  });
});

describe('installedProgram', () => {
  it('runs a program by the package that brings it', async () => {
    expect(installedProgram('typescript', 'tsc')).toMatch(/tsc$/);
    expect(await runInstalled('typescript', 'tsc', ['--version'], { output: 'keep' })).toMatchObject({ code: 0 });
  });
});
