"""A small Hub of one's own, which the unmodified `huggingface_hub` and `datasets` clients use through HF_ENDPOINT."""

from mmhub.hubserver.child import Serving, serving

__all__ = ["Serving", "serving"]
