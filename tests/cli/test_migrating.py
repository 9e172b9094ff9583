"""Which password `memorygraph migrate` gives the role that the server comes as."""

import pytest

from moe_memorygraph.cli.migrating import _chosen_password


@pytest.mark.parametrize(
    ("url", "password"),
    [
        (None, None),
        ("postgresql://mg_app:s%40ft@db/m", "s@ft"),
        ("postgresql://mg_app@db/m", None),
        ("postgresql://mg_app:@db/m", None),
        ("postgresql://another:secret@db/m", None),
    ],
)
def test_it_is_the_one_by_which_the_server_will_come(url: str | None, password: str | None) -> None:
    assert _chosen_password(url) == password
