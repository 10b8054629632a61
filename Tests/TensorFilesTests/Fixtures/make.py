"""Makes the fixtures of TensorFilesTests.

numpy 2.4.6, safetensors 0.8.0, Python 3.11. Run in this directory; the output is the same every time.
"""
import numpy as np
from numpy.lib import format as npy
from safetensors.numpy import save_file

save_file(
    {
        name: np.arange(2).astype(name)
        for name in "bool uint8 int8 int16 uint16 float16 int32 uint32 float32 float64 int64 uint64".split()
    },
    "types.safetensors",
)

base = np.arange(24, dtype=np.float64) - 7.5

save_file(
    {
        "dense/kernel": base.astype(np.float32).reshape(4, 6),
        "dense/bias": np.array([1.5, -2.0, 65504.0, 2.0**-24], dtype=np.float16),
        "steps": np.array([2**40, -3], dtype=np.int64),
        "mask": np.array([True, False, True]),
        "empty": np.zeros((0, 3), dtype=np.float32),
        "scalar": np.array(3.25, dtype=np.float64),
        "größe \"x\"\n": np.array([7], dtype=np.uint8),
    },
    "mixed.safetensors",
    metadata={"format": "np"},
)

for code in ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]:
    array = np.abs(base).astype(code) if code[0] == "u" else base.astype(code)
    np.save(f"little-{code}.npy", array.reshape(2, 3, 4))
    if code[1] != "1":
        np.save(f"big-{code}.npy", array.reshape(2, 3, 4).astype(">" + code))
np.save("bool.npy", np.array([True, False, True]))
np.save("fortran.npy", np.asfortranarray(base.astype(np.float32).reshape(2, 3, 4)))
np.save("fortran-rows.npy", np.asfortranarray(np.arange(35, dtype=np.int32).reshape(7, 5)))
np.save("scalar.npy", np.float32(4.5))
np.save("empty.npy", np.zeros((0, 5), dtype=np.float32))
np.save("vector.npy", np.arange(5, dtype=np.float32))
for version in [(2, 0), (3, 0)]:
    with open(f"version-{version[0]}.npy", "wb") as file:
        npy.write_array(file, base.astype(np.float32).reshape(2, 3, 4), version=version)
np.save("text.npy", np.array(["a", "bc"]))
np.save("objects.npy", np.array([None, 1], dtype=object), allow_pickle=True)
np.save("fields.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]))
