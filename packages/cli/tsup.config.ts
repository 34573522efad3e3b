import recipe from '../../tooling/setup/tsup.ts';

/** The parser of arguments asks for child processes as soon as it is loaded, which takes longer than itself; we start none. */
const withoutChildProcesses = {
  name: 'without-child-processes',
  setup(build: {
    onResolve: (
      filter: { filter: RegExp },
      resolve: (of: { importer: string }) => { path: string; namespace: string } | undefined,
    ) => void;
    onLoad: (filter: { filter: RegExp; namespace: string }, load: () => { contents: string }) => void;
    onEnd: (check: () => void) => void;
  }): void {
    const namespace = 'without-child-processes';
    let isUsed = false;
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'node:child_process', namespace } : undefined,
    );
    build.onLoad({ filter: /./, namespace }, () => {
      isUsed = true;
      return { contents: 'module.exports = {};' };
    });
    build.onEnd(() => {
      if (!isUsed)
        throw new Error('The bundle of @seq/cli loads child processes: commander asks for them in another way.');
    });
  },
};

// What the command is started with lies in few files, since each takes a moment to find, read and compile.
export default {
  ...recipe,
  noExternal: ['commander'],
  // Otherwise what is named 'node:...' is resolved before the plugin is asked.
  removeNodeProtocol: false,
  esbuildPlugins: [withoutChildProcesses],
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
};
