"""The audio modality of mmhub."""
