"""The commands, one a file; each is a function whose options typer reads."""
