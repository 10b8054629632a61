"""Writes small pictures of every kind, and in pictures.json the pixels that Pillow reads from them.

Run `python make.py` in this folder, with numpy and Pillow; the file names the version.
"""

import io
import json
import zlib

import numpy
import PIL
from PIL import Image

random = numpy.random.default_rng(3)
# Smooth enough for JPEG, and with noise in it.
rows, columns = numpy.mgrid[0:13, 0:17]
base = numpy.stack([rows * 15, columns * 12, (rows + columns) * 8], axis=-1) + random.integers(0, 30, (13, 17, 3))
colours = Image.fromarray(base.clip(0, 255).astype("uint8"))
gray = colours.convert("L")

pictures = {
    "rgb.png": (colours, {}),
    "gray.png": (gray, {}),
    "palette.png": (colours.quantize(17), {}),
    "alpha.png": (Image.merge("RGBA", [*colours.split(), gray]), {}),
    "bilevel.png": (gray.convert("1"), {}),
    "gray-alpha.png": (Image.merge("LA", [gray, gray.point(lambda value: 255 - value)]), {}),
    "rgb.jpg": (colours, {"quality": 90}),
    "gray.jpg": (gray, {"quality": 80}),
    "progressive.jpg": (colours, {"quality": 70, "progressive": True}),
    "full-colour.jpg": (colours, {"quality": 95, "subsampling": 0}),
    "cmyk.jpg": (colours.convert("CMYK"), {}),
}
for name, (picture, options) in pictures.items():
    picture.save(name, **options)


def read(name, mode):
    with Image.open(name) as picture:
        return picture.convert("RGB").convert(mode) if mode == "L" else picture.convert(mode)


def pixels(picture):
    return {"height": picture.height, "width": picture.width, "bytes": numpy.asarray(picture).ravel().tolist()}


SIZES = [(13, 17), (7, 9), (26, 40), (5, 17), (13, 4), (1, 1), (20, 3)]
expected = {
    "pillow": PIL.__version__,
    "read": [
        {"file": name, "gray": pixels(read(name, "L")), "colours": pixels(read(name, "RGB"))}
        for name in pictures if name != "cmyk.jpg"
    ],
    "resized": [
        pixels(read("rgb.png", mode).resize((width, height), Image.Resampling.BILINEAR))
        for mode in ["L", "RGB"] for height, width in SIZES
    ],
}
with open("pictures.json", "w") as file:
    json.dump(expected, file, separators=(",", ":"))
    file.write("\n")
