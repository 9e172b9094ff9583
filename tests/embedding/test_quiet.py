"""The model's runtime tells nobody of itself: its maker's telemetry, on by default, would leave files in the home folder."""

import os
import subprocess
import sys
from pathlib import Path

OPEN = """
import anyio
from moe_memorygraph.embedding import open_embedder

async def main():
    async with open_embedder("all-MiniLM-L6-v2", dimension=384) as embedder:
        await embedder.ready()
        await embedder.embed_query("hello")

anyio.run(main)
"""


def test_opening_the_model_leaves_nothing_behind(tmp_path: Path) -> None:
    off = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")  # what would silence it by chance
    kept = {name: value for name, value in os.environ.items() if name not in off and not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", OPEN], env={**kept, "HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [str(file) for file in tmp_path.rglob("*") if file.is_file()] == []
    assert "telemetry" not in done.stderr
