"""The Arrow types of facts."""

import pyarrow as pa

from mmhub.operators import Dtype

_SPAN = pa.struct(
    [("start", pa.int64()), ("end", pa.int64()), ("text", pa.string()), ("confidence", pa.float32())],
)
ARROW: dict[Dtype, pa.DataType] = {
    "bool": pa.bool_(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "minhash": pa.list_(pa.uint32()),
    "spans": pa.list_(_SPAN),
}


def is_spans(kind: pa.DataType) -> bool:
    """Whether values of a type are spans, as facts of the dtype ``spans`` are."""
    return bool(pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))
