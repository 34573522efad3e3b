// The one place that touches the HDF5 library. Runs as a worker thread, because that library blocks, may loop forever or
// abort on a damaged file, and can hand out memory it never filled; the parent ends the thread after any failure.
// Plain JavaScript, so that it loads from the sources and from the bundle alike. Knows nothing of tables.
import { parentPort } from 'node:worker_threads';

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

parentPort.on('message', ({ operation, ...request }) => {
  try {
    const { value, transfer = [] } = operations[operation](request);
    parentPort.postMessage({ value }, transfer);
  } catch (error) {
    parentPort.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
