"""Rows of an analysts' view as a Parquet file: typed columns, many rows at a time. Needs pyarrow."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workflow.storage.analyst_views import Column, Kind, View

ZONE = "Asia/Shanghai"
TYPES = {
    Kind.TEXT: pa.string(),
    Kind.WORD: pa.dictionary(pa.int32(), pa.string()),
    Kind.WHOLE: pa.int64(),
    Kind.DAY: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", ZONE),
    Kind.FLAG: pa.bool_(),
}
Values = Sequence[Any]


def write(
    file: Path, view: View, batches: Iterable[Sequence[Values]], progress: Callable[[int], None]
) -> int:
    """Write them; how many there were. A view without rows has a file without rows."""
    rows, schema = 0, schema_of(view)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            columns = zip(view.columns, zip(*batch, strict=True), strict=True)
            arrays = [_array(column, values) for column, values in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            rows += len(batch)
            progress(rows)
    return rows


def schema_of(view: View) -> Any:
    """The columns, each with its Chinese name and what it means beside it."""
    fields = [
        pa.field(one.name, TYPES[one.kind], metadata={"chinese": one.chinese, "description": one.told})
        for one in view.columns
    ]
    return pa.schema(fields, metadata={"view": view.name, "chinese": view.chinese})


def _array(column: Column, values: Values) -> Any:
    """SQLite tells days and instants as text, and truths as 0 and 1."""
    if column.kind is Kind.WORD:
        return pa.array(values, pa.string()).dictionary_encode()
    is_text = isinstance(_first(values), str)
    if column.kind is Kind.INSTANT and is_text:
        return pc.assume_timezone(pa.array(values).cast(pa.timestamp("us")), "UTC").cast(TYPES[column.kind])
    if column.kind is Kind.DAY and is_text:
        return pa.array(values).cast(pa.date32())
    if column.kind is Kind.FLAG:
        return pa.array([None if one is None else bool(one) for one in values], pa.bool_())
    return pa.array(values, TYPES[column.kind])


def _first(values: Values) -> Any:
    """The first value there is."""
    return next((one for one in values if one is not None), None)
