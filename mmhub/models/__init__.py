"""Models as they lie on this machine: their weights, tokenisers, licences, and how they are loaded."""
