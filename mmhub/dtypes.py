"""The Arrow types of facts."""

import pyarrow as pa

from mmhub.operators import Dtype

ARROW: dict[Dtype, pa.DataType] = {
    "bool": pa.bool_(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "minhash": pa.list_(pa.uint32()),
}
