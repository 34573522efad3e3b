// Which columns are predicted, and how each is to be learned, as the settings name them. It reads no metadata.
import { targetTransformKinds } from '@seq/data';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import type { NumericColumnOptions } from './target-of-column.js';

/** A column that is predicted. */
export interface NamedTarget {
  readonly column: string;
  /** Scale of its numbers, or `class`. */
  readonly scale: NumericColumnOptions['transform'] | 'class';
}

const scales: ReadonlySet<string> = new Set([...targetTransformKinds, 'zscore-category', 'class']);

/** What `--also-predict` names; without a scale of its own, a target has that of the main one. */
function furtherTargets(settings: SettingsReader): readonly (Omit<NamedTarget, 'scale'> & Partial<NamedTarget>)[] {
  return (settings.textsOrUnset('also-predict') ?? []).map((text) => {
    const cut = text.lastIndexOf(':');
    const scale = text.slice(cut + 1);
    // A name may hold colons itself: what is behind the last one is a scale only if it is one.
    if (cut <= 0 || !scales.has(scale)) return { column: text };
    return { column: text.slice(0, cut), scale: scale as NamedTarget['scale'] };
  });
}

/** The columns that are predicted, the main one first. */
export function predictedColumns(settings: SettingsReader): readonly string[] {
  return [settings.text('metadata-column'), ...furtherTargets(settings).map(({ column }) => column)];
}

/** The main target, then those of `--also-predict`. */
export function namedTargets(settings: SettingsReader): readonly [NamedTarget, ...NamedTarget[]] {
  const transform = settings.text('target-transform') as NumericColumnOptions['transform'];
  const main: NamedTarget = {
    column: settings.text('metadata-column'),
    scale: settings.switch('classifier') ? 'class' : transform,
  };
  const further = furtherTargets(settings).map(({ column, scale = transform }) => ({ column, scale }));
  const all = [main, ...further] as const;
  const twice = all.find(({ column }, i) => all.findIndex((other) => other.column === column) !== i);
  if (twice !== undefined) {
    throw new UsageError(`--also-predict: "${twice.column}" is predicted already. Name every column once.`);
  }
  refuseForeignScaling(settings, all);
  return all;
}

/** Flags of scaling that would have no effect are mistakes, and so is a scale without what it needs. */
function refuseForeignScaling(settings: SettingsReader, targets: readonly NamedTarget[]): void {
  const isByCategory = targets.some(({ scale }) => scale === 'zscore-category');
  if (isByCategory && settings.textsOrUnset('normalize-by') === undefined) {
    throw new UsageError(
      '--target-transform zscore-category: the scale of which categories? Give --normalize-by, such as --normalize-by study.',
    );
  }
  for (const flag of ['normalize-by', 'normalize-shrinkage']) {
    if (settings.has(flag) && !isByCategory) {
      throw new UsageError(
        `--${flag} has no effect without --target-transform zscore-category. Give both, or neither.`,
      );
    }
  }
}
