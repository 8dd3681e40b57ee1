"""What a recipe says, how it is read, and how a new one begins."""
