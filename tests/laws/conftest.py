import pytest


@pytest.fixture(autouse=True)
def warm_forks():
    """Start every process as builds do."""
