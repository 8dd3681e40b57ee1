"""From facts to fates: rules, duplicates and what is missing, over columns; nothing is decoded."""
