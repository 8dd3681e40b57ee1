"""The text modality of mmhub."""
