import { closeSync, openSync, writeSync } from 'node:fs';

/** NumPy's names, little-endian. */
const DTYPES = { int8: '|i1', int32: '<i4', float32: '<f4' } as const;
export type NpyType = keyof typeof DTYPES;

/** Long enough for any shape here, so that the number of rows can be written at the end. */
const HEADER_BYTES = 128;
/** Rows are small; the file system is asked once for many. */
const BUFFER_BYTES = 1 << 20;

/** Writes one array row by row as NumPy's format 1.0 (numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export class NpyFile {
  readonly #fd: number;
  readonly #type: NpyType;
  readonly #row: readonly number[];
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = HEADER_BYTES;
  #rows = 0;

  /** `row` is the shape of one row; the first axis counts the rows. */
  constructor(path: string, type: NpyType, row: readonly number[]) {
    this.#fd = openSync(path, 'w');
    this.#type = type;
    this.#row = row;
  }

  add({ buffer, byteOffset, byteLength }: Int8Array | Int32Array | Float32Array): void {
    if (this.#used + byteLength > BUFFER_BYTES) this.#flush();
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    if (byteLength > BUFFER_BYTES) writeSync(this.#fd, bytes);
    else {
      this.#buffer.set(bytes, this.#used);
      this.#used += byteLength;
    }
    this.#rows++;
  }

  close(): void {
    this.#flush();
    const shape = [this.#rows, ...this.#row].join(', ');
    const text = `{'descr': '${DTYPES[this.#type]}', 'fortran_order': False, 'shape': (${shape},), }`;
    const header = Buffer.alloc(HEADER_BYTES, ' ');
    header.write('\x93NUMPY\x01\x00', 'latin1');
    header.writeUInt16LE(HEADER_BYTES - 10, 8);
    header.write(text, 10);
    header.write('\n', HEADER_BYTES - 1);
    writeSync(this.#fd, header, 0, HEADER_BYTES, 0);
    closeSync(this.#fd);
  }

  #flush(): void {
    writeSync(this.#fd, this.#buffer, 0, this.#used);
    this.#used = 0;
  }
}
