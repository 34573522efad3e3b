// Guesses why two lists of ids have nothing in common. Only words; decides nothing.

/** Lists that should overlap, and the ids of the table's other axis. */
export interface MismatchedIds {
  readonly ids: readonly string[];
  readonly otherAxis: readonly string[];
  readonly cover: ReadonlySet<string>;
}

interface Guess {
  /** Gives two spellings of one id the same form. */
  readonly form: (id: string) => string;
  readonly advice: string;
}

const guesses: readonly Guess[] = [
  { form: (id) => id.trim(), advice: 'The ids differ only in blanks around them. Trim the ids.' },
  {
    form: (id) => id.trim().replace(/^(['"])(.*)\1$/, '$2'),
    advice: 'The ids differ only in quotes around them. Remove the quotes.',
  },
  { form: (id) => id.trim().toLowerCase(), advice: 'The ids differ only in capital letters. Write them alike.' },
  {
    form: numericForm,
    advice:
      'The ids are the same numbers, written differently: a program has read them as numbers and lost zeros or added ".0". Take the ids as text from where they came.',
  },
  {
    form: (id) =>
      id
        .trim()
        .toLowerCase()
        .replaceAll(/[\s._-]+/g, '_'),
    advice: 'The ids differ only in separators (blank, ".", "_", "-"). Write them alike.',
  },
];

/** A sentence or two on the likely reason, with what to do. */
export function mismatchHint(mismatched: MismatchedIds): string {
  if (mismatched.cover.size === 0) return 'The other input is empty.';
  return likelyMismatch(mismatched) ?? 'Both must come from the same study, with the ids written alike.';
}

/** The reason that can be seen in the ids, with what to do; undefined if none can. */
export function likelyMismatch({ ids, otherAxis, cover }: MismatchedIds): string | undefined {
  if (otherAxis.some((id) => cover.has(id))) {
    return 'They are on the other axis of the table: it seems to be transposed. Features must be rows, samples columns.';
  }
  for (const { form, advice } of guesses) {
    const forms = new Set(Array.from(cover, form));
    if (ids.some((id) => forms.has(form(id)))) return advice;
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
