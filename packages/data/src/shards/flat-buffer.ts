// Fields of FlatBuffers tables, the form of Arrow's metadata. Every place outside the bytes is a RangeError, and nothing is
// read that was not asked for, so that no bytes can make it loop or allocate. Knows no Arrow.
// Format: https://flatbuffers.dev/internals/

/** A table inside a buffer. */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The table that a buffer is about. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** A byte; 0 where the field is absent. */
  byte(field: number): number {
    const at = this.#place(field);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  /** A whole number of 64 bits as a double; 0 where the field is absent. */
  long(field: number): number {
    const at = this.#place(field);
    return at === undefined ? 0 : longAt(this.#view, at);
  }

  /** A table; undefined where the field is absent. */
  table(field: number): FlatTable | undefined {
    const at = this.#target(field);
    return at === undefined ? undefined : new FlatTable(this.#view, at);
  }

  /** A text; empty where the field is absent. */
  text(field: number): string {
    const at = this.#target(field);
    if (at === undefined) return '';
    const { buffer, byteOffset, byteLength } = this.#view;
    const length = this.#view.getUint32(at, true);
    if (at + 4 + length > byteLength) throw new RangeError('a text beyond the buffer');
    return Buffer.from(buffer, byteOffset + at + 4, length).toString('utf8');
  }

  /** Elements of a list of `elementBytes` each, as a view of all; empty where the field is absent. */
  list(field: number, elementBytes: number): DataView {
    const at = this.#target(field);
    if (at === undefined) return new DataView(new ArrayBuffer(0));
    const { buffer, byteOffset, byteLength } = this.#view;
    const bytes = this.#view.getUint32(at, true) * elementBytes;
    if (at + 4 + bytes > byteLength) throw new RangeError('a list beyond the buffer');
    return new DataView(buffer, byteOffset + at + 4, bytes);
  }

  /** Tables of a list. */
  tables(field: number): readonly FlatTable[] {
    const list = this.list(field, 4);
    return Array.from({ length: list.byteLength / 4 }, (_, i) => {
      const at = list.byteOffset - this.#view.byteOffset + 4 * i;
      return new FlatTable(this.#view, at + list.getUint32(4 * i, true));
    });
  }

  /** Where a field lies; undefined where it is absent. */
  #place(field: number): number | undefined {
    const fields = this.#at - this.#view.getInt32(this.#at, true);
    if (4 + 2 * field >= this.#view.getUint16(fields, true)) return undefined;
    const offset = this.#view.getUint16(fields + 4 + 2 * field, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  /** Where what a field points to lies. */
  #target(field: number): number | undefined {
    const at = this.#place(field);
    return at === undefined ? undefined : at + this.#view.getUint32(at, true);
  }
}

/** A signed number of 64 bits; exact up to 2^53. */
export function longAt(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
