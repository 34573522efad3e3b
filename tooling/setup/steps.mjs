// The steps from a fresh clone to built packages, each skipped while its inputs are what they were.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, runInstalled } from './child.mjs';
import { contentHash, inputFiles, Stamps } from './fingerprint.mjs';
import { assertCargo, pinnedPnpm, root, SetupError } from './toolchain.mjs';

const stampFolder = 'node_modules/.cache/seq';

/** Folders of the workspace packages that are built, in an order in which each comes after those it needs. */
function packageFolders() {
  const names = ['data', 'unifrac', 'tensor', 'categorical', 'model', 'train', 'cli'];
  const found = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'package.json')),
  );
  return [...names.filter((name) => found.includes(name)), ...found.filter((name) => !names.includes(name)).sort()];
}

function manifests() {
  const folders = ['crates/seq-node', 'tooling', ...packageFolders().map((name) => `packages/${name}`)];
  const examples = existsSync(join(root, 'examples')) ? readdirSync(join(root, 'examples')) : [];
  folders.push(...examples.map((name) => `examples/${name}`));
  return folders.map((folder) => `${folder}/package.json`);
}

function installStep() {
  return {
    name: 'packages',
    does: `install packages with ${pinnedPnpm()}`,
    inputs: inputFiles(root, ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]),
    outputs: ['node_modules/.modules.yaml'],
    work: () =>
      run('npx', ['--yes', pinnedPnpm(), 'install', '--frozen-lockfile'], { env: { CI: '1' }, output: 'keep' }),
  };
}

function addonStep() {
  const files = inputFiles(root, ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'crates', '.cargo'], {
    only: (name) => /(\.rs|\.toml|\.lock|\.cu|seq-node\/package\.json)$/.test(name),
  });
  return {
    name: 'addon',
    does: 'build the native addon with cargo (minutes on the first run)',
    inputs: files,
    extra: [assertCargo()],
    outputs: [`crates/seq-node/${addonFile() ?? 'seq-native.node'}`, 'crates/seq-node/binding.d.ts'],
    work: () =>
      runInstalled('@napi-rs/cli', 'napi', ['build', '--platform', '--release', '--no-js', '--dts', 'binding.d.ts'], {
        cwd: join(root, 'crates/seq-node'),
      }),
  };
}

/** Name of the addon built for this machine, if there is one. */
function addonFile() {
  const start = `seq-native.${process.platform}-${process.arch}`;
  return readdirSync(join(root, 'crates/seq-node')).find((name) => name.startsWith(start) && name.endsWith('.node'));
}

function packageSources(name) {
  const paths = ['src', 'package.json', 'tsconfig.json', 'tsup.config.ts'].map((path) => `packages/${name}/${path}`);
  return inputFiles(root, paths, { only: (file) => !/\.test\.ts$/.test(file) });
}

function declarationsStep() {
  const folders = packageFolders();
  return {
    name: 'declarations',
    does: 'check types and write declarations with tsc',
    inputs: [
      ...inputFiles(root, [
        'tsconfig.base.json',
        'pnpm-lock.yaml',
        'crates/seq-node/index.d.ts',
        'crates/seq-node/binding.d.ts',
      ]),
      ...folders.flatMap(packageSources),
    ],
    outputs: folders.map((name) => `packages/${name}/dist/index.d.ts`),
    work: () =>
      runInstalled('typescript', 'tsc', ['-b', ...folders.map((name) => `packages/${name}`)], { output: 'keep' }),
  };
}

function bundleStep(name) {
  return {
    name: `bundle-${name}`,
    does: `bundle @seq/${name} with tsup`,
    inputs: [...inputFiles(root, ['tooling/setup/tsup.ts', 'pnpm-lock.yaml']), ...packageSources(name)],
    outputs: [`packages/${name}/dist/index.js`],
    work: () => runInstalled('tsup', 'tsup', [], { cwd: join(root, 'packages', name), output: 'keep' }),
  };
}

/** Runs a step unless it is up to date; returns the hash of its inputs if it ran. */
async function take(step, stamps) {
  const hash = contentHash(root, step.inputs, [process.version, process.platform, process.arch, ...(step.extra ?? [])]);
  if (stamps.isCurrent(step.name, hash, step.outputs)) {
    console.log(`${step.name}: up to date`);
    return undefined;
  }
  console.log(`${step.name}: ${step.does}`);
  const started = performance.now();
  const { code, text } = await step.work();
  if (code !== 0) throw new SetupError(`${text}${step.name}: failed (exit code ${code}) while trying to ${step.does}.`);
  console.log(`${step.name}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return hash;
}

/** Runs the steps that are not up to date. Each is described only when its turn comes, since it may read what others left. */
async function takeAll(describers) {
  const stamps = new Stamps(root, stampFolder);
  for (const describe of describers) {
    const hash = await take(describe(), stamps);
    if (hash !== undefined) stamps.write(describe().name, hash, describe().outputs);
  }
}

/** Installs packages and builds the addon. */
export async function setUp() {
  assertCargo();
  await takeAll([installStep, addonStep]);
}

/** Writes `dist/` of every package; needs {@link setUp}. */
export async function buildPackages() {
  await takeAll([declarationsStep, ...packageFolders().map((name) => () => bundleStep(name))]);
}
