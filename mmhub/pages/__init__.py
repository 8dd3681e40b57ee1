"""A page that shows what a version holds, and why: as one file that needs nothing, or served with live answers."""
