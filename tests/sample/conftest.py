"""The corpus, made once for all its tests."""

import pytest

from moe_memorygraph.sample import Sample, generate_sample


@pytest.fixture(scope="session")
def sample() -> Sample:
    return generate_sample()
