"""Search in a version: a text or a picture, encoded as its vectors were, and the rows that are nearest to it."""
