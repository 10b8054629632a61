"""Makes the pictures of this example: brushed metal, whole, scratched or stained. Needs numpy and Pillow.

Nobody has photographed these parts. The surfaces are made of random numbers, so that the example is small and free; the
faults are faint enough that a threshold on brightness does not find them.
"""

import pathlib

import numpy
from PIL import Image, ImageDraw, ImageFilter

SIZE, PICTURES = 32, 160
random = numpy.random.default_rng(7)


def surface():
    """Metal, brushed from left to right, lit unevenly."""
    grain = random.normal(0, 1, (SIZE, 1)) * 5 + random.normal(0, 3, (SIZE, SIZE))
    light = random.uniform(-25, 25) * numpy.linspace(-1, 1, SIZE)[None, :]
    return random.uniform(110, 150) + grain + light


def scratch(metal):
    mask = Image.new("L", (4 * SIZE, 4 * SIZE))
    start, angle = random.uniform(20, 100, 2), random.uniform(0, numpy.pi)
    length = random.uniform(50, 90)
    end = start + length * numpy.array([numpy.cos(angle), numpy.sin(angle)])
    ImageDraw.Draw(mask).line([*start, *end], fill=255, width=int(random.integers(3, 6)))
    depth = random.uniform(32, 55) * random.choice([-1, 1])
    return metal + depth * numpy.asarray(mask.resize((SIZE, SIZE), Image.Resampling.BOX)) / 255


def stain(metal):
    rows, columns = numpy.mgrid[0:SIZE, 0:SIZE]
    middle, size = random.uniform(7, SIZE - 7, 2), random.uniform(2.5, 5, 2)
    distance = ((rows - middle[0]) / size[0]) ** 2 + ((columns - middle[1]) / size[1]) ** 2
    return metal - random.uniform(28, 48) * numpy.exp(-distance)


for name, fault in [("ok", lambda metal: metal), ("scratch", scratch), ("stain", stain)]:
    folder = pathlib.Path("parts") / name
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(PICTURES):
        pixels = fault(surface()).clip(0, 255).astype("uint8")
        picture = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(0.5))
        # Cameras differ: some write JPEG.
        if number % 4 == 3:
            picture.save(folder / f"{number:03}.jpg", quality=90)
        else:
            picture.save(folder / f"{number:03}.png", optimize=True)
