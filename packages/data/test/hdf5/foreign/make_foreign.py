"""Writes BIOM tables whose counts lie in another file, other.h5 or other.raw, in each way that HDF5 knows.

Made with h5py 3.x (HDF5 1.14): python make_foreign.py
"""

from pathlib import Path

import h5py
import numpy as np

here = Path(__file__).parent
counts = np.array([5.0, 1.0, 2.0])


def write(name, add_data):
    with h5py.File(here / name, "w") as file:
        for axis, ids in [("sample", ["s1", "s2"]), ("observation", ["f1", "f2"])]:
            file.create_group(axis)
            file[f"{axis}/ids"] = ids
        matrix = file.create_group("sample/matrix")
        matrix["indices"] = np.array([1, 0, 1], "i4")
        matrix["indptr"] = np.array([0, 1, 3], "i4")
        add_data(file, matrix)


def virtual(file, matrix):
    layout = h5py.VirtualLayout(shape=(3,), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "data", shape=(3,))
    matrix.create_virtual_dataset("data", layout)


def behind_soft_link(file, matrix):
    file["elsewhere"] = h5py.ExternalLink("other.h5", "/")
    matrix["data"] = h5py.SoftLink("/elsewhere/data")


with h5py.File(here / "other.h5", "w") as other:
    other["data"] = counts
counts.tofile(here / "other.raw")
write("own.biom", lambda file, matrix: matrix.create_dataset("data", data=counts))
write("external-link.biom", lambda file, matrix: matrix.__setitem__("data", h5py.ExternalLink("other.h5", "/data")))
write("soft-link.biom", behind_soft_link)
write("external-storage.biom", lambda file, matrix: matrix.create_dataset(
    "data", (3,), "f8", external=[("other.raw", 0, 24)]))
write("virtual.biom", virtual)
