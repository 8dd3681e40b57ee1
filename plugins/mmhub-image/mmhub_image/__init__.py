"""The image modality of mmhub."""
