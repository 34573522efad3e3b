"""Writes many_chunks.h5 beside this file: data sets of so many chunks that the addon unpacks them.

Made with h5py 3.x: python make_many_chunks.py
"""

from pathlib import Path

import h5py
import numpy as np

N, EDGES = 1000, [0, 1, 2**31, 2**32 + 1, 2**53 - 1]

with h5py.File(Path(__file__).with_name("many_chunks.h5"), "w", libver="earliest") as file:
    every = np.arange(N)
    packed = {"gzip": {"compression": "gzip"}, "both": {"compression": "gzip", "shuffle": True}, "shuffle": {"shuffle": True}}
    for name, options in packed.items():
        for kind in ["i1", "u2", "i4", "i8", "u8", "f4", "f8"]:
            values = (every % 100).astype(kind)
            if kind in ("i8", "u8"):
                values[:5] = EDGES
                values[5:10] = [-edge if kind == "i8" else edge for edge in EDGES]
            file.create_dataset(f"{name}/{kind}", data=values, chunks=(37,), **options)
    # Random bytes do not shrink, so that the writer leaves deflate out.
    noise = np.random.default_rng(1).integers(0, 2**31, N).astype("i4")
    file.create_dataset("both/noise", data=noise, chunks=(37,), compression="gzip", shuffle=True)
    texts = [f"text {i % 7}".encode() for i in range(N)]
    file.create_dataset("texts/fixed", data=np.array(texts).reshape(N // 4, 4), chunks=(11, 3), compression="gzip")
    file.create_dataset("texts/variable", data=texts, dtype=h5py.string_dtype(), chunks=(37,), compression="gzip")
