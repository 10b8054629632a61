"""Makes the fixtures of MonitoringTests.

scipy 1.17.1, numpy 2.4.6, Python 3.11. Run in this directory; the output is the same every time.

Long samples are not stored. Both languages compute them from a formula in whole numbers, number i of a sample being
`((square i^2 + factor i + offset) mod modulus) / divisor + shift`.
"""
import json
import math
import statistics
import warnings
from fractions import Fraction

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.special import gammaincc
from scipy.stats import chi2_contingency, false_discovery_control, ks_2samp, kstwo, wasserstein_distance
from scipy.stats.contingency import association

warnings.simplefilter("error")
FLOOR = 1e-4


def formula(count, modulus=1000003, divisor=1000, shift=0.0, square=7, factor=104729, offset=0):
    return {"count": count, "modulus": modulus, "divisor": divisor, "shift": shift, "square": square,
            "factor": factor, "offset": offset}


def numbers(sample):
    if "values" in sample:
        return np.array(sample["values"], dtype=float)
    i = np.arange(sample["count"], dtype=np.int64)
    whole = (sample["square"] * i * i + sample["factor"] * i + sample["offset"]) % sample["modulus"]
    return whole / sample["divisor"] + sample["shift"]


def bins(reference, current):
    """Shares over the reference's deciles; a value that is several deciles has a bin of its own."""
    deciles = np.quantile(reference, np.arange(1, 10) / 10, method="inverted_cdf")
    edges = []
    for decile in np.unique(deciles):
        if (deciles == decile).sum() > 1:
            edges.append(np.nextafter(decile, -np.inf))
        edges.append(decile)
    return [np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (reference, current)]


def distances(reference, current):
    r, c = np.array(reference) / np.sum(reference), np.array(current) / np.sum(current)
    raised = np.maximum(r, FLOOR), np.maximum(c, FLOOR)
    return {
        "psi": float(np.sum((raised[1] - raised[0]) * np.log(raised[1] / raised[0]))),
        "jensenShannon": float(jensenshannon(r, c)),
        "hellinger": float(np.sqrt(np.sum((np.sqrt(r) - np.sqrt(c)) ** 2) / 2)),
        "totalVariation": float(np.abs(r - c).sum() / 2),
        "largest": float(np.abs(r - c).max()),
    }


def pair(name, reference, current):
    one, other = numbers(reference), numbers(current)
    test = ks_2samp(one, other)
    area = float(wasserstein_distance(one, other))
    return {
        "name": name, "reference": reference, "current": current,
        "statistic": float(test.statistic), "pValue": float(test.pvalue),
        "wasserstein": area, "normed": area / max(float(np.std(one)), 0.001),
        "distances": distances(*bins(one, other)),
    }


pairs = [
    pair("equal samples", formula(120), formula(120)),
    pair("one against one", {"values": [1]}, {"values": [2]}),
    pair("one against the same one", {"values": [1]}, {"values": [1]}),
    pair("three against five", {"values": [1, 2, 2.5]}, {"values": [0.5, 2, 3, 4, 4]}),
    pair("many ties", formula(200, modulus=7, divisor=1), formula(300, modulus=7, divisor=1, square=3)),
    pair("two values", formula(150, modulus=2, divisor=1, square=0, factor=1),
         formula(150, modulus=3, divisor=2, square=1, factor=0)),
    pair("mostly the greatest value", {"values": [1] * 95 + [0, 0.1, 0.2, 0.3, 0.4]},
         {"values": [1] * 60 + [0, 0.1, 0.2, 0.3, 0.4] * 8}),
    pair("sizes without a common divisor", formula(100), formula(137, shift=150)),
    pair("a shift of a quarter deviation", formula(500), formula(500, shift=72, offset=5)),
    pair("a scale", formula(1000), formula(1000, divisor=800, square=11)),
    pair("long against short", formula(2000), formula(200, square=3)),
    pair("disjoint", formula(500), formula(400, shift=2000)),
    pair("disjoint, as long as each other", formula(500), formula(500, shift=-2000)),
    pair("the longest that are exact", formula(10000), formula(10000, shift=15, square=5)),
    pair("the longest that are exact, one shorter", formula(10000), formula(9999, shift=15, square=5)),
    pair("one longer than is exact", formula(10001), formula(10000, shift=15, square=5)),
    pair("far apart and long", formula(12000), formula(11000, shift=120)),
    pair("farther apart and long", formula(30000), formula(20000, shift=450)),
    pair("disjoint and long", formula(11000), formula(11000, shift=2000)),
    pair("long and hardly apart", formula(200000), formula(100000, shift=1.5)),
    pair("long against one", formula(20001), {"values": [990]}),
    pair("long against five", formula(20000), {"values": [10, 500, 600, 900, 990]}),
    pair("long against a hundred", formula(30000), formula(100, square=3)),
    pair("long against a hundred and a half", formula(100000), formula(151, square=3, shift=40)),
    pair("equal constants", {"values": [3] * 120}, {"values": [3] * 110}),
    pair("different constants", {"values": [3] * 120}, {"values": [2] * 110}),
    pair("a huge offset", formula(300, modulus=101, divisor=64, shift=1e9),
         formula(300, modulus=101, divisor=64, shift=1e9 + 0.25, square=3)),
]


def inside(n, m, bound):
    """The paths from (0, 0) to (n, m) that stay less than bound away from the diagonal, in units of 1 / lcm."""
    scale = math.lcm(n, m)
    counts = {(0, 0): 1}
    for i in range(n + 1):
        for j in range(m + 1):
            if (i, j) != (0, 0):
                far = abs(i * (scale // n) - j * (scale // m)) >= bound
                counts[i, j] = 0 if far else counts.get((i - 1, j), 0) + counts.get((i, j - 1), 0)
    return counts[n, m]


exact = [
    {"counts": [n, m], "statistic": bound / math.lcm(n, m),
     "pValue": float(1 - Fraction(inside(n, m, bound), math.comb(n + m, n)))}
    for n, m, bounds in [
        (1, 1, [1]), (7, 7, [1, 2, 3, 7]), (5, 8, [1, 2, 7, 13, 20, 39, 40]), (12, 18, [1, 5, 12, 20, 36]),
        (40, 39, [1, 40, 200, 500, 900, 1400, 1560]), (100, 100, [1, 10, 13, 14, 20, 50, 100]),
    ]
    for bound in bounds
]
# ks_2samp turns to kstwo with the rounded n m / (n + m); these sizes give the count that is wanted.
asymptotic = [
    {"counts": [sizes[0], sizes[1]], "statistic": distance,
     "pValue": float(kstwo.sf(distance, round(sizes[0] * sizes[1] / (sizes[0] + sizes[1]))))}
    for sizes in [(10001, 1), (20000, 2), (20000, 7), (30000, 60), (50000, 140), (90000, 141), (20000, 1000),
                  (20000, 20000), (400000, 100000)]
    for count in [round(sizes[0] * sizes[1] / (sizes[0] + sizes[1]))]
    for distance in sorted({
        min(1.0, share) for share in
        [0.4 / count, 0.6 / count, 0.9 / count, 1.5 / count, 0.25, 0.5, 0.7, 1 - 0.5 / count, 1.0]
        + [z / math.sqrt(count) for z in [0.2, 0.3, 0.5, 0.8, 1.0, 1.3, 1.48, 1.49, 1.9, 2.1, 4.0, 9.0, 16.0, 19.0]]
    })
]

gamma = [
    {"a": a, "x": x, "upper": float(gammaincc(a, x))}
    for a in [0.5, 1, 1.5, 2, 4.5, 10, 24.5, 50, 123.5, 499.5, 5000, 100000]
    for x in sorted({0.0, 1e-9, 0.01, 1.0, 30.0, 300.0} | {
        a * share for share in [0.01, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 1.5, 3, 10]
    })
]


def table(name, reference, current):
    r, c = np.array(reference), np.array(current)
    present = np.array([r, c])[:, r + c > 0]
    test = chi2_contingency(present)
    return {
        "name": name, "reference": reference, "current": current, "statistic": float(test.statistic),
        "degrees": int(test.dof), "pValue": float(test.pvalue),
        "cramersV": float(association(present, method="cramer")) if present.shape[1] > 1 else 0.0,
        "distances": distances(r, c),
    }


tables = [
    table("two categories", [30, 70], [45, 55]),
    table("two categories, nearly equal", [50, 50], [51, 50]),
    table("two categories, hardly a row apart", [10, 10], [11, 10]),
    table("one category in vain", [120], [130]),
    table("three categories", [100, 50, 20], [80, 70, 40]),
    table("a new category", [100, 50, 0], [90, 50, 10]),
    table("a category that went", [100, 50, 7], [90, 50, 0]),
    table("a category that neither has", [100, 0, 50], [90, 0, 60]),
    table("nothing in common", [100, 100, 0, 0], [0, 0, 60, 40]),
    table("unequal sizes", [5000, 3000, 2000, 10], [50, 20, 29, 1]),
    table("many categories", [(7 * i * i + 3) % 23 + 1 for i in range(300)],
          [(5 * i * i + i) % 19 + 1 for i in range(300)]),
    table("millions of rows", [10**6, 2 * 10**6, 3 * 10**6], [10**6 + 3000, 2 * 10**6, 3 * 10**6]),
]

discoveries = [
    {"pValues": ps, "adjusted": [float(p) for p in false_discovery_control(ps)]}
    for ps in [[0.03], [0.01, 0.04, 0.03, 0.005, 0.8], [0.5, 0.5, 0.5], [0.0, 1.0, 0.02], [0.9, 0.001, 0.9, 0.04]]
]


def moments(name, sample):
    exactly = [Fraction(float(x)) for x in numbers(sample)]
    return {"name": name, "sample": sample, "mean": float(sum(exactly) / len(exactly)),
            "standardDeviation": float(statistics.pstdev(exactly))}


moment_cases = [
    moments("whole numbers", {"values": [1, 2, 3, 4, 10]}),
    moments("a constant that has no end in binary", {"values": [0.1] * 1000}),
    moments("a large offset", formula(1000, modulus=101, divisor=64, shift=1e9)),
    moments("a larger offset", formula(1000, modulus=101, divisor=1, shift=1e15)),
    moments("both signs", formula(1000, shift=-500.25)),
    moments("tiny", {"values": [1e-160, 3e-160, 5e-160]}),
    moments("near the largest", {"values": [1.5e308, -1.5e308, 1e308, 1.7e308]}),
    moments("with ties", formula(5000, modulus=7, divisor=1)),
]

for name, content in [
    ("pairs", pairs), ("exact", exact), ("asymptotic", asymptotic), ("gamma", gamma), ("tables", tables),
    ("discoveries", discoveries), ("moments", moment_cases),
]:
    with open(f"{name}.json", "w") as file:
        json.dump(content, file)
        file.write("\n")
