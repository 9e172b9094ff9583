"""The reference says all there is: every setting, every command, every option."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from moe_memorygraph.cli.commands import app
from moe_memorygraph.cli.serve import option_names
from moe_memorygraph.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
SETTINGS = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
CLI = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    row = next((line for line in SETTINGS.splitlines() if f"`MEMORYGRAPH_{name.upper()}`" in line), None)
    assert row is not None, f"{name} is not in docs/reference/settings.md"
    alias = Settings.model_fields[name].validation_alias
    assert ("` *" in row) == (alias is not None), "a setting read without the prefix is marked with *"


def test_no_setting_is_documented_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `MEMORYGRAPH_([A-Z_]+)`", SETTINGS, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def commands() -> Iterator[tuple[str, typer.core.TyperCommand]]:
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    for name, command in root.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            for below, one in command.commands.items():
                assert isinstance(one, typer.core.TyperCommand)
                yield f"{name} {below}", one
        else:
            assert isinstance(command, typer.core.TyperCommand)
            yield name, command


def section_of(name: str) -> str:
    return CLI.split(f"\n## {name.split(maxsplit=1)[0]}\n", 1)[1].split("\n## ", 1)[0]


def test_every_command_and_option_is_documented() -> None:
    for name, command in commands():
        section = section_of(name)
        assert name in section
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option not in {"--help", "--json", "--tenant"}:
                    assert option in section, f"{option} of {name} is not in docs/reference/cli.md"


def test_the_options_of_serve_are_documented() -> None:
    section = section_of("serve")
    assert [option for option in option_names() if option not in section and option != "--help"] == []


def test_only_commands_that_work_are_listed() -> None:
    listed = {name.split()[0] for name, _ in commands()}
    assert listed == {
        "demo",
        "serve",
        "ask",
        "batch",
        "ingest",
        "distill",
        "extract",
        "key",
        "limit",
        "tenant",
        "customer",
        "retention",
        "purge",
        "predicate",
        "topic",
        "policy",
        "vault",
        "audit",
        "quarantine",
        "rollback",
        "eval",
        "bench",
        "doctor",
        "migrate",
    }
