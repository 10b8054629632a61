"""The job of the table benchmark with a peer: read, impute medians and standardize, one-hot, for every row.

Prints one JSON line: the seconds without imports, and what came out.
"""

import json
import sys
import time

MISSING = ["", "NA", "-999"]
NUMBERS = [f"n{index}" for index in range(24)]
TEXTS = ["machine", "operator", "material", "recipe"]


def pandas(path):
    import pandas
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    start = time.perf_counter()
    frame = pandas.read_csv(path, na_values=MISSING, keep_default_na=False, usecols=NUMBERS + TEXTS)
    transformer = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), NUMBERS),
        ("texts", OneHotEncoder(handle_unknown="ignore"), TEXTS),
    ])
    matrix = transformer.fit_transform(frame)
    return time.perf_counter() - start, matrix.shape


def polars(path):
    import polars
    from polars import col

    start = time.perf_counter()
    frame = polars.read_csv(path, null_values=MISSING, columns=NUMBERS + TEXTS, infer_schema_length=10_000)
    numbers = [col(name).cast(polars.Float64).fill_null(col(name).median()) for name in NUMBERS]
    frame = frame.with_columns(numbers)
    frame = frame.with_columns([
        ((col(name) - col(name).mean()) / col(name).std(ddof=0)).cast(polars.Float32) for name in NUMBERS
    ])
    frame = frame.to_dummies(TEXTS)
    return time.perf_counter() - start, frame.shape


def duckdb(path):
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    start = time.perf_counter()
    types = {name: "DOUBLE" for name in NUMBERS} | {name: "VARCHAR" for name in TEXTS}
    connection.execute(
        f"create table raw as select {', '.join(NUMBERS + TEXTS)} from read_csv('{path}', header=true, types=$types, "
        "nullstr=['', 'NA', '-999'], quote='\"', escape='\"', delim=',')".replace("$types", str(types)))
    medians = connection.execute(f"select {', '.join(f'median({n})' for n in NUMBERS)} from raw").fetchone()
    filled = ", ".join(f"coalesce({n}, {m!r}) as {n}" for n, m in zip(NUMBERS, medians))
    moments = connection.execute(
        f"with f as (select {filled} from raw) select "
        + ", ".join(f"avg({n}), stddev_pop({n})" for n in NUMBERS) + " from f").fetchone()
    scaled = ", ".join(
        f"((coalesce({n}, {medians[i]!r}) - {moments[2 * i]!r}) / {moments[2 * i + 1]!r})::FLOAT as {n}"
        for i, n in enumerate(NUMBERS))
    categories = {n: [row[0] for row in connection.execute(f"select distinct {n} from raw").fetchall()] for n in TEXTS}
    joins = " ".join(
        f"left join (select unnest(?) as value, unnest(range(len(?))) as code) as c{n} "
        f"on raw.{n} is not distinct from c{n}.value" for n in TEXTS)
    values = [item for n in TEXTS for item in (categories[n], categories[n])]
    connection.execute(
        f"create table features as select {scaled.replace('(coalesce(', '(coalesce(raw.')}, "
        + ", ".join(f"c{n}.code as {n}" for n in TEXTS) + f" from raw {joins}", values)
    shape = connection.execute("select count(*) from features").fetchone()[0], len(NUMBERS) + len(TEXTS)
    return time.perf_counter() - start, shape


if __name__ == "__main__":
    seconds, shape = globals()[sys.argv[1]](sys.argv[2])
    print(json.dumps({"seconds": seconds, "rows": shape[0], "columns": shape[1]}))
