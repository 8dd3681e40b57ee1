"""The declarations a plugin answers with: what it understands, and what it offers to do with it.

Every declaration is frozen. The functions in it are module-level, so that a declaration can be listed, hashed
and sent to another process before anything runs. Nothing here imports torch or datasets.
"""

from mmhub.operators.aligner import Aligner, Overall, PairOptions, Pairs
from mmhub.operators.cleaner import Cleaner, Mended
from mmhub.operators.distinct import Best, Distinct
from mmhub.operators.encoder import Encoder, Inputs, Model
from mmhub.operators.fact import Columns, Dtype, Fact
from mmhub.operators.fuser import FuseOptions, Fuser
from mmhub.operators.media import Media, Remote
from mmhub.operators.modality import Modality
from mmhub.operators.options import ModelOptions, Options
from mmhub.operators.rule import Rule
from mmhub.operators.segmenter import Segment, Segmenter, SpanOptions
from mmhub.operators.source import Lost, Planted, Remark, Row, Source

Operator = Cleaner | Aligner | Encoder | Fuser | Segmenter

__all__ = [
    "Aligner",
    "Best",
    "Cleaner",
    "Columns",
    "Distinct",
    "Dtype",
    "Encoder",
    "Fact",
    "FuseOptions",
    "Fuser",
    "Inputs",
    "Lost",
    "Media",
    "Mended",
    "Modality",
    "Model",
    "ModelOptions",
    "Operator",
    "Options",
    "Overall",
    "PairOptions",
    "Pairs",
    "Planted",
    "Remark",
    "Remote",
    "Row",
    "Rule",
    "Segment",
    "Segmenter",
    "Source",
    "SpanOptions",
]
