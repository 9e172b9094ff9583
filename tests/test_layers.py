"""Imports point downward only: read from the syntax tree, so a hidden import inside a function counts too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "moe_memorygraph"
NAME = PACKAGE.name

BASE = {"abbreviations", "errors", "languages", "loop", "settings", "telemetry", "words"}
"""What every part may import, but gating."""

MAY_IMPORT = {
    # the line of one call
    "server": {
        "audit",
        "tools",
        "workflow",
        "gating",
        "experts",
        "memory",
        "embedding",
        "compliance",
        "ingestion",
        "distillation",
        "llm",
        "quotas",
        "vault",
    },
    "tools": {
        "audit",
        "workflow",
        "experts",
        "memory",
        "embedding",
        "compliance",
        "ingestion",
        "distillation",
        "llm",
        "quotas",
        "vault",
    },
    "workflow": {"gating", "experts", "memory", "embedding", "compliance", "distillation", "health", "topics", "llm"},
    "experts": {"memory", "compliance", "llm"},
    "gating": set(),
    "memory": set(),
    # beside it
    "audit": {"memory"},
    "embedding": set(),
    "compliance": set(),
    "extraction": {"memory", "ingestion", "compliance", "llm"},
    "vault": {"memory", "compliance"},
    "ingestion": {"memory", "embedding", "compliance", "extraction", "topics", "llm", "vault"},
    "distillation": {"memory", "embedding", "extraction"},
    "evaluation": {"workflow", "experts", "memory", "embedding", "compliance", "sample", "topics"},
    "health": {"memory"},
    "llm": set(),
    "quotas": {"memory"},
    "sample": set(),
    "topics": {"memory", "embedding"},
    "cli": {
        "audit",
        "server",
        "tools",
        "workflow",
        "gating",
        "experts",
        "memory",
        "embedding",
        "compliance",
        "ingestion",
        "distillation",
        "evaluation",
        "extraction",
        "llm",
        "quotas",
        "sample",
        "topics",
        "vault",
    },
    # the ground
    "abbreviations": set(),
    "errors": set(),
    "languages": set(),
    "loop": set(),
    "settings": set(),
    "telemetry": set(),
    "words": set(),
}
GROUND = {
    "abbreviations": set(),
    "gating": {"errors"},
    "errors": set(),
    "languages": set(),
    "loop": set(),
    "settings": {"errors"},
    "telemetry": {"errors"},
    "words": set(),
}

FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(file: Path) -> str:
    """The first name below the package; empty for the package's own `__init__`."""
    first = file.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported_names(source: str, *, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Every module that a file of `package` imports, with its line; relative imports are spelled out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            module = f"{start}{node.module or ''}".removesuffix(".")
            yield node.lineno, module
            if module == NAME:
                yield from ((node.lineno, f"{NAME}.{alias.name}") for alias in node.names)


def imports_of(file: Path) -> list[tuple[int, str]]:
    package = (NAME, *file.relative_to(PACKAGE).parent.parts)
    return sorted(imported_names(file.read_text(encoding="utf-8"), package=package))


def forbidden_imports(file: Path) -> list[str]:
    part = part_of(file)
    allowed = {part} | MAY_IMPORT[part] | GROUND.get(part, BASE)
    return [
        f"{file.relative_to(PACKAGE.parent)}:{line} imports {module}"
        for line, module in imports_of(file)
        if module.startswith(f"{NAME}.")
        if (below := module.split(".")[1]) not in allowed and not below.startswith("__")
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downward(file: Path) -> None:
    assert part_of(file) in {*MAY_IMPORT, ""}, (
        f"{file.name} belongs to no part: name it here and say what it may import"
    )
    if part_of(file):
        assert forbidden_imports(file) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_the_adapters_know_the_driver(file: Path) -> None:
    adapter = PACKAGE / "memory" / "postgres"
    drivers = {module.split(".")[0] for _, module in imports_of(file)} & {"asyncpg", "pgvector"}
    assert not drivers or adapter in file.parents


def test_every_part_that_is_named_exists() -> None:
    parts = {part_of(file) for file in FILES}
    assert set(MAY_IMPORT) <= parts


def test_the_reader_of_imports_sees_all_kinds() -> None:
    source = (
        "import os.path\nfrom moe_memorygraph import server\nfrom ..memory import values\ndef f():\n  from . import x\n"
    )
    names = [name for _, name in imported_names(source, package=(NAME, "gating"))]
    assert names == ["os.path", NAME, f"{NAME}.server", f"{NAME}.memory", f"{NAME}.gating"]
