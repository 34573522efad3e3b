import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Whether the addon is mapped into a fresh process after it ran `code`. */
function loadsAddon(code: string): boolean {
  const script = `
    const tensor = await import('@seq/tensor');
    ${code}
    process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));
  `;
  const options = ['--import', 'tsx', '--conditions=@seq/source', '--input-type=module', '--eval', script];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const mapped = JSON.parse(execFileSync(process.execPath, options, { cwd, encoding: 'utf8' })) as string[];
  return mapped.some((file) => file.endsWith('.node') && file.includes('seq-native'));
}

describe('the addon', () => {
  it('is not loaded by the import, but by the first use', () => {
    expect(loadsAddon('')).toBe(false);
    expect(loadsAddon('tensor.tensor([1]);')).toBe(true);
  });
});
