"""The master keys of this deployment: they wrap the tenants' keys, and are never in the database."""

from pathlib import Path

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.server.auth.keys import has_lasting_secret
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.settings import Settings
from moe_memorygraph.vault import MasterKeys

__all__ = ["load_masters"]

SHORTEST = 32
"""Characters of a key in a file, as of MEMORYGRAPH_MASTER_KEY."""


def load_masters(settings: Settings) -> MasterKeys:
    """The key of MEMORYGRAPH_MASTER_KEY, those of MEMORYGRAPH_MASTER_KEY_FILE, and last one made of the server's secret.

    The first wraps, the others open what they once wrapped. The server's secret makes none where it would not last.
    """
    given = [] if settings.master_key is None else [settings.master_key.get_secret_value()]
    if settings.master_key_file is not None:
        given += _read(settings.master_key_file)
    made = load_secret(settings).key("master key") if has_lasting_secret(settings) else None
    return MasterKeys.made_of(given, fallback=made)


def _read(path: Path) -> list[str]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument("The file of MEMORYGRAPH_MASTER_KEY_FILE cannot be read.", "Check its path.") from error
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys or any(len(key) < SHORTEST for key in keys):
        raise InvalidArgument(
            f"The file of MEMORYGRAPH_MASTER_KEY_FILE holds no key, or one shorter than {SHORTEST} characters.",
            "Put one key on each line, the one in use first: for example `openssl rand -hex 32`.",
        )
    return keys
