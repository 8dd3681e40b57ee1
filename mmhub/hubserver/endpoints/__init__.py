"""What the Hub answers, one file per subject."""
