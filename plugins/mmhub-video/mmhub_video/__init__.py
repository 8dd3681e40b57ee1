"""The video modality of mmhub."""
