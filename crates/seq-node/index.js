// Finds and loads the one native addon, and defines the one error class of all packages.
// Nothing is loaded until native() is first called, so importing a package stays cheap.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export class SeqError extends Error {
  constructor(code, message, { details = {}, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SeqError';
    this.code = code;
    this.details = details;
  }
}

/** Rust errors arrive as "[CODE] sentence"; anything else is a fault of ours. */
const CODED = /^\[([A-Z][A-Z0-9_]*)\] ([\s\S]*)$/;

/** What Node-API says of panics and of errors without a code; wrong arguments have codes of their own. */
const UNEXPECTED = 'GenericFailure';

function faultOf(error) {
  const sentence = `@seq/native: the addon failed unexpectedly (${error.message}). This is a fault of Seq, not of the input; please report it.`;
  return new SeqError('NATIVE_FAULT', sentence, { cause: error });
}

export function fromNative(error) {
  const match = error instanceof Error ? CODED.exec(error.message) : null;
  if (match !== null) return new SeqError(match[1], match[2], { cause: error });
  return error instanceof Error && error.code === UNEXPECTED ? faultOf(error) : error;
}

/** Names of processors as the dynamic linker of musl has them. */
const MUSL_ARCH = { x64: 'x86_64', arm64: 'aarch64' };

/** Whether Node runs on musl. The report of the process knows for sure, but takes longer than all else here. */
function usesMusl() {
  const { arch, report } = process;
  if (!existsSync(`/lib/ld-musl-${MUSL_ARCH[arch] ?? arch}.so.1`)) return false;
  return !report?.getReport().header.glibcVersionRuntime;
}

function platformTriple() {
  const { platform, arch } = process;
  if (platform === 'linux') return `linux-${arch}-${usesMusl() ? 'musl' : 'gnu'}`;
  return platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`;
}

/** What went wrong, without the list of modules that Node puts below it. */
const firstLine = (cause) => String(cause?.message ?? cause).split('\n')[0];

function load() {
  const require = createRequire(import.meta.url);
  const triple = platformTriple();
  const local = join(dirname(fileURLToPath(import.meta.url)), `seq-native.${triple}.node`);
  const override = process.env.SEQ_NATIVE_PATH;
  const candidates = override ? [override] : [...(existsSync(local) ? [local] : []), `@seq/native-${triple}`];
  const causes = [];
  for (const candidate of candidates) {
    try {
      return require(candidate);
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new SeqError(
    'NATIVE_NOT_AVAILABLE',
    `@seq/native: no build of the native addon for ${triple} could be loaded (tried ${candidates.join(', ')}; ` +
      `first problem: ${firstLine(causes[0])}). ` +
      (override
        ? 'Correct the environment variable SEQ_NATIVE_PATH, or unset it.'
        : `Install the package @seq/native-${triple}, or build the addon in a clone with "npm run build" (needs cargo).`),
    { details: { triple, candidates }, cause: causes[0] },
  );
}

let addon;

export function native() {
  addon ??= load();
  return addon;
}
