// How direct reading of HDF5 says that a file needs the library. Knows no format.

/** A file uses a part of HDF5 that is not read directly, or looks damaged. The library decides which. */
export class BeyondDirectReading extends Error {
  override readonly name = 'BeyondDirectReading';
}

/** Throws {@link BeyondDirectReading} unless a claim about the file holds. */
export function requireDirect(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new BeyondDirectReading(claim);
}
