"""Makes the tables of this example: a centrifugal pump, as it should run and with five kinds of faults. Needs numpy.

Nobody has measured this pump. Speed, the opening of a valve and the temperature of the room are random numbers; what the seven
sensors show follows from them by the usual laws (head and flow at another speed, the pump's curve and the pipe's, the
power that the motor draws, the heat of a bearing), with the noise of each sensor. A fault changes one thing in these laws by
as little as is worth repairing, so that most faulty rows are within the range of each sensor: it is their company that is wrong.
"""

import csv
import math

import numpy

random = numpy.random.default_rng(11)
COLUMNS = ["speed_rpm", "flow_m3h", "pressure_bar", "current_a", "vibration_mm_s", "bearing_c", "room_c"]
DECIMALS = [0, 2, 3, 2, 2, 1, 1]
NOISE = [4, 0.35, 0.025, 0.18, 0.07, 0.5, 0.3]


def pump(fault=None):
    speed, valve, room = random.uniform(0.65, 1), random.uniform(0.35, 1), random.normal(21, 4)
    depth = random.uniform(0.6, 1.4)  # how bad the fault is
    # Affinity laws: head grows with the square of the speed. The pump's curve meets that of pipe and valve.
    shutoff = 42 * speed**2
    if fault == "worn_impeller":
        shutoff *= 1 - 0.13 * depth
    slope, pipe = 0.0055, 0.004 / valve**2
    flow = math.sqrt(shutoff / (slope + pipe))
    head = shutoff - slope * flow**2
    if fault == "cavitation":
        head *= 1 - 0.06 * depth
    efficiency = 0.74 - 0.9 * (flow / (75 * speed) - 0.8) ** 2
    power = 9810 * flow / 3600 * head / max(efficiency, 0.3) + 350 * speed**3
    current = math.hypot(3.2, power / (math.sqrt(3) * 400 * 0.86))
    vibration = 0.9 + 1.6 * speed**2 + 0.9 * (flow / (75 * speed) - 0.8) ** 2
    bearing = room + 9 * speed**2 + 1.1 * current
    if fault == "worn_bearing":
        vibration, bearing = vibration + 0.45 * depth, bearing + 3.5 * depth
    elif fault == "cavitation":
        vibration += 0.4 * depth
    elif fault == "phase_imbalance":
        current, bearing = current * (1 + 0.1 * depth), bearing + 2.5 * depth
    elif fault == "pressure_sensor_drift":
        head -= 2.2 * depth
    exact = [1480 * speed, flow, head * 0.0981, current, vibration, bearing, room]
    return [f"{value + random.normal(0, noise):.{digits}f}" for value, noise, digits in zip(exact, NOISE, DECIMALS)]


FAULTS = ["worn_bearing", "worn_impeller", "cavitation", "phase_imbalance", "pressure_sensor_drift"]


def table(name, normal, of_each_fault=None):
    rows = [pump() + ["normal"] for _ in range(normal)]
    rows += [pump(fault) + [fault] for fault in FAULTS for _ in range(of_each_fault or 0)]
    rows = [rows[place] for place in random.permutation(len(rows))]
    with open(name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        labeled = of_each_fault is not None
        writer.writerow(COLUMNS + ["state"] * labeled)
        writer.writerows(row if labeled else row[:-1] for row in rows)


table("train.csv", 1500)  # a pump that was watched while it was known to be in order
table("validation.csv", 500, 16)
table("test.csv", 500, 16)
