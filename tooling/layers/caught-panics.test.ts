// No panic leaves the addon: by its sources, and by shape of what the rule would find.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportsOf, tasksOf } from './caught-panics.js';
import { repositoryText } from './repository.js';

const FOLDER = 'crates/seq-node/src';
const root = new URL(`../../${FOLDER}`, import.meta.url).pathname;
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rs'))
  .map((path) => ({ path, text: repositoryText(join(FOLDER, path)) }));

describe('the addon', () => {
  it.each(sources)('catches the panics of every export and task in $path', ({ text }) => {
    expect([...exportsOf(text).uncaught, ...tasksOf(text).uncaught]).toEqual([]);
  });

  it('has no function in binding.d.ts that was not looked at', () => {
    const text = sources.map((source) => source.text).join('\n');
    const fromMacros = [...text.matchAll(/^\w+!\(([\w ]+)\);$/gm)].flatMap(([, names]) => names!.split(' '));
    const renamed = [...text.matchAll(/js_name = "(\w+)"/g)].map(([, name]) => name!);
    const inCamelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
    const known = new Set([...exportsOf(text).all, ...fromMacros].map(inCamelCase).concat(renamed));
    const binding = repositoryText('crates/seq-node/binding.d.ts');
    const declared = [...binding.matchAll(/^(?:export declare function| {2}(?:static|get)?) ?(\w+)\(/gm)];
    const names = declared.map(([, name]) => name!).filter((name) => name !== 'constructor');
    expect(names).toContain('backward');
    expect(names).toContain('fromData');
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the rule', () => {
  it('finds exports that catch nothing, whatever stands around them', () => {
    const text = `
      #[napi]
      pub fn plain() {}
      #[napi(catch_unwind)]
      pub fn caught() {}
      #[napi(getter, ts_return_type = "'a' | (x: any[]) => void, catch_unwind")]
      /// A comment.
      #[must_use]
      pub fn quoted(&self) {}
      $(#[napi(js_name = "x", catch_unwind)]
      pub fn $name() {})*
      #[napi]
      pub struct Handle;
      #[napi(constructor)]
      pub(crate) fn new() -> Self {}
    `;
    expect(exportsOf(text)).toEqual({
      all: ['plain', 'caught', 'quoted', '$name', 'new'],
      uncaught: ['plain', 'quoted', 'new'],
    });
  });

  it('finds tasks that catch nothing', () => {
    const task = (name: string, work: string) => `
impl Task for ${name} {
    type Output = ();

    fn compute(&mut self) -> Result<()> {
        ${work}
    }

    fn resolve(&mut self) -> Result<()> {
        guarded(|| ())
    }
}
`;
    const text = task('Open', 'work()') + task('Caught', 'guarded(|| work())');
    expect(tasksOf(text)).toEqual({ all: ['Open', 'Caught'], uncaught: ['Open'] });
  });
});
