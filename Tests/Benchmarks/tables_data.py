"""Writes the table of the benchmark: 340,000 records of 30 columns, about 100 MB, from a seed.

24 columns of numbers (four with up to 17 digits, four each with 6, 3 and 2 decimals, three of integers, three with nine
significant digits, two with exponents), four of text (4, 20, 9 and 150 values), a time stamp and a target. 5 % of the
values are missing, in equal parts as nothing, `NA` and `-999`; some numbers stand in quotes, and some texts hold commas,
quotes and line breaks.
"""

import sys

import numpy


def numbers(random, rows):
    """The columns of numbers, as text."""
    columns = []
    for index in range(4):
        columns.append([repr(value) for value in random.normal(10 ** index, 3, rows).tolist()])
    for decimals in (6, 3, 2):
        for index in range(4):
            columns.append([f"%.{decimals}f" % value for value in random.normal(100 * index, 20, rows).tolist()])
    for index in range(3):
        columns.append([str(value) for value in random.integers(0, 10 ** (index + 2), rows).tolist()])
    for _ in range(3):
        columns.append(["%.9g" % value for value in random.gamma(2, 50, rows).tolist()])
    for _ in range(2):
        columns.append(["%.4e" % value for value in random.lognormal(0, 5, rows).tolist()])
    return columns


def texts(random, rows):
    """The columns of text."""
    kinds = [
        ["M1", "M2", "M3", "M4"],
        [f"operator {index:02}" for index in range(20)],
        ["steel", "brass", "copper, hard", 'pipe 5"', "zinc\nplated", "tin", "nickel", "Messing für Öl", "rare"],
        [f"recipe-{index * 37}" for index in range(150)],
    ]
    columns = []
    for kind in kinds:
        weights = numpy.ones(len(kind))
        if kind[-1] == "rare":
            weights[-1] = 0.001
        columns.append([kind[index] for index in random.choice(len(kind), rows, p=weights / weights.sum()).tolist()])
    return columns


def main(path, rows=340_000):
    random = numpy.random.default_rng(20261121)
    columns = numbers(random, rows)
    for column in columns:
        for row in numpy.flatnonzero(random.random(rows) < 0.05).tolist():
            column[row] = ["", "NA", "-999"][row % 3]
        for row in numpy.flatnonzero(random.random(rows) < 0.004).tolist():
            column[row] = f'"{column[row]}"'
    for column in texts(random, rows):
        column = [f'"{text.replace(chr(34), chr(34) * 2)}"' if set(text) & set(',"\n') else text for text in column]
        for row in numpy.flatnonzero(random.random(rows) < 0.05).tolist():
            column[row] = ["", "NA"][row % 2]
        columns.append(column)
    times = numpy.datetime64("2026-01-01T00:00:00") + 30 * numpy.arange(rows)
    columns.append([str(time) for time in times])
    columns.append(["yes" if value < 0.04 else "no" for value in random.random(rows).tolist()])
    names = [f"n{index}" for index in range(24)] + ["machine", "operator", "material", "recipe", "time", "defect"]
    with open(path, "w", newline="") as file:
        file.write(",".join(names) + "\n")
        for record in zip(*columns):
            file.write(",".join(record) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
