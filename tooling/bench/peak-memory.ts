// The largest resident memory of a process since it began. Not what `getrusage` says: that of a new process begins at the
// peak of the one that started it, so that a bench with a large table makes the small programs it starts look large.
import { readFileSync } from 'node:fs';

/** Largest resident memory of this process, in MiB. */
export function peakMiB(): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (found !== undefined) return Number(found) / 1024;
  } catch {
    // Only Linux has such a file.
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** The same as an expression of a module in JavaScript that knows no TypeScript. */
export const peakMiBInJavaScript = `await import('node:fs').then(
  ({ readFileSync }) => Number(/^VmHWM:\\s+(\\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
).catch(() => process.resourceUsage().maxRSS / 1024)`;

/** The same as a function `peak_mib` of Python. */
export const peakMiBInPython = `
def peak_mib():
    import resource
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
`;
