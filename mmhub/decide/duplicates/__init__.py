"""Which units repeat others: equal, alike by hash, signature or vector."""
