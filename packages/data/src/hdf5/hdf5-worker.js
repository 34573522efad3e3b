// The one place that touches the HDF5 library. Runs as a worker thread, because that library blocks, may loop forever or
// abort on a damaged file, and can hand out memory it never filled; the parent ends the thread after any failure.
// Plain JavaScript, so that it loads from the sources and from the bundle alike. Knows nothing of tables.
import fs from 'node:fs';
import { resolve } from 'node:path';
import { parentPort } from 'node:worker_threads';

// A file may name others (external links, external storage, virtual data sets), which the library would follow. Nobody asked
// for those, so nothing but the file itself is opened, and an attempt ends the work on it. Only a new file may be made: the
// library writes the words of an error into one, and reading never makes any.
const openSync = fs.openSync;
const isNew = fs.constants.O_CREAT | fs.constants.O_EXCL;
let ownPath;
let foreignPath;
fs.openSync = (path, ...rest) => {
  // The library writes out a relative path where it tries a file once more.
  const isOwn = ownPath !== undefined && resolve(String(path)) === resolve(ownPath);
  if (isOwn || (rest[0] & isNew) === isNew) return openSync(path, ...rest);
  // Where the library looks for filters of its own accord; there are none.
  if (!String(path).endsWith('/lib/plugin')) foreignPath ??= String(path);
  throw Object.assign(new Error('not the file that was asked for'), { code: 'EACCES' });
};

// A damaged file may claim a text of gigabytes, which the library would make room for before it looks. It gets no more than
// this, and refuses the file instead; a whole slab of rows takes a small part of it.
const mostPages = (512 * 2 ** 20) / 65_536;
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function growWithinBounds(pages) {
  if (this.buffer.byteLength / 65_536 + pages > mostPages) throw new RangeError('the library asks for too much memory');
  return grow.call(this, pages);
};

const { default: h5wasm } = await import('h5wasm/node');
const library = await h5wasm.ready;
// Without this, a failed read reports nothing and leaves whatever was in memory.
library.activate_throwing_error_handler();

const { H5T_INTEGER, H5T_FLOAT, H5T_STRING } = library.H5T_class_t;
let file;

function kindOf({ type }) {
  if (type === H5T_INTEGER.value || type === H5T_FLOAT.value) return 'numbers';
  return type === H5T_STRING.value ? 'texts' : 'other';
}

/** Numbers of any width as doubles; 64-bit integers lose exactness only above 2^53. */
function toDoubles(values) {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return Float64Array.from(values);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const high = values instanceof BigInt64Array ? new Int32Array(words.buffer, words.byteOffset, words.length) : words;
  return Float64Array.from({ length: values.length }, (_, i) => high[2 * i + 1] * 2 ** 32 + words[2 * i]);
}

const operations = {
  open: ({ path }) => {
    [ownPath, foreignPath] = [path, undefined];
    file = new h5wasm.File(path, 'r');
    return { value: null };
  },
  names: ({ path }) => {
    const found = file.get(path);
    return { value: found instanceof h5wasm.Group ? found.keys() : null };
  },
  describe: ({ path }) => {
    const found = file.get(path);
    if (!(found instanceof h5wasm.Dataset)) return { value: null };
    const { shape, size } = found.metadata;
    return { value: { kind: kindOf(found.metadata), shape: shape ?? [], bytesPerElement: size } };
  },
  numbers: ({ path, start, end }) => {
    const value = toDoubles(file.get(path).slice([[start, end]]));
    return { value, transfer: [value.buffer] };
  },
  texts: ({ path, start, end }) => ({ value: file.get(path).slice([[start, end]]) }),
  create: ({ path }) => {
    [ownPath, foreignPath] = [path, undefined];
    // The oldest form that can hold the content, which every version of the library reads.
    file = new h5wasm.File(path, 'w', { libver: ['earliest', 'latest'] });
    return { value: null };
  },
  group: ({ path }) => {
    file.create_group(path);
    return { value: null };
  },
  attribute: ({ name, data }) => {
    file.create_attribute(name, data);
    return { value: null };
  },
  dataSet: ({ request }) => {
    file.create_dataset(request);
    return { value: null };
  },
  append: ({ path, start, data }) => {
    const found = file.get(path);
    found.resize([start + data.length]);
    found.refresh();
    found.write_slice([[start, start + data.length]], data);
    return { value: null };
  },
  close: () => {
    file?.close();
    file = undefined;
    return { value: null };
  },
};

/** Any answer of the library is worthless once it has tried to open another file: it fills in what it could not read. */
function foreignProblem() {
  if (foreignPath === undefined) return undefined;
  return `it refers to another file, ${JSON.stringify(foreignPath)}, which is not opened`;
}

parentPort.on('message', ({ operation, ...request }) => {
  try {
    const { value, transfer = [] } = operations[operation](request);
    const problem = foreignProblem();
    if (problem === undefined) parentPort.postMessage({ value }, transfer);
    else parentPort.postMessage({ problem });
  } catch (error) {
    const problem = foreignProblem() ?? (error instanceof Error ? error.message : String(error));
    parentPort.postMessage({ problem });
  }
});
