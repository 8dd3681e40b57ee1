"""Which split every unit is in, and what each weighs there."""
