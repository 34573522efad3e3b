// Takes fenced code blocks out of Markdown. Runs nothing.

/** A fenced code block. */
export interface CodeBlock {
  /** Words behind the opening fence: `['ts', 'run']`. */
  readonly info: readonly string[];
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** Every fenced block of a Markdown text; one that is never closed is an error. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open:
    | { readonly fence: string; readonly info: readonly string[]; readonly line: number; readonly code: string[] }
    | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    if (open === undefined) {
      const [, fence, info = ''] = /^ {0,3}(`{3,})([^`]*)$/.exec(text) ?? [];
      if (fence !== undefined)
        open = { fence, info: info.trim().split(/\s+/).filter(Boolean), line: index + 2, code: [] };
    } else if (new RegExp(`^ {0,3}${open.fence}\`*\\s*$`).test(text)) {
      blocks.push({ info: open.info, line: open.line, code: `${open.code.join('\n')}\n` });
      open = undefined;
    } else {
      open.code.push(text);
    }
  }
  if (open !== undefined) throw new Error(`codeBlocks: the block that starts at line ${open.line} is never closed.`);
  return blocks;
}

/** Blocks fenced as `ts run`: whole programs that must compile and end without an error. */
export function runnableBlocks(markdown: string): CodeBlock[] {
  return codeBlocks(markdown).filter(({ info }) => info[0] === 'ts' && info.includes('run'));
}
