"""What is not known yet, found out work unit by work unit."""
