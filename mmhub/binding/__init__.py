"""The steps of a recipe bound to the fields they read."""
