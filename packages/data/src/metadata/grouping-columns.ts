// Guesses which metadata columns say that samples belong together. A guess for warnings; decides nothing.
import type { MetadataColumn, SampleMetadata } from './sample-metadata.js';

/** Options of {@link groupingColumns}. */
export interface GroupingColumnsOptions {
  /** Samples to look at. Default: all of the metadata. */
  readonly sampleIds?: readonly string[] | undefined;
}

const subjectWords =
  /(^|[^a-z])(subjects?|hosts?|patients?|participants?|individuals?|persons?|donors?|animals?|mouse|mice|infants?|child|family|families|cage|households?)([^a-z]|$)/;
const idWords = /(^|[^a-z])(id|ids|name|number|no|code|subject|subjectid|hostid|patientid)([^a-z]|$)/;

/**
 * Names of the columns that likely name a subject, family, cage or the like, of which several samples were taken: those to split
 * by, in the order of the file.
 *
 * A column counts if its values repeat (at least two samples per value on average), and it is named as subjects are, or holds
 * at least ten different texts, which is more than treatments and sexes have.
 */
export function groupingColumns(
  metadata: SampleMetadata,
  { sampleIds }: GroupingColumnsOptions = {},
): readonly string[] {
  const rows = (sampleIds ?? metadata.sampleIds).flatMap((id) => metadata.sampleIndex(id) ?? []);
  return [...metadata.columns.values()].filter((column) => relatesSamples(column, rows)).map(({ name }) => name);
}

function relatesSamples({ name, type, values }: MetadataColumn, rows: readonly number[]): boolean {
  const filled = rows.map((row) => values[row]!).filter((value) => value !== null);
  const distinct = new Set(filled).size;
  const repeats = distinct >= 2 && filled.length >= 2 * distinct;
  if (!repeats) return false;
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  const isNamedSo = subjectWords.test(words) && (distinct >= 10 || idWords.test(words));
  return isNamedSo || (type === 'categorical' && distinct >= 10);
}
