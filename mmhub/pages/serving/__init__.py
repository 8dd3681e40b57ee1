"""The page, served on this machine: the same parts, with answers from the store as they are asked for."""
