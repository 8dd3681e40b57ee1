"""Where rows come from, and what they were when they were last read."""
