"""What others install us by: one version, options that there are, and nothing that needs rights it should not have.

Docker itself is not needed: the files are read. The bundle is checked and packed by `make mcpb`.
"""

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic_settings import BaseSettings

from moe_memorygraph import __version__
from moe_memorygraph.cli.serve import option_names
from moe_memorygraph.server.http import create_http_app
from moe_memorygraph.settings import Settings
from moe_memorygraph.tools import SCOPES

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SERVER = json.loads((ROOT / "server.json").read_text())
MANIFEST = json.loads((ROOT / "packaging" / "mcpb" / "manifest.json").read_text())
HOSTS = json.loads((ROOT / "mcp.json").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SETTINGS = {f"MEMORYGRAPH_{name.upper()}" for name in Settings.model_fields}


def check_command(arguments: list[str]) -> None:
    """A line that starts our server: its command and every option are there."""
    assert arguments[0] == "serve"
    options = [one for one in arguments if one.startswith("--")]
    assert set(options) <= set(option_names())


def test_every_file_says_the_same_version() -> None:
    versions = {PROJECT["version"], __version__, SERVER["version"], SERVER["packages"][0]["version"]}
    assert versions == {MANIFEST["version"]}


def test_the_settings_are_read_with_the_prefix_that_the_files_use() -> None:
    assert issubclass(Settings, BaseSettings)
    assert Settings.model_config["env_prefix"].upper() == "MEMORYGRAPH_"


# -- mcp.json -----------------------------------------------------------------------------------------------------


def test_hosts_start_what_there_is() -> None:
    for server in HOSTS["mcpServers"].values():
        assert server["command"] in PROJECT["scripts"]
        check_command(server["args"])


# -- registry -----------------------------------------------------------------------------------------------------


def test_the_registrys_entry_keeps_its_rules() -> None:
    """Those of its schema of 2025-12-11, which is not at hand offline."""
    assert SERVER["$schema"].endswith("/2025-12-11/server.schema.json")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", SERVER["name"])
    assert 3 <= len(SERVER["name"]) <= 200
    assert 1 <= len(SERVER["description"]) <= 100
    assert 1 <= len(SERVER["title"]) <= 100
    [package] = SERVER["packages"]
    assert package["registryType"] == "pypi"
    assert package["identifier"] == PROJECT["name"]
    assert package["transport"] == {"type": "stdio"}
    assert package["identifier"] in PROJECT["scripts"], "uvx runs the script of the package's name"
    for variable in package["environmentVariables"]:
        assert variable["name"] in SETTINGS
        assert variable["format"] in ("string", "number", "boolean", "filepath")
    assert {one["name"]: one["isSecret"] for one in package["environmentVariables"]}["MEMORYGRAPH_DATABASE_URL"]


def test_the_registrys_line_starts_the_server() -> None:
    line: list[str] = []
    for argument in SERVER["packages"][0]["packageArguments"]:
        value = argument.get("value", argument.get("default"))
        assert value
        line += [value] if argument["type"] == "positional" else [argument["name"], value]
    check_command(line)
    assert line[line.index("--scopes") + 1] == "read", "an agent may only ask until a person lets it do more"


# -- bundle -------------------------------------------------------------------------------------------------------


def test_the_bundles_manifest_starts_the_server_with_what_the_user_set() -> None:
    config = MANIFEST["server"]["mcp_config"]
    arguments = config["args"]
    start = arguments.index("memorygraph")
    assert "memorygraph" in PROJECT["scripts"]
    check_command(arguments[start + 1 :])
    used = set(re.findall(r"\$\{user_config\.(\w+)\}", json.dumps(config)))
    assert used == set(MANIFEST["user_config"])
    assert set(config["env"]) <= SETTINGS
    assert MANIFEST["user_config"]["database_url"]["sensitive"] is True
    assert set(MANIFEST["user_config"]["scopes"]["default"].split(",")) <= set(SCOPES)
    assert (ROOT / MANIFEST["server"]["entry_point"]).is_file()
    assert PROJECT["requires-python"] == MANIFEST["compatibility"]["runtimes"]["python"]


def test_the_bundles_manifest_is_what_the_format_wants() -> None:
    schemas = ROOT / ".conformance" / "node_modules" / "@anthropic-ai" / "mcpb" / "schemas"
    schema = schemas / f"mcpb-manifest-v{MANIFEST['manifest_version']}.schema.json"
    if not schema.is_file():
        pytest.skip("the format's schema comes with its tool: make mcpb")
    errors = Draft202012Validator(json.loads(schema.read_text())).iter_errors(MANIFEST)
    assert [error.message for error in errors] == []


# -- image --------------------------------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#")))
    return [cast("tuple[str, str]", tuple(line.split(maxsplit=1))) for line in joined.splitlines() if line.strip()]


def final_stage() -> list[tuple[str, str]]:
    steps = instructions()
    return steps[max(index for index, (name, _) in enumerate(steps) if name == "FROM") :]


def test_the_image_is_made_of_instructions_that_there_are() -> None:
    known = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    steps = instructions()
    assert {name for name, _ in steps} <= known
    assert steps[0][0] == "FROM"
    for name, text in steps:
        if name in ("ENTRYPOINT", "CMD"):
            assert isinstance(json.loads(text), list), "without a shell, so that signals arrive"


def test_the_image_runs_as_a_user_of_no_rights_on_compiled_code() -> None:
    stage = final_stage()
    users = [text for name, text in stage if name == "USER"]
    assert users[-1].split(":")[0].isdigit()
    assert int(users[-1].split(":")[0]) >= 1_000
    last_user = max(index for index, (name, _) in enumerate(stage) if name == "USER")
    assert not [text for name, text in stage[last_user:] if name in ("RUN", "COPY")]
    assert any("compileall" in text for name, text in instructions() if name == "RUN")
    assert not re.search(r"(?i)(password|secret|token)=", DOCKERFILE)


def test_the_image_starts_the_server_where_its_health_is_asked() -> None:
    stage = dict(final_stage())
    assert json.loads(stage["ENTRYPOINT"]) == ["memorygraph"]
    command = json.loads(stage["CMD"])
    check_command(command)
    port = command[command.index("--port") + 1]
    assert stage["EXPOSE"] == port
    asked = json.loads(stage["HEALTHCHECK"].split("CMD", 1)[1])
    assert asked[:2] == ["python", "-c"]
    ast.parse(asked[2])
    assert f"http://localhost:{port}/healthz" in asked[2]
    assert '"/healthz"' in Path(create_http_app.__code__.co_filename).read_text()


def test_everything_that_the_image_copies_is_let_into_its_context() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source.removeprefix("./")
        for name, text in instructions()
        if name == "COPY" and not text.startswith("--from")
        for source in text.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


# -- compose ------------------------------------------------------------------------------------------------------


def test_compose_brings_the_database_the_schema_and_then_the_server() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    assert set(services) == {"database", "migrate", "server"}
    assert "pgvector" in services["database"]["image"]
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["server"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    for name in ("migrate", "server"):
        service = services[name]
        assert {one for one in service["environment"] if one.startswith("MEMORYGRAPH_")} <= SETTINGS
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "MEMORYGRAPH_ADMIN_DATABASE_URL" not in services["server"]["environment"]
    assert "//mg_app:" in services["server"]["environment"]["MEMORYGRAPH_DATABASE_URL"]


def test_compose_shows_nothing_to_other_machines_and_holds_no_secret() -> None:
    assert "ports" not in COMPOSE["services"]["database"]
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["server"]["ports"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|SECRET|URL", name):
                assert "${" in value, "from the environment, never from the file"


def test_what_compose_calls_the_volumes_and_networks_is_there() -> None:
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
