"""Makes the series of this example: three tunnel ovens, one row a minute. Needs nothing but Python.

Nobody has measured these ovens. They are simulated, so that the example is small and free: a controller heats a zone with
inertia, trays on a belt draw heat, and a tray leaves with what it has taken up on its way, which takes longer on a slow
belt. What comes out in ten minutes therefore depends on where each tray was and how hot it was there: a row alone does not
tell it. The loggers were off for a while now and then.
"""

import csv
import datetime
import math
import random

MINUTES = 2880
START = datetime.datetime(2026, 3, 2, 6, 0)

random.seed(11)


def wandering(low, high, least, most):
    """A setting that somebody changes now and then."""
    while True:
        value = random.uniform(low, high)
        for _ in range(random.randint(least, most)):
            yield value


def oven(number):
    """The rows of one oven."""
    setpoints, speeds, loads = wandering(205, 245, 60, 200), wandering(0.8, 1.4, 40, 150), wandering(10, 60, 15, 60)
    zone, integral, power = 220.0, 0.0, 50.0
    tunnel, insulation = 24.0 + 2 * number, 0.0026 + 0.0003 * number
    trays, off = [], 0
    for minute in range(-120, MINUTES):
        ambient = 20 + 2 * math.sin(2 * math.pi * minute / 1440) + random.gauss(0, 0.1)
        setpoint, speed, load = next(setpoints), next(speeds), next(loads)
        error = setpoint - zone
        integral = max(-600.0, min(600.0, integral + error))
        power = max(0.0, min(100.0, 42 + 2.2 * error + 0.05 * integral))
        zone += 0.16 * power - insulation * 10 * (zone - ambient) - 0.035 * load + random.gauss(0, 0.25)
        # Every minute a tray goes in; each takes up heat, a full one more slowly, until it has gone through.
        trays.append([ambient, 0.0, load])
        for tray in trays:
            tray[0] += (zone - tray[0]) * 0.055 / (1 + tray[2] / 90)
            tray[1] += speed
        while trays and trays[0][1] >= tunnel:
            core = trays.pop(0)[0]
        if minute < 0:
            continue
        if off == 0 and random.random() < 1 / 700:
            off = random.randint(20, 60)
        if off > 0:
            off -= 1
            continue
        time = START + datetime.timedelta(minutes=minute)
        yield [
            f"oven-{number}",
            time.strftime("%Y-%m-%d %H:%M"),
            f"{setpoint:.0f}",
            f"{power:.1f}",
            f"{zone + random.gauss(0, 0.3):.1f}",
            f"{speed:.2f}",
            f"{load:.0f}",
            f"{ambient:.1f}",
            f"{core + random.gauss(0, 0.2):.1f}",
        ]


with open("ovens.csv", "w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["oven", "time", "setpoint", "power", "zone", "belt", "load", "ambient", "core"])
    # As loggers write: minute by minute, the ovens by turns.
    rows = [row for number in range(1, 4) for row in oven(number)]
    for row in sorted(rows, key=lambda row: (row[1], row[0])):
        table.writerow(row)
