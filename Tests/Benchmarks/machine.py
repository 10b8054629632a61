"""What the figures were taken on, and how they are written down."""

import os
import pathlib
import platform
import re
import statistics


def level():
    """The best instructions that the processor has for our kernels."""
    flags = re.search(r"flags\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())[1].split()
    return "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"


def describe():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())[1]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())[1]
    return f"{os.cpu_count()} cores of {model} ({level()}), {system}, kernel {platform.release()}; load at the end {load}"


def median_and(best, values, form):
    """The median and the best of some figures, in one cell."""
    return f"{statistics.median(values):{form}} / {best(values):{form}}"


def markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])
