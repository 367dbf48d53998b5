"""The files around the code: what a newcomer, an operator and CI rely on."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[2]
