"""Writes one small feature table in many kinds of HDF5 into biom/ beside this file.

Made with h5py 3.x, scipy, and hdf5plugin for the filter that is not read: python make_biom.py
"""

from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
from scipy import sparse

SAMPLES, FEATURES = 12, 15
FOLDER = Path(__file__).with_name("biom")


def counts(s, f):
    return (s * f) % 11 if (7 * s + 3 * f) % 4 == 0 else 0


def roots(s, f):
    """No two bytes of these repeat, so that no filter shrinks them."""
    return np.sqrt(1 + 15 * s + f) if counts(s, f) > 0 else 0


def write(name, value=counts, data="f8", index="i4", pointer="i4", ids=None, axes=("sample", "observation"),
          libver="earliest", chunks=20, **packing):
    matrix = sparse.csr_matrix(np.array([[value(s, f) for f in range(FEATURES)] for s in range(SAMPLES)], float))
    names = {"sample": [f"sample {i}" for i in range(SAMPLES)], "observation": [f"feature {i}" for i in range(FEATURES)]}
    with h5py.File(FOLDER / f"{name}.biom", "w", libver=libver) as file:
        for axis, rows in (("sample", matrix), ("observation", matrix.T.tocsr())):
            group = file.create_group(axis)
            group.create_dataset("ids", data=np.array(names[axis], dtype=ids or h5py.string_dtype()))
            if axis not in axes:
                continue
            inner = group.create_group("matrix")
            options = {**packing, "chunks": (chunks,)} if packing else {}
            inner.create_dataset("data", data=rows.data.astype(data), **options)
            inner.create_dataset("indices", data=rows.indices.astype(index), **options)
            inner.create_dataset("indptr", data=rows.indptr.astype(pointer), **{**options, "chunks": (8,)} if packing else {})


write("int64", index="i8", pointer="i8")
write("int64-pointers", pointer="i8")
write("uint64", index="u8", pointer="u8")
write("int16", index="i2", pointer="u2")
write("float32", data="f4")
write("int32-counts", data="i4")
write("int64-counts", data="i8")
write("big-endian", data=">f8", index=">i4", pointer=">i4")
write("by-sample", axes=("sample",))
write("by-feature", axes=("observation",))
write("by-feature-int64", axes=("observation",), index="i8", pointer="i8")
write("fixed-ids", ids="S12")
write("latest", libver="latest", compression="gzip")
one = {"axes": ("sample",)}
write("gzip", compression="gzip", **one)
write("gzip-shuffle", compression="gzip", shuffle=True, **one)
write("fletcher32", fletcher32=True, **one)
write("gzip-shuffle-fletcher32", compression="gzip", shuffle=True, fletcher32=True, **one)
write("lzf", compression="lzf", **one)
write("lzf-shuffle", compression="lzf", shuffle=True, **one)
write("lzf-left-out", value=roots, compression="lzf", **one)
write("szip", compression="szip", **one)
write("scale-offset", data="i4", scaleoffset=0, **one)
write("filter-unknown", **hdf5plugin.Zstd(), **one)
