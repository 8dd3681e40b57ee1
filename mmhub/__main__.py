"""`python -m mmhub`, the same as `mmhub`."""

from mmhub.cli import main

main()
