"""The bundle that desktop clients install with a click: `make mcpb`, to dist/.

It holds the package's source and what pip needs to know of it; the client's uv installs the rest. The manifest is checked
by the format's own tool before it is packed.
"""

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from node_tools import ROOT, Node, find_node, install, say

MANIFEST = ROOT / "packaging" / "mcpb" / "manifest.json"
BUILD = ROOT / "build" / "mcpb"
BESIDE = ("pyproject.toml", "README.md", "LICENSE")


def gather() -> str:
    """Put together what goes into the bundle; the version."""
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    manifest = json.loads(MANIFEST.read_text())
    if manifest["version"] != version:
        sys.exit(f"The manifest says version {manifest['version']}, pyproject.toml {version}.")
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "moe_memorygraph", *BESIDE], capture_output=True, text=True, check=True, cwd=ROOT
    )
    for name in filter(None, listed.stdout.split("\0")):
        target = BUILD / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    shutil.copy(MANIFEST, BUILD)
    return version


def pack(node: Node, version: str) -> Path:
    bundle = ROOT / "dist" / f"moe-memorygraph-{version}.mcpb"
    bundle.parent.mkdir(exist_ok=True)
    for arguments in (["validate", str(BUILD / "manifest.json")], ["pack", str(BUILD), str(bundle)]):
        done = node.run(*node.bin("mcpb"), *arguments, cwd=ROOT)
        if done.returncode:
            sys.exit(f"mcpb {arguments[0]} failed:\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")
    return bundle


def main() -> None:
    node = find_node()
    install(node)
    bundle = pack(node, gather())
    with zipfile.ZipFile(bundle) as archive:
        say(f"{bundle.relative_to(ROOT)}: {len(archive.namelist())} files, {bundle.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
