// Finds exports of the addon, and its tasks on other threads, that would let a panic through. It knows their sources only.

/** An attribute `#[napi]` with its options, in which texts may hold any bracket. */
const ATTRIBUTE = /#\[napi(?:\((?<options>(?:[^"\]]|"[^"]*")*)\))?\]/g;

/** What may stand between the attribute and the function: further attributes and comments. */
const FUNCTION = /^\s*(?:(?:#\[[^\]]*\]|\/\/[^\n]*)\s*)*(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?fn\s+(?<name>\$?\w+)/;

const TASK = /impl\s+Task\s+for\s+(?<name>\w+)[^{]*\{(?<body>[\s\S]*?)\n\}/g;

const COMPUTE = /fn compute\(&mut self\)[^{]*\{(?<body>[\s\S]*?)\n {4}\}/;

/** What was found, by name. */
export interface Found {
  readonly all: readonly string[];
  /** Those of them that let a panic through. */
  readonly uncaught: readonly string[];
}

/** Functions that are exported; each is to catch panics. */
export function exportsOf(text: string): Found {
  const found = [...text.matchAll(ATTRIBUTE)].flatMap((attribute) => {
    const name = FUNCTION.exec(text.slice(attribute.index + attribute[0].length))?.groups?.name;
    const isCaught = /\bcatch_unwind\b/.test((attribute.groups?.options ?? '').replace(/"[^"]*"/g, ''));
    return name === undefined ? [] : [{ name, isCaught }];
  });
  return namesOf(found);
}

/** Tasks that run on other threads; the work of each is to begin with `guarded`. */
export function tasksOf(text: string): Found {
  const found = [...text.matchAll(TASK)].map(({ groups }) => ({
    name: groups!.name!,
    isCaught: /\bguarded\(/.test(COMPUTE.exec(groups!.body!)?.groups?.body ?? ''),
  }));
  return namesOf(found);
}

function namesOf(found: readonly { readonly name: string; readonly isCaught: boolean }[]): Found {
  const names = (some: typeof found): readonly string[] => some.map(({ name }) => name);
  return { all: names(found), uncaught: names(found.filter(({ isCaught }) => !isCaught)) };
}
