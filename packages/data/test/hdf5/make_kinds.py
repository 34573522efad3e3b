"""Writes kinds.h5 beside this file: data sets of many kinds in the oldest format of HDF5, as writers of BIOM files use it.

Made with h5py 3.x (HDF5 1.14): python make_kinds.py
"""

from pathlib import Path

import h5py
import numpy as np

with h5py.File(Path(__file__).with_name("kinds.h5"), "w", libver="earliest") as file:
    numbers = file.create_group("numbers")
    for kind in ["i1", "u1", "i2", "u2", "i4", "u4"]:
        info = np.iinfo(kind)
        numbers[kind] = np.array([info.min, 0, 1, info.max], kind)
    numbers["i8"] = np.array([-1, -(2**53), 2**53, 0], "i8")
    numbers["u8"] = np.array([0, 2**53], "u8")
    numbers["f4"] = np.array([0.1, -3e38, np.inf], "f4")
    numbers["f8"] = np.array([0.1, np.nan, -np.inf, 5e-324], "f8")
    numbers["empty"] = np.array([], "f8")

    chunked = file.create_group("chunked")
    values = np.arange(1000) * 0.5
    for rows in [7, 250, 999, 1000]:
        chunked.create_dataset(f"plain{rows}", data=values, chunks=(min(rows, 1000),))
    chunked.create_dataset("deflate", data=values, chunks=(64,), compression="gzip")
    chunked.create_dataset("shuffle", data=values.astype("i4"), chunks=(100,), compression="gzip", shuffle=True)
    chunked.create_dataset("many", data=np.arange(300, dtype="i4"), chunks=(1,), compression="gzip")
    chunked.create_dataset("none", shape=(0,), dtype="i4", maxshape=(None,), chunks=(16,), compression="gzip")

    texts = file.create_group("texts")
    words = ["äöü", "", "a", "TACG" * 50, "细菌", "k__Bacteria"]
    texts.create_dataset("variable", data=words, dtype=h5py.string_dtype())
    table = np.array([f"text {i}" for i in range(35)], dtype=object).reshape(7, 5)
    texts.create_dataset("table", data=table, dtype=h5py.string_dtype(), chunks=(3, 2), compression="gzip")
    halves = np.array([f"half {i}" for i in range(24)], dtype=object).reshape(6, 4)
    texts.create_dataset("halves", data=halves, dtype=h5py.string_dtype(), chunks=(4, 2))
    many = [f"sample {i} " + "x" * (i % 90) for i in range(400)]
    texts.create_dataset("many", data=many, dtype=h5py.string_dtype(), chunks=(128,), compression="gzip")
    texts.create_dataset("fixed", data=np.array([b"ab", b"abcd", b""], "S4"))

    odd = file.create_group("odd")
    odd.create_dataset("cube", data=np.arange(8, dtype="i4").reshape(2, 2, 2))
    odd.create_dataset("big_endian", data=np.array([1, 2, 3], ">i4"))
    odd.create_dataset("fletcher", data=values, chunks=(64,), fletcher32=True)
    odd.create_dataset("unwritten", shape=(100,), dtype="i4", chunks=(10,), fillvalue=7)[:20] = np.arange(20)
    for i in range(20):
        file.create_group(f"group{i:02d}")
