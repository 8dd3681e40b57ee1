"""One row into units: texts by their parts, sounds and films by their times."""
