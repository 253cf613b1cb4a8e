#!/usr/bin/env python3
"""Writes Fixtures/tabular: tables in every encoding, codec and nesting that is read, with their rows as JSON beside them.

    python3 -m venv v && v/bin/pip install pyarrow==26.0.1 datasets==5.2.0 pillow pandas
    v/bin/python Fixtures/generate/make_tabular.py

Tables are written by pyarrow (or datasets). `index.json` names the file of `rows/` that holds `{"features": …, "rows": …}` of
each, as pyarrow and datasets read it back: the reference. Text files are read back by `datasets.load_dataset`.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import io
import json
import math
import pathlib
import shutil
import tempfile

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

OUT = pathlib.Path(__file__).resolve().parent.parent / "tabular"


def plain(value):
    """A value as the viewer writes it."""
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (np.floating, np.integer)):
        return plain(value.item())
    if isinstance(value, list):
        return [{"key": plain(item[0]), "value": plain(item[1])} if isinstance(item, tuple) else plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


INDEX: dict[str, str] = {}


def save(file: str, features, rows) -> None:
    """Files with the same rows, of which there are many, share the reference."""
    text = json.dumps({"features": features, "rows": plain(rows)}, ensure_ascii=False, indent=None, separators=(",", ":"))
    for path in sorted((OUT / "rows").iterdir()):
        if path.read_text() == text + "\n":
            INDEX[file] = path.name
            return
    INDEX[file] = f"{len(set(INDEX.values())):02}.json"
    (OUT / "rows" / INDEX[file]).write_text(text + "\n")


def write(name: str, table: pa.Table, **options) -> None:
    options = {"compression": "none", "store_schema": False, **options}
    pq.write_table(table, OUT / f"{name}.parquet", **options)
    # Without the note of Arrow's own schema: what any reader of Parquet can know.
    back = pq.read_table(OUT / f"{name}.parquet")
    # datasets has no type for a map.
    features = None if name == "map" else datasets.Features.from_arrow_schema(back.schema).to_dict()
    save(f"{name}.parquet", features, back.to_pylist())


def flat(count: int) -> pa.Table:
    random = np.random.default_rng(7)
    gaps = [index % 7 == 3 for index in range(count)]
    words = ["", "a", "naïve", "日本語", "a longer text that is there again and again", "quote \" and \\ and \n"]
    return pa.table({
        "flag": pa.array([bool(index % 3) for index in range(count)], mask=np.array(gaps, bool)),
        "small": pa.array([(index * 37 - 100) % 256 - 128 for index in range(count)], pa.int8()),
        "number": pa.array([int(value) for value in random.integers(-2**31, 2**31, count)], pa.int32()),
        "large": pa.array([int(value) for value in random.integers(-2**62, 2**62, count)], pa.int64(), mask=np.array(gaps, bool)),
        "unsigned": pa.array([2**32 - 1 - index for index in range(count)], pa.uint32()),
        "rising": pa.array([1_600_000_000_000 + index * 60_000 + index % 5 for index in range(count)], pa.int64()),
        "single": pa.array(random.normal(size=count).astype("float32")),
        "double": pa.array(random.normal(size=count), mask=np.array(gaps, bool)),
        "text": pa.array([words[index % len(words)] for index in range(count)], mask=np.array(gaps, bool)),
        "key": pa.array([f"file_{index:06}.jpg" for index in range(count)]),
        "bytes": pa.array([bytes([index % 256] * (index % 4)) for index in range(count)], pa.binary()),
        "fixed": pa.array([bytes([index % 256, 1, 2]) for index in range(count)], pa.binary(3)),
    })


def nested(count: int) -> pa.Table:
    def numbers(index):
        return None if index % 5 == 4 else [value if value % 3 else None for value in range(index % 4)]

    def boxes(index):
        return None if index % 6 == 5 else [{"label": f"b{n}" if n else None, "box": [float(n)] * 4} for n in range(index % 3)]

    rows = [
        {
            "numbers": numbers(index),
            "matrix": [numbers(inner) for inner in range(index % 3)],
            "place": None if index % 4 == 1 else {"x": index, "y": None if index % 3 == 0 else {"z": f"z{index}"}},
            "objects": boxes(index),
            "tags": [[], ["a"], ["a", "", "c"]][index % 3],
        }
        for index in range(count)
    ]
    schema = pa.schema([
        ("numbers", pa.list_(pa.int32())),
        ("matrix", pa.list_(pa.list_(pa.int32()))),
        ("place", pa.struct([("x", pa.int64()), ("y", pa.struct([("z", pa.string())]))])),
        ("objects", pa.list_(pa.struct([("label", pa.string()), ("box", pa.list_(pa.float64()))]))),
        pa.field("tags", pa.list_(pa.field("element", pa.string(), nullable=False)), nullable=False),
    ])
    return pa.Table.from_pylist(rows, schema)


def logical() -> pa.Table:
    moment = datetime.datetime(2024, 2, 29, 13, 5, 7, 123456)
    old = datetime.datetime(1903, 1, 2, 3, 4, 5)
    return pa.table({
        "date": pa.array([moment.date(), old.date(), None], pa.date32()),
        "ms": pa.array([moment.replace(microsecond=123000), old, None], pa.timestamp("ms")),
        "us": pa.array([moment, old, None], pa.timestamp("us")),
        "utc": pa.array([moment, old, None], pa.timestamp("us", tz="UTC")),
        "time": pa.array([moment.time(), datetime.time(0, 0, 1), None], pa.time64("us")),
        "price": pa.array([decimal.Decimal("12.30"), decimal.Decimal("-0.05"), None], pa.decimal128(10, 2)),
        "wide": pa.array([decimal.Decimal("12345678901234567890.123"), decimal.Decimal("-1.000"), None], pa.decimal128(30, 3)),
        "half": pa.array(np.array([1.5, -0.1, 65504], "float16")),
        "u64": pa.array([2**63 + 2048, 0, 1], pa.uint64()),
    })


def parquet_files() -> None:
    for codec in ("none", "snappy", "gzip", "zstd", "lz4"):
        write(f"codec-{codec}", flat(40), compression=codec)
    few = flat(300).select(["flag", "number", "large", "rising", "single", "double", "text", "key", "fixed"])
    for version in ("1.0", "2.0"):
        name = version[0]
        write(f"plain-v{name}", few, use_dictionary=False, data_page_version=version, data_page_size=600)
        write(f"dictionary-v{name}", few, data_page_version=version, data_page_size=300, row_group_size=130, compression="zstd")
        write(f"nested-v{name}", nested(60), data_page_version=version, data_page_size=64, write_batch_size=7, row_group_size=25)
    write("nested-snappy", nested(60), compression="snappy", use_dictionary=False)
    encodings = {
        "flag": "RLE", "number": "DELTA_BINARY_PACKED", "large": "DELTA_BINARY_PACKED", "rising": "DELTA_BINARY_PACKED",
        "single": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT", "text": "DELTA_LENGTH_BYTE_ARRAY",
        "key": "DELTA_BYTE_ARRAY", "fixed": "BYTE_STREAM_SPLIT",
    }
    write("delta", few, use_dictionary=False, column_encoding=encodings, data_page_size=500, data_page_version="2.0", compression="gzip")
    write("delta-int32", few.select(["number", "unsigned"] if "unsigned" in few.column_names else ["number"]), use_dictionary=False,
          column_encoding={"number": "BYTE_STREAM_SPLIT"})
    write("logical", logical())
    write("int96", pa.table({"t": pa.array([datetime.datetime(2020, 5, 6, 7, 8, 9, 10), None], pa.timestamp("us"))}),
          use_deprecated_int96_timestamps=True)
    write("empty", flat(0))
    write("map", pa.table({"m": pa.array([[("a", 1), ("b", None)], [], None], pa.map_(pa.string(), pa.int32()))}))


def picture(width: int, height: int, kind: str, shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (shade, 100, 200)).save(out, kind)
    return out.getvalue()


def pushed() -> None:
    """What push_to_hub writes: features in the footer, pictures in the cells."""
    features = datasets.Features({
        "image": datasets.Image(), "label": datasets.ClassLabel(names=["cat", "dog"]),
        "crops": datasets.List(datasets.Image()), "score": datasets.Value("float32"),
        "objects": {"bbox": datasets.List(datasets.List(datasets.Value("float32"), length=4)), "id": datasets.List(datasets.Value("int64"))},
    })
    rows = [
        {
            "image": {"bytes": picture(8 + index, 5, ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")[index], index * 40), "path": f"{index}.png"},
            "label": index % 2, "score": None if index == 3 else index / 4,
            "crops": [{"bytes": picture(3, 4 + n, "PNG", n), "path": None} for n in range(index % 3)],
            "objects": {"bbox": [[1.0, 2.0, 3.0, 4.0]] * (index % 2), "id": list(range(index % 2))},
        }
        for index in range(6)
    ]
    table = datasets.Dataset.from_list(rows, features=features)
    table.to_parquet(OUT / "pushed.parquet")
    back = pq.read_table(OUT / "pushed.parquet").to_pylist()
    save("pushed.parquet", features.to_dict(), back)


TEXTS = {
    "quotes.csv": 'id,name,"a ""b""",empty\r\n1,"line one\nline two",x,\r\n2,"say ""hi"", please",,\r\n\r\n3,plain "inner" quote,"",\r\n',
    "types.csv": "i,gap,f,b,s,mixed,big\n1,1,1.5,True,x,1,9223372036854775808\n2,,2e3,False,NA,two,1\n-3,3,nan,True,z,3.0,2\n",
    "tabs.tsv": "a\tb\n1\thello, world\n2\t\"tab\tinside\"\n",
    "mac.csv": "a,b\r1,x\r2,y",
    "rows.jsonl": '{"a": 1, "b": "x", "c": [1, 2], "d": {"e": null, "f": true}}\n{"b": "ünï\\u00e9 \\ud83d\\ude00", "a": 2.5, "c": [], "d": {"e": "s", "f": null}}\n{"a": null, "c": null, "d": null}\n',
    "array.json": '[\n  {"a": 1, "t": "2024-01-02 03:04:05"},\n  {"a": 2, "t": "2024-01-03 00:00:00"}\n]\n',
    "lines.txt": "first\n\nthird with spaces  \r\nlast without end",
}


def texts() -> None:
    for name, text in TEXTS.items():
        path = OUT / name
        path.write_bytes(text.encode())
        module = {"csv": "csv", "tsv": "csv", "jsonl": "json", "json": "json", "txt": "text"}[path.suffix[1:]]
        options = {"sep": "\t"} if path.suffix == ".tsv" else {}
        with tempfile.TemporaryDirectory() as cache:
            table = datasets.load_dataset(module, data_files=str(path), split="train", cache_dir=cache, **options)
        save(name, table.features.to_dict(), [dict(row) for row in table])


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "rows").mkdir(parents=True)
    parquet_files()
    pushed()
    texts()
    (OUT / "index.json").write_text(json.dumps(INDEX, indent=1) + "\n")
