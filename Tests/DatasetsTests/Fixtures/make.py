"""Makes the fixtures of DatasetsTests.

Python 3.11 (float, csv, gzip), numpy 2.4.6, scikit-learn 1.9.1. Run in this directory; the output is the same every time.
"""
import csv
import gzip
import json
import random
import struct

import numpy as np
from sklearn.preprocessing import OneHotEncoder, StandardScaler

random.seed(20260101)

# numbers.txt: a number as text, and the bits of the Double that Python's float() reads.
numbers = """0 -0 +0 0.0 -0.0 1 -1 +1 1. .5 -.5 1e5 1E5 1e+5 1e-5 007 0.1 0.2 0.3 123456789012345678
1e22 1e23 1e-22 1e-23 9007199254740992 9007199254740993 9007199254740995 18446744073709551615 18446744073709551616
1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 1e308 1e309 1e400 1e-400 1e99999999999999999999
5e-324 2.4703282292062327e-324 2.4703282292062328e-324 2.2250738585072014e-308 2.2250738585072011e-308 1e-323 3e-324
0e99999999999999999999 0.000000000000000000000000000000000000000000001e45 1e-342 9999999999999999999e-342
100000000000000000000000000000000000000000000000000e-50 0.1000000000000000055511151231257827021181583404541015625
0.10000000000000000555111512312578270211815834045410156250000001 1.00000000000000011102230246251565404236316680908203125
1.00000000000000011102230246251565404236316680908203124 1.00000000000000011102230246251565404236316680908203126
7.2057594037927933e16 9223372036854775807 8.41e21 2e-305 6631.6e-318""".split()
for _ in range(400):  # any bits, with 17 digits and with many more
    value = struct.unpack("<d", random.randbytes(8))[0]
    if value == value and abs(value) != float("inf"):
        numbers += [repr(value), f"{value:.25e}"]
for _ in range(300):  # as they stand in tables
    numbers += [f"{random.gauss(0, 100):.{random.randrange(10)}f}", f"{random.gauss(0, 1e9):.{random.randrange(18)}g}"]
for _ in range(300):  # exactly between two numbers, and a little above and below
    mantissa = random.randrange(2**52, 2**53) * 2 + 1
    shift = random.randrange(-60, 60)
    exact = mantissa * 2**shift if shift >= 0 else None
    if exact is None:
        exact_text = f"{mantissa * 5**-shift}e{shift}"
        numbers += [exact_text, f"{mantissa * 5**-shift * 10 - 1}e{shift - 1}", f"{mantissa * 5**-shift * 10 + 1}e{shift - 1}"]
    else:
        numbers += [str(exact), str(exact - 1), str(exact + 1)]
for exponent in range(-345, 312):  # every power
    numbers += [f"{random.randrange(1, 2**64)}e{exponent}", f"{random.randrange(1, 1000)}e{exponent}"]
with open("numbers.txt", "w") as file:
    for text in numbers:
        file.write(f"{text} {struct.unpack('<Q', struct.pack('<d', float(text)))[0]:016x}\n")

# csv/*.csv: awkward files, and csv/expected.json: what Python's csv module reads from them, empty lines aside.
corpus = {
    "plain": b"a,b,c\n1,2,3\n4,5,6\n",
    "no-final-line-end": b"a,b\n1,2\n3,4",
    "crlf": b"a,b\r\n1,2\r\n3,4\r\n",
    "crlf-no-final-line-end": b"a,b\r\n1,2\r\n3,4\r",
    "mixed-line-ends": b"a,b\r\n1,2\n3,4\r\n",
    "cr-only": b"a,b\r1,2\r3,4\r",
    "bom": b'\xef\xbb\xbf"a",b\n1,2\n',
    "empty-lines": b"a,b\n\n1,2\n\n\n3,4\n\n",
    "empty-fields": b"a,b,c\n,,\n1,,\n,,3\n",
    "trailing-empty-field": b"a,b\n1,\n2,",
    "quoted": b'a,b\n"1","2"\n"x,y","z"\n',
    "quoted-empty": b'a,b\n"",""\n"",x\n',
    "one-column-quoted-empty": b'a\n""\nx\n""\n',
    "doubled-quotes": b'a,b\n"say ""hi""",""""\n"""","a"""\n',
    "multi-line": b'a,b\n"first\nsecond",1\n"x\r\ny\r\n",2\n',
    "quoted-header": b'"a,1","b\n2"\n1,2\n',
    "quote-inside": b'a,b\n5" pipe,1\nx"y"z,2\n',
    "blanks": b"a,b\n 1 , 2\n\t3,4 \n",
    "blank-before-quote": b'a,b\n "x",1\n',
    "unicode": "größe,naïve,日本\ncafé,cafe\u0301,東京\n".encode(),
    "one-column": b"a\n1\n2\n",
    "header-only-quotes-crlf": b'"a","b"\r\n"1","2"\r\n"3","4"',
    "long-field": b"a,b\n" + b"x" * 5000 + b',1\n"' + b'y""' * 3000 + b'",2\n',
}
expected = {}
for name, content in corpus.items():
    with open(f"csv/{name}.csv", "wb") as file:
        file.write(content)
    with open(f"csv/{name}.csv", newline="", encoding="utf-8-sig") as file:
        expected[name] = [row for row in csv.reader(file) if row]
with open("csv/expected.json", "w") as file:
    json.dump(expected, file, ensure_ascii=False, indent=1)
random_rows = [[random.choice(["", "a", "b,c", 'd"e', "f\ng", "ä", "1.5", " "]) for _ in range(4)] for _ in range(300)]
with open("csv/random.csv", "w", newline="") as file:
    csv.writer(file).writerows([["w", "x", "y", "z"]] + random_rows)
with open("csv/random.json", "w") as file:
    json.dump(random_rows, file, ensure_ascii=False)

# IDX: five images of 2 x 3 and their labels, plain and compressed.
images = bytes([0, 0, 8, 3]) + struct.pack(">3i", 5, 2, 3) + bytes(range(30))
labels = bytes([0, 0, 8, 1]) + struct.pack(">i", 5) + bytes([0, 1, 2, 1, 0])
for name, content in [("images", images), ("labels", labels)]:
    with open(f"{name}.idx", "wb") as file:
        file.write(content)
    with open(f"{name}.idx.gz", "wb") as file:
        file.write(gzip.compress(content, mtime=0))
with open("checksum.gz", "wb") as file:  # a single wrong bit in the checksum
    content = bytearray(gzip.compress(images, mtime=0))
    content[-8] ^= 1
    file.write(content)
with open("twice.gz", "wb") as file:
    file.write(gzip.compress(b"first", mtime=0) + gzip.compress(b"second", mtime=0))

# process.csv: a small table, and what scikit-learn makes of it, fitted on the first 30 rows only.
rows = []
for index in range(40):
    rows.append([
        repr(random.gauss(1e6, 1e-3)), f"{random.gauss(-3, 2):.4f}", "7.5",
        random.choice(["M1", "M4", "m1", "Ä2", "A\u03082"]) if index < 30 else random.choice(["M1", "M9", ""]),
        str(random.randrange(100)), random.choice(["yes", "no"]), f"b{index}",
    ])
with open("process.csv", "w", newline="") as file:
    csv.writer(file).writerows([["offset", "force", "constant", "machine", "count", "defect", "batch_id"]] + rows)
train = rows[:30]
numeric = lambda table: np.array([[float(row[0]), float(row[1]), float(row[2])] for row in table])
categories = lambda table: np.array([[row[3]] for row in table], dtype=object)
scaler = StandardScaler().fit(numeric(train))
encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(categories(train))
result = np.hstack([
    scaler.transform(numeric(rows)), encoder.transform(categories(rows)),
    np.array([[float(row[4])] for row in rows]),
])
with open("process.json", "w") as file:
    json.dump({
        "means": scaler.mean_.tolist(), "deviations": scaler.scale_.tolist(),
        "categories": encoder.categories_[0].tolist(), "features": result.tolist(),
    }, file, ensure_ascii=False)
