"""The datasets people start from: each a recipe and the rows it is made of."""
