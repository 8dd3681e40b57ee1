"""Worker processes: where values nobody has looked at are decoded and measured, under limits."""
