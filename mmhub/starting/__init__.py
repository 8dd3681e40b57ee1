"""A recipe to begin with, guessed from what lies there."""
