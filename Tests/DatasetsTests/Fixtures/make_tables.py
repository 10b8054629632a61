"""Writes messy tables as pandas reads them, features as scikit-learn makes them, and arrays in numpy's archives.

Made with pandas 3.1.1, scikit-learn 1.9.1, numpy 2.4.6 (Tests/Benchmarks/tables.txt): python make_tables.py
"""

import io
import json
import pathlib

import numpy
import pandas
from sklearn.feature_extraction import FeatureHasher
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

HERE = pathlib.Path(__file__).parent

# Name, text of the file, and what pandas is told; numbers and texts must come out the same here.
READING = [
    ("markers", "a,b\n1,x\nNA,\n-999,NA\n-999.0,y\n4e0,-999\n", {"na_values": ["", "NA", "-999"]}),
    ("quoted markers", 'a,b\n"1","x"\n"NA",""\n"","NA"\n2,y\n', {"na_values": ["", "NA"]}),
    ("decimal comma", "a;b\n1,5;x,y\n-2,25e1;z\n;\n,5;u\n7;v\n", {"sep": ";", "decimal": ",", "na_values": [""]}),
    ("tabs and blanks", "a\tb\n 1 \tx\n2\t y \n\t\n", {"sep": "\t", "na_values": [""]}),
    ("byte order mark", "\ufeff\"a\",b\n1,x\n", {"na_values": [""]}),
    ("carriage returns", "a,b\r1,x\r2,y\r", {"na_values": [""]}),
    ("mixed line ends", "a,b\r\n1,x\n2,y\r\n\r\n3,z", {"na_values": [""]}),
    ("line breaks in quotes", 'a,b\n1,"x\ny"\n2,"u\r\nv"\n3,"say ""hi"""\n', {"na_values": [""]}),
    ("quote within a text", 'a,b\n1,5" pipe\n2,x"y"\n', {"na_values": [""]}),
    ("other words for nothing", "a,b\n1,nil\n?,x\n.,?\n", {"na_values": ["", "?", ".", "nil"]}),
    ("long numbers", "a,b\n0.1000000000000000055511151231257827,x\n123456789012345678901234567890,y\n1e-320,z\n",
     {"na_values": [""]}),
    ("spaces in names", "a , b\n1,2\n3,4\n", {"na_values": [""]}),
]


def reading():
    cases = []
    for name, text, options in READING:
        # The same bytes go to both; "b" stays text, as it would for one_hot.
        second = "b" if "b " not in text.split("\n")[0] and " b" not in text.split("\n")[0] else " b"
        first = "a" if second == "b" else "a "
        frame = pandas.read_csv(
            io.BytesIO(text.encode()), keep_default_na=False, dtype={first: "float64", second: "str"}, **options)
        cases.append({
            "name": name,
            "text": text,
            "delimiter": options.get("sep", ","),
            "decimal": options.get("decimal", "."),
            "missing": options["na_values"],
            "columns": [first, second],
            "numbers": [None if numpy.isnan(value) else value for value in frame[first]],
            "texts": ["" if pandas.isna(value) else value for value in frame[second]],
        })
    return cases


def table(rows=80):
    random = numpy.random.default_rng(5)
    frame = pandas.DataFrame({
        "sensor": random.normal(1e6, 3, rows).round(6),
        "skewed": random.lognormal(1, 2, rows).round(5),
        "few": random.integers(0, 4, rows).astype(float),
        "machine": random.choice(["M1", "M2", "M3", "M4", "rare"], rows, p=[0.4, 0.3, 0.2, 0.08, 0.02]),
        "grade": random.choice(["low", "mid", "high"], rows),
        "label": [f"part {index % 23} ä" for index in range(rows)],
        "time": [str(numpy.datetime64("2024-02-27T22:10:05") + numpy.timedelta64(index * 7919, "m"))
                 for index in range(rows)],
    })
    for name in ["sensor", "skewed", "few"]:
        frame.loc[random.random(rows) < 0.15, name] = numpy.nan
    return frame


def features(frame):
    """For each step its parameters, and what it makes of every row."""
    numbers = frame[["sensor"]].to_numpy()
    skewed = frame[["skewed"]].to_numpy()
    few = frame[["few"]].to_numpy()
    standard, minmax, robust = StandardScaler().fit(numbers), MinMaxScaler().fit(numbers), RobustScaler().fit(skewed)
    imputers = {
        strategy: SimpleImputer(strategy=strategy).fit(values)
        for strategy, values in [("median", numbers), ("mean", skewed), ("most_frequent", few)]
    }
    limits = numpy.nanquantile(skewed, [0.05, 0.9])
    filled = imputers["mean"].transform(skewed)
    onehot = OneHotEncoder(sparse_output=False).fit(frame[["machine"]])
    rare = OneHotEncoder(sparse_output=False, min_frequency=5, handle_unknown="infrequent_if_exist")
    ordinal = OrdinalEncoder(categories=[["low", "mid", "high"]]).fit(frame[["grade"]])
    hasher = FeatureHasher(n_features=7, input_type="string").transform([[text] for text in frame["label"]])
    time = pandas.to_datetime(frame["time"]).dt
    after = StandardScaler().fit(imputers["median"].transform(numbers))
    return {
        "standardize": {"mean": standard.mean_[0], "deviation": standard.scale_[0],
                        "values": standard.transform(numbers).tolist()},
        "min_max": {"least": minmax.data_min_[0], "range": minmax.data_range_[0],
                    "values": minmax.transform(numbers).tolist()},
        "robust": {"median": robust.center_[0], "range": robust.scale_[0], "values": robust.transform(skewed).tolist()},
        "impute": {strategy: imputer.statistics_[0] for strategy, imputer in imputers.items()},
        "imputed_and_standardized": {"mean": after.mean_[0], "deviation": after.scale_[0]},
        "indicator": MissingIndicator(features="all").fit_transform(skewed).astype(float).tolist(),
        "log1p": numpy.log1p(filled).tolist(),
        "clip": numpy.clip(filled, 0.5, 9).tolist(),
        "quantiles": limits.tolist(),
        "one_hot": onehot.transform(frame[["machine"]]).tolist(),
        "rare": rare.fit_transform(frame[["machine"]]).tolist(),
        "ordinal": ordinal.transform(frame[["grade"]]).tolist(),
        "hash": hasher.toarray().tolist(),
        "date_parts": numpy.stack(
            [time.year, time.month, time.day, time.day_of_week, time.hour, time.minute, time.day_of_year], axis=1).tolist(),
    }


def clean(value):
    """NaN is no JSON."""
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, float) and numpy.isnan(value):
        return None
    return value.item() if isinstance(value, numpy.generic) else value


def main():
    frame = table()
    frame.to_csv(HERE / "messy.csv", index=False)
    document = {"reading": reading(), "features": features(frame)}
    arrays = {"x": numpy.arange(12, dtype="float32").reshape(4, 3), "y": numpy.array([0, 1, 1, 0])}
    numpy.savez(HERE / "arrays.npz", **arrays)
    numpy.savez_compressed(HERE / "arrays-compressed.npz", **arrays)
    (HERE / "tables.json").write_text(json.dumps(clean(document), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
