"""Where personal data stands in a text: a module per kind, with a function that returns spans."""
