"""Writes signals.json: statistics and spectra of a few signals by SciPy, and WAV files of every kind of sample.

    python signals.py > signals.json

Made with SciPy 1.17.1 and NumPy 2.4.6; needs nothing else.
"""

import base64
import io
import json
import wave

import numpy
from scipy import signal, stats
from scipy.io import wavfile

random = numpy.random.default_rng(5)
RATE = 1000


def rounded(values):
    return [float(f"{value:.12g}") for value in numpy.ravel(values)]


def statistics(values):
    magnitudes = abs(values)
    rms, peak = numpy.sqrt(numpy.mean(values**2)), magnitudes.max()
    return {
        "mean": values.mean(),
        "std": values.std(),
        "min": values.min(),
        "max": values.max(),
        "rms": rms,
        "peak": peak,
        "peak_to_peak": numpy.ptp(values),
        "skewness": stats.skew(values),
        "kurtosis": stats.kurtosis(values, fisher=False),
        "crest_factor": peak / rms,
        "shape_factor": rms / magnitudes.mean(),
        "impulse_factor": peak / magnitudes.mean(),
        "zero_crossings": numpy.mean(numpy.diff(values >= 0)),
    }


def bands(values, segment, limits):
    frequencies, density = signal.welch(
        values, RATE, window="hann", nperseg=segment, noverlap=segment // 2, detrend="constant"
    )
    return [float(density[(frequencies >= low) & ((frequencies < high) | (high == RATE / 2))].sum()
                  * (frequencies[1] - frequencies[0])) for low, high in limits]


def signals():
    time = numpy.arange(300) / RATE
    shocks = random.normal(0, 0.1, 300)
    shocks[::60] += 3
    yield "noise", random.normal(0, 1, 300)
    yield "tone", 2 * numpy.sin(2 * numpy.pi * 50 * time) + 0.5
    yield "shocks", shocks
    yield "drift", time * 10 + random.normal(0, 0.2, 300)


def wav(values, rate=RATE):
    file = io.BytesIO()
    wavfile.write(file, rate, values)
    return file.getvalue()


def wav24(values):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(values.shape[1])
        writer.setsampwidth(3)
        writer.setframerate(RATE)
        writer.writeframes(b"".join(int(v).to_bytes(3, "little", signed=True) for v in values.ravel()))
    return file.getvalue()


def recordings():
    for name, kind, scale in [("uint8", "uint8", 128), ("int16", "int16", 2**15), ("int32", "int32", 2**31)]:
        limits = numpy.iinfo(kind)
        values = random.integers(limits.min, limits.max, (11, 2), dtype=kind, endpoint=True)
        offset = 128 if kind == "uint8" else 0
        yield name, wav(values), (values.astype(float) - offset) / scale
    values = random.integers(-(2**23), 2**23, (11, 3))
    yield "int24", wav24(values), values / 2**23
    for kind in ["float32", "float64"]:
        values = random.normal(0, 1, (11, 1)).astype(kind)
        yield kind, wav(values), values.astype(float)


LIMITS = [[0, 10], [10, 100], [100, 333.3], [333.3, 500]]
print(json.dumps({
    "rate": RATE,
    "bands": LIMITS,
    "signals": [
        {
            "name": name,
            "values": rounded(values),
            "statistics": {key: float(f"{value:.12g}") for key, value in statistics(numpy.array(rounded(values))).items()},
            "bands": {str(segment): rounded(bands(numpy.array(rounded(values)), segment, LIMITS)) for segment in [16, 64, 256]},
        }
        for name, values in signals()
    ],
    "recordings": [
        {"name": name, "file": base64.b64encode(data).decode(), "channels": values.shape[1], "values": values.ravel().tolist()}
        for name, data, values in recordings()
    ],
}, indent=1))
