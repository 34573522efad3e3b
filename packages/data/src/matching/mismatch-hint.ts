// Guesses why ids of one list are not in another. Only words; decides nothing.
import { grouped } from '../text/quoted.js';

/** Lists that should overlap, and the ids of the table's other axis. */
export interface MismatchedIds {
  readonly ids: readonly string[];
  readonly otherAxis: readonly string[];
  readonly cover: ReadonlySet<string>;
}

interface Guess {
  /** Gives two spellings of one id the same form. */
  readonly form: (id: string) => string;
  /** How the spellings differ, after `The ids`. */
  readonly difference: string;
  /** What to do, as a sentence. */
  readonly remedy: string;
}

const guesses: readonly Guess[] = [
  { form: (id) => id.trim(), difference: 'differ only in blanks around them', remedy: 'Trim the ids.' },
  {
    form: (id) => id.trim().replace(/^(['"])(.*)\1$/s, '$2'),
    difference: 'differ only in quotes around them',
    remedy: 'Remove the quotes.',
  },
  {
    form: (id) => id.trim().toLowerCase(),
    difference: 'differ only in capital letters',
    remedy: 'Write them alike.',
  },
  {
    form: numericForm,
    difference:
      'are the same numbers, written differently: a program has read them as numbers and lost zeros or added ".0"',
    remedy: 'Take the ids as text from where they came.',
  },
  {
    form: (id) =>
      id
        .trim()
        .toLowerCase()
        .replaceAll(/[\s._-]+/g, '_'),
    difference: 'differ only in separators (blank, ".", "_", "-")',
    remedy: 'Write them alike.',
  },
];

/** A sentence or two on the likely reason, with what to do. */
export function mismatchHint(mismatched: MismatchedIds): string {
  if (mismatched.cover.size === 0) return 'The other input is empty.';
  return likelyMismatch(mismatched) ?? 'Both must come from the same study, with the ids written alike.';
}

/**
 * The reason that can be seen in the ids, with what to do, and for how many of them it holds if not for all; undefined if
 * none can.
 */
export function likelyMismatch({ ids, otherAxis, cover }: MismatchedIds): string | undefined {
  if (otherAxis.some((id) => cover.has(id))) {
    return 'They are on the other axis of the table: it seems to be transposed. Features must be rows, samples columns.';
  }
  let best: { readonly guess: Guess; readonly count: number } | undefined;
  for (const guess of guesses) {
    const forms = new Set(Array.from(cover, guess.form));
    const count = ids.reduce((sum, id) => sum + (forms.has(guess.form(id)) ? 1 : 0), 0);
    if (count > (best?.count ?? 0)) best = { guess, count };
    if (count === ids.length) break;
  }
  if (best !== undefined) {
    const { guess, count } = best;
    const part = count === ids.length ? '' : ` (${grouped(count)} of ${grouped(ids.length)})`;
    return `The ids ${guess.difference}${part}. ${guess.remedy}`;
  }
  const example = affixed(ids, cover);
  return example === undefined ? undefined : `One side has a prefix or suffix: ${example}. Write the ids alike.`;
}

function numericForm(id: string): string {
  const text = id.trim();
  return /^\d+(\.0*)?$/.test(text) ? String(Number(text)) : text;
}

/** Two ids of which one is the other with something in front or behind; undefined if none of the first hundred is. */
function affixed(ids: readonly string[], cover: ReadonlySet<string>): string | undefined {
  const known = new Set(ids);
  const shortened = (from: Iterable<string>, into: ReadonlySet<string>): string | undefined => {
    let looked = 0;
    for (const id of from) {
      if (looked++ === 100) return undefined;
      const cuts = [...id.matchAll(/[\s._:|/-]/g)].map(({ index }) => index);
      const parts = cuts.flatMap((cut) => [id.slice(0, cut), id.slice(cut + 1)]);
      const part = parts.find((text) => text.length > 1 && into.has(text));
      if (part !== undefined) return `${JSON.stringify(id)} and ${JSON.stringify(part)}`;
    }
    return undefined;
  };
  return shortened(ids, cover) ?? shortened(cover, known);
}
