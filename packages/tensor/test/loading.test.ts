import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What a fresh process prints that runs the script. */
function run(script: string, env: Readonly<Record<string, string>> = {}): string {
  const options = ['--import', 'tsx', '--conditions=@seq/source', '--input-type=module', '--eval', script];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  return execFileSync(process.execPath, options, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
}

/** Whether the addon is mapped into a fresh process after it ran `code`. */
function loadsAddon(code: string): boolean {
  const script = `
    const tensor = await import('@seq/tensor');
    ${code}
    process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));
  `;
  const mapped = JSON.parse(run(script)) as string[];
  return mapped.some((file) => file.endsWith('.node') && file.includes('seq-native'));
}

/** What the first use of the addon throws in a fresh process that ran `code` before, and has these variables. */
function refusal(code: string, env: Readonly<Record<string, string>> = {}): { code: string; message: string } {
  const script = `
    ${code}
    const tensor = await import('@seq/tensor');
    try { tensor.tensor([1]); } catch ({ code, message }) { process.stdout.write(JSON.stringify({ code, message })); }
  `;
  return JSON.parse(run(script, env)) as { code: string; message: string };
}

describe('the addon', () => {
  it('is not loaded by the import, but by the first use', () => {
    expect(loadsAddon('')).toBe(false);
    expect(loadsAddon('tensor.tensor([1]);')).toBe(true);
  });

  it('without a build for the platform says in one line what was tried and what to do', () => {
    const { code, message } = refusal(`Object.defineProperty(process, 'arch', { value: 'riscv64' });`);
    expect(code).toBe('NATIVE_NOT_AVAILABLE');
    const name = `@seq/native-${process.platform}-riscv64`;
    expect(message).toMatch(/^@seq\/native: no build of the native addon for \w+-riscv64\S* could be loaded \(tried /);
    expect(message).toContain(`tried ${name}`);
    expect(message).toContain(`Install the package ${name}`);
    expect(message).toContain('"npm run build"');
    expect(message).not.toContain('\n');
  });

  it('is loaded from where SEQ_NATIVE_PATH says, and from nowhere else', () => {
    const { code, message } = refusal('', { SEQ_NATIVE_PATH: '/nowhere/addon.node' });
    expect(code).toBe('NATIVE_NOT_AVAILABLE');
    expect(message).toMatch(/\(tried \/nowhere\/addon\.node; first problem: Cannot find module/);
    expect(message).toContain('Correct the environment variable SEQ_NATIVE_PATH, or unset it.');
  });
});
