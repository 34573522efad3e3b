// Finds exports of the addon, and its tasks on other threads, that would let a panic through. It knows their sources only.

/** An attribute `#[napi]` with its options, in which texts may hold any bracket. */
const ATTRIBUTE = /#\[napi(?:\((?<options>(?:[^"\]]|"[^"]*")*)\))?\]/g;

/** What may stand between the attribute and the function: further attributes and comments. */
const FUNCTION = /^\s*(?:(?:#\[[^\]]*\]|\/\/[^\n]*)\s*)*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(?<name>\$?\w+)/;

const TASK = /impl\s+Task\s+for\s+(?<name>\w+)[^{]*\{(?<body>[\s\S]*?)\n\}/g;

const COMPUTE = /fn compute\(&mut self\)[^{]*\{(?<body>[\s\S]*?)\n {4}\}/;

/** Functions that are exported, and those of them that catch no panic. */
export function exportsOf(text: string): { readonly all: readonly string[]; readonly uncaught: readonly string[] } {
  const found = [...text.matchAll(ATTRIBUTE)].flatMap((attribute) => {
    const name = FUNCTION.exec(text.slice(attribute.index + attribute[0].length))?.groups?.name;
    const isCaught = /\bcatch_unwind\b/.test((attribute.groups?.options ?? '').replace(/"[^"]*"/g, ''));
    return name === undefined ? [] : [{ name, isCaught }];
  });
  const names = (some: typeof found): readonly string[] => some.map(({ name }) => name);
  return { all: names(found), uncaught: names(found.filter(({ isCaught }) => !isCaught)) };
}

/** Tasks that run on other threads, and those of them whose work does not begin with `guarded`. */
export function tasksOf(text: string): { readonly all: readonly string[]; readonly uncaught: readonly string[] } {
  const found = [...text.matchAll(TASK)].map(({ groups }) => ({
    name: groups!.name!,
    isCaught: /\bguarded\(/.test(COMPUTE.exec(groups!.body!)?.groups?.body ?? ''),
  }));
  const names = (some: typeof found): readonly string[] => some.map(({ name }) => name);
  return { all: names(found), uncaught: names(found.filter(({ isCaught }) => !isCaught)) };
}
