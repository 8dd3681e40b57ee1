"""`python -m mmhub` is `mmhub`."""

from mmhub.cli import main

if __name__ == "__main__":
    main()
