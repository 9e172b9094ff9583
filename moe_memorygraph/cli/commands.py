"""The commands and their options. What they do stands in the modules they import when they are called."""

from pathlib import Path
from typing import Annotated

import typer

from moe_memorygraph import __version__
from moe_memorygraph.cli import shell

__all__ = ["app"]

app = typer.Typer(
    help="Memory for customer-success teams and their agents: cited, explained answers over MCP.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
tenant_app = typer.Typer(
    help="Tenants: create, set, list, export, import, erase.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(tenant_app, name="tenant")
predicate_app = typer.Typer(
    help="Predicates of a tenant's facts: set, list, remove.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(predicate_app, name="predicate")
topic_app = typer.Typer(
    help="Topics of tickets without a category: list, set, remove, apply.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(topic_app, name="topic")
quarantine_app = typer.Typer(
    help="Writes that give orders: list, show, release, discard.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(quarantine_app, name="quarantine")
key_app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(key_app, name="key")
limit_app = typer.Typer(
    help="Limits of a tenant's calls and loads: set, list, clear.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(limit_app, name="limit")
policy_app = typer.Typer(
    help="What is written in place of personal data: set, list, reset.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(policy_app, name="policy")
vault_app = typer.Typer(
    help="Originals of what was redacted: on, off, status, open, rotate, shred.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(vault_app, name="vault")

audit_app = typer.Typer(help="The audit trail: verify, list.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(audit_app, name="audit")
customer_app = typer.Typer(help="Customers: forget.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(customer_app, name="customer")
retention_app = typer.Typer(
    help="How long planes are kept: set, list, clear, apply.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(retention_app, name="retention")

TenantKey = Annotated[
    str, typer.Option("--tenant", metavar="T", help="Key of the tenant.", envvar="MEMORYGRAPH_TENANT")
]
AuditedKey = Annotated[
    str | None, typer.Option("--tenant", metavar="T", help="Key of the tenant.", envvar="MEMORYGRAPH_TENANT")
]
OfServer = Annotated[
    bool, typer.Option("--server", help="Instead: the server's own, of strangers and of tenants that came and went.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Purge = Annotated[
    bool,
    typer.Option("--purge/--no-purge", help="Write the bytes out of the database's files, or leave that for later."),
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"memorygraph {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


_FISCAL_YEAR_START = typer.Option(
    "--fiscal-year-start", metavar="MONTH", min=1, max=12, help="Month in which its fiscal year begins."
)


@app.command()
def demo(
    refresh: Annotated[bool, typer.Option("--refresh", help="Write the sample corpus anew.")] = False,
) -> None:
    """The guided tour: sample data and four cited answers.

    Loads the sample corpus, asks four questions, shows the gate, and prints how to connect an agent.
    """
    from moe_memorygraph.cli.demo import run_demo

    shell.run(lambda: run_demo(refresh=refresh))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def serve(context: typer.Context) -> None:
    """The MCP server, over stdio, SSE or HTTP."""
    from moe_memorygraph.cli.serve import serve as start

    raise typer.Exit(start(context.args))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    tenant: TenantKey,
    customer: Annotated[str | None, typer.Option(metavar="C", help="Id, name or alias.")] = None,
    session: Annotated[str | None, typer.Option(metavar="S", help="Remember the turn in this session.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="As things stood at the end of this date.")] = None,
    known_at: Annotated[
        str | None, typer.Option(metavar="DATE", help="As it was known at the end of this date.")
    ] = None,
    json: Json = False,
) -> None:
    """Ask one question."""
    from moe_memorygraph.cli.asking import ask_one

    shell.run(
        lambda: ask_one(
            question,
            tenant=tenant,
            customer=customer,
            session=session,
            as_of=as_of,
            known_at=known_at,
            as_json=json,
        )
    )


@app.command()
def batch(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".json, .jsonl or .csv of questions.")],
    tenant: TenantKey,
    concurrency: Annotated[int, typer.Option(min=1, max=200, help="Questions at work at the same time.")] = 20,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSONL of answers; items answered there are skipped.")
    ] = None,
    json: Json = False,
) -> None:
    """Ask many questions; one bad item never stops the rest."""
    from moe_memorygraph.cli.batching import Batch

    work = Batch(file=file, tenant=tenant, concurrency=concurrency, out=out, as_json=json)
    shell.run(work.run, on_interrupt=work.progress)


@app.command()
def ingest(
    kind: Annotated[str, typer.Argument(metavar="customers|tickets|facts|knowledge")],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file, or a folder of documents.")],
    tenant: TenantKey,
    preset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Columns of a known data set: bitext, cfpb.")
    ] = None,
    map: Annotated[  # noqa: A002 - the option's name
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; may repeat.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where rows that did not go in are written.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")] = False,
    json: Json = False,
) -> None:
    """Load customers, tickets, facts or documents.

    The same file again changes nothing.
    """
    from moe_memorygraph.cli.loading import Ingest

    work = Ingest(
        kind=kind,
        path=path,
        tenant=tenant,
        preset=preset,
        mapping=map or [],
        rejects=rejects,
        dry_run=dry_run,
        as_json=json,
    )
    shell.run(work.run, on_interrupt=work.progress)


@app.command()
def distill(tenant: TenantKey, json: Json = False) -> None:
    """Mine patterns from tickets into long-term memory."""
    from moe_memorygraph.cli.distilling import distill_tenant

    shell.run(lambda: distill_tenant(tenant, as_json=json))


@app.command()
def extract(
    tenant: TenantKey,
    again: Annotated[
        bool, typer.Option("--again", help="Also tickets that were read already, as after competitors became known.")
    ] = False,
    json: Json = False,
) -> None:
    """Read what stored tickets tell.

    Those that were loaded before the present patterns. Interrupted, it goes on when it is run again.
    """
    from moe_memorygraph.cli.extracting import Extract

    work = Extract(tenant=tenant, again=again, as_json=json)
    shell.run(work.run, on_interrupt=work.progress)


@tenant_app.command("create")
def tenant_create(
    tenant: Annotated[str, typer.Argument(metavar="T", help="Its key: a-z, 0-9, '.', '_' and '-'.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    fiscal_year_start: Annotated[int, _FISCAL_YEAR_START] = 1,
    json: Json = False,
) -> None:
    """Create a tenant."""
    from moe_memorygraph.cli.tenants import create_tenant

    shell.run(lambda: create_tenant(tenant, name=name, fiscal_year_start=fiscal_year_start, as_json=json))


@tenant_app.command("set")
def tenant_set(
    tenant: Annotated[str, typer.Argument(metavar="T")],
    fiscal_year_start: Annotated[int | None, _FISCAL_YEAR_START] = None,
    trust: Annotated[
        list[str] | None,
        typer.Option(
            "--trust", metavar="SOURCE=NUMBER", help="How far a source of facts is trusted, 0 to 1; may repeat."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Change a tenant's fiscal year or its trust in sources.

    The fiscal year: the month in which it begins. A source of facts is trusted from 0 to 1.
    """
    from moe_memorygraph.cli.tenants import set_tenant

    shell.run(lambda: set_tenant(tenant, fiscal_year_start=fiscal_year_start, trust=trust or [], as_json=json))


@tenant_app.command("list")
def tenant_list(json: Json = False) -> None:
    """List tenants with what each holds."""
    from moe_memorygraph.cli.tenants import list_tenants

    shell.run(lambda: list_tenants(as_json=json))


@tenant_app.command("export")
def tenant_export(
    tenant: Annotated[str, typer.Argument(metavar="T")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="An empty or new folder.")],
    json: Json = False,
) -> None:
    """Write all that a tenant remembers as JSON lines.

    As it is at one moment; `tenant import` brings it back, and `ingest` reads customers, tickets, facts and documents.
    """
    from moe_memorygraph.cli.archiving import export_tenant

    shell.run(lambda: export_tenant(tenant, out=out, as_json=json))


@tenant_app.command("import")
def tenant_import(
    tenant: Annotated[str, typer.Argument(metavar="T", help="Key of the tenant to create.")],
    folder: Annotated[Path, typer.Option("--from", metavar="FOLDER", help="What `tenant export` wrote.")],
    json: Json = False,
) -> None:
    """Create a tenant from an export: all of it, or nothing."""
    from moe_memorygraph.cli.archiving import import_tenant

    shell.run(lambda: import_tenant(tenant, folder=folder, as_json=json))


@tenant_app.command("erase")
def tenant_erase(
    tenant: Annotated[str, typer.Argument(metavar="T")],
    confirm: Annotated[
        str | None, typer.Option("--confirm", metavar="T", help="The tenant's key once more.", show_default=False)
    ] = None,
    yes: Yes = False,
    purge: Purge = True,
    json: Json = False,
) -> None:
    """Erase a tenant and all it has. There is no way back.

    Rows first, then their bytes in the database's files.
    """
    from moe_memorygraph.cli.erasing import erase_tenant

    shell.run(lambda: erase_tenant(tenant, confirm=confirm, yes=yes, purges=purge, as_json=json))


@customer_app.command("forget")
def customer_forget(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Its id, name or alias.")],
    tenant: TenantKey,
    confirm: Annotated[
        str | None, typer.Option("--confirm", metavar="CUSTOMER", help="The same once more.", show_default=False)
    ] = None,
    yes: Yes = False,
    purge: Purge = True,
    json: Json = False,
) -> None:
    """Forget a customer: its tickets, and all that names or quotes it. There is no way back.

    Rows first, then their bytes in the database's files.
    """
    from moe_memorygraph.cli.erasing import forget_customer

    shell.run(lambda: forget_customer(customer, tenant=tenant, confirm=confirm, yes=yes, purges=purge, as_json=json))


@app.command()
def purge(json: Json = False) -> None:
    """Write what was erased out of the database's files.

    Tables are locked, one after the other, while they are written anew.
    """
    from moe_memorygraph.cli.erasing import purge as purge_files

    shell.run(lambda: purge_files(as_json=json))


@retention_app.command("set")
def retention_set(
    plane: Annotated[str, typer.Argument(metavar="PLANE", help="stm, ltm, semantic, vector, knowledge or runs.")],
    days: Annotated[int, typer.Argument(metavar="DAYS", min=1, max=36_500)],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Keep a plane for so many days."""
    from moe_memorygraph.cli.keeping import set_retention

    shell.run(lambda: set_retention(plane, days, tenant=tenant, as_json=json))


@retention_app.command("list")
def retention_list(tenant: TenantKey, json: Json = False) -> None:
    """List how long each plane is kept."""
    from moe_memorygraph.cli.keeping import list_retention

    shell.run(lambda: list_retention(tenant=tenant, as_json=json))


@retention_app.command("clear")
def retention_clear(
    plane: Annotated[str, typer.Argument(metavar="PLANE")], tenant: TenantKey, json: Json = False
) -> None:
    """Keep a plane for good again."""
    from moe_memorygraph.cli.keeping import clear_retention

    shell.run(lambda: clear_retention(plane, tenant=tenant, as_json=json))


@retention_app.command("apply")
def retention_apply(
    tenant: TenantKey,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed.")] = False,
    json: Json = False,
) -> None:
    """Remove what is older than it is kept for. Interrupted, it goes on when it is run again."""
    from moe_memorygraph.cli.keeping import apply_retention

    shell.run(lambda: apply_retention(tenant=tenant, dry_run=dry_run, as_json=json))


@predicate_app.command("set")
def predicate_set(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As facts carry it, for example account_owner.")],
    tenant: TenantKey,
    single: Annotated[
        bool | None, typer.Option("--single/--many", help="One value at a time, or any number.", show_default=False)
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(metavar="TYPE", help="Type of its values: date, money, person, ...; see the reference."),
    ] = None,
    alias: Annotated[
        list[str] | None, typer.Option("--alias", metavar="NAME", help="Another name for the very same; may repeat.")
    ] = None,
    asked_by: Annotated[
        list[str] | None, typer.Option("--asked-by", metavar="PHRASE", help="How people ask for it; may repeat.")
    ] = None,
    hinted_by: Annotated[
        list[str] | None,
        typer.Option("--hinted-by", metavar="PHRASE", help="Asks for it where nothing else is asked for; may repeat."),
    ] = None,
    half_life: Annotated[
        float | None,
        typer.Option(
            "--half-life", metavar="DAYS", min=0, help="Open facts are believed half as much after so long; 0: never."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Describe a predicate for one tenant. What is not given stays as it is; lists are replaced whole."""
    from moe_memorygraph.cli.predicates import set_predicate

    shell.run(
        lambda: set_predicate(
            name,
            tenant=tenant,
            single=single,
            value=value,
            aliases=alias,
            asked_by=asked_by,
            hinted_by=hinted_by,
            half_life_days=half_life,
            as_json=json,
        )
    )


@predicate_app.command("list")
def predicate_list(
    tenant: TenantKey,
    own: Annotated[bool, typer.Option("--own", help="Only those that the tenant described.")] = False,
    json: Json = False,
) -> None:
    """List what is known of predicates."""
    from moe_memorygraph.cli.predicates import list_predicates

    shell.run(lambda: list_predicates(tenant=tenant, own=own, as_json=json))


@predicate_app.command("remove")
def predicate_remove(
    name: Annotated[str, typer.Argument(metavar="NAME")], tenant: TenantKey, json: Json = False
) -> None:
    """Take back what a tenant said of a predicate. Its facts stay."""
    from moe_memorygraph.cli.predicates import remove_predicate

    shell.run(lambda: remove_predicate(name, tenant=tenant, as_json=json))


@key_app.command("create")
def key_create(
    tenant: TenantKey,
    scopes: Annotated[str, typer.Option(metavar="LIST", help="Of read, write, admin.")] = "read",
    expires: Annotated[str, typer.Option(metavar="WHEN", help="90d (m, h, d, w), YYYY-MM-DD or never.")] = "90d",
    name: Annotated[str, typer.Option(help="Whose it is, or what it is for.")] = "",
    json: Json = False,
) -> None:
    """Make an API key and show it, this once."""
    from moe_memorygraph.cli.keys import create_key

    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    shell.run(lambda: create_key(tenant, scopes=wanted, expires=expires, name=name, as_json=json))


@key_app.command("list")
def key_list(tenant: TenantKey, json: Json = False) -> None:
    """List a tenant's API keys.

    What they may do, until when, and when they were last used; never the keys themselves.
    """
    from moe_memorygraph.cli.keys import list_keys

    shell.run(lambda: list_keys(tenant, as_json=json))


@key_app.command("revoke")
def key_revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, the beginning of the id, or its name.")],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Revoke an API key, for good."""
    from moe_memorygraph.cli.keys import revoke_key

    shell.run(lambda: revoke_key(tenant, key, as_json=json))


@policy_app.command("set")
def policy_set(
    entity_type: Annotated[str, typer.Argument(metavar="TYPE", help="For example PERSON; DEFAULT: every other.")],
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="replace, pseudonym, mask, hash, encrypt or keep.")],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Say what a tenant has written in place of a type of personal data."""
    from moe_memorygraph.cli.policies import set_policy

    shell.run(lambda: set_policy(entity_type, policy, tenant=tenant, as_json=json))


@policy_app.command("list")
def policy_list(tenant: TenantKey, json: Json = False) -> None:
    """List what becomes of each type of personal data."""
    from moe_memorygraph.cli.policies import list_policies

    shell.run(lambda: list_policies(tenant=tenant, as_json=json))


@policy_app.command("reset")
def policy_reset(
    tenant: TenantKey,
    entity_type: Annotated[
        list[str] | None, typer.Argument(metavar="[TYPE]...", help="Those of which it is taken back; none: all.")
    ] = None,
    json: Json = False,
) -> None:
    """Take back what a tenant said of types of personal data."""
    from moe_memorygraph.cli.policies import reset_policies

    shell.run(lambda: reset_policies(entity_type or [], tenant=tenant, as_json=json))


@vault_app.command("on")
def vault_on(tenant: TenantKey, json: Json = False) -> None:
    """Keep originals of what is redacted from now on, sealed."""
    from moe_memorygraph.cli.vault import set_vault

    shell.run(lambda: set_vault(tenant, keeps=True, as_json=json))


@vault_app.command("off")
def vault_off(tenant: TenantKey, json: Json = False) -> None:
    """Keep no more originals. What is there stays."""
    from moe_memorygraph.cli.vault import set_vault

    shell.run(lambda: set_vault(tenant, keeps=False, as_json=json))


@vault_app.command("status")
def vault_status(tenant: TenantKey, json: Json = False) -> None:
    """Say whether originals are kept, how many, and by which key."""
    from moe_memorygraph.cli.vault import show_vault

    shell.run(lambda: show_vault(tenant, as_json=json))


@vault_app.command("open")
def vault_open(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="A memory:// URI, or a text like <TYPE:aes:...>.")],
    tenant: TenantKey,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is noted.")],
    entity_type: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="Only what is of this type.")
    ] = None,
    json: Json = False,
) -> None:
    """Show originals. Each opening is noted in the tenant's audit trail."""
    from moe_memorygraph.cli.vault import OpenVault

    shell.run(OpenVault(what=what, tenant=tenant, reason=reason, entity_type=entity_type, as_json=json).run)


@vault_app.command("rotate")
def vault_rotate(
    tenant: Annotated[str | None, typer.Option("--tenant", metavar="T", help="One tenant; left out: all.")] = None,
    json: Json = False,
) -> None:
    """Wrap tenants' keys with the master key that is in use now."""
    from moe_memorygraph.cli.vault import rotate_keys

    shell.run(lambda: rotate_keys(tenant, as_json=json))


@vault_app.command("shred")
def vault_shred(
    tenant: TenantKey,
    confirm: Annotated[str, typer.Option(metavar="T", help="The tenant's key again.")],
    json: Json = False,
) -> None:
    """Destroy a tenant's key: nothing that it sealed, encrypted or numbered is readable or known again."""
    from moe_memorygraph.cli.vault import shred_vault

    shell.run(lambda: shred_vault(tenant, confirm=confirm, as_json=json))


@audit_app.command("verify")
def audit_verify(
    tenant: AuditedKey = None,
    server: OfServer = False,
    anchors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Anchors, kept elsewhere: finds also an end that was cut off.")
    ] = None,
    earlier_secrets: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Secrets that were in use before, one a line.")
    ] = None,
    json: Json = False,
) -> None:
    """Prove an audit trail whole, or name the first broken entry."""
    from moe_memorygraph.cli.auditing import verify_trail

    shell.run(lambda: verify_trail(tenant, of_server=server, anchors=anchors, earlier=earlier_secrets, as_json=json))


@audit_app.command("list")
def audit_list(
    tenant: AuditedKey = None,
    server: OfServer = False,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From then on.")] = None,
    action: Annotated[str | None, typer.Option(metavar="NAME", help="Of this action alone.")] = None,
    about: Annotated[
        str | None, typer.Option(metavar="KIND=ID", help="About this object alone: customer=C-17.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    json: Json = False,
) -> None:
    """List who did what, newest first."""
    from moe_memorygraph.cli.auditing import list_trail

    shell.run(
        lambda: list_trail(tenant, of_server=server, since=since, action=action, about=about, limit=limit, as_json=json)
    )


@limit_app.command("set")
def limit_set(
    limits: Annotated[
        list[str],
        typer.Argument(metavar="NAME=NUMBER", help="For example calls_per_second=5; unlimited in place of a number."),
    ],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Give a tenant limits of its own.

    calls_per_second, call_burst, calls_at_once, calls_per_day, rows_per_day, embeddings_per_day.
    """
    from moe_memorygraph.cli.limits import set_limits

    shell.run(lambda: set_limits(tenant, limits, as_json=json))


@limit_app.command("list")
def limit_list(tenant: TenantKey, json: Json = False) -> None:
    """List a tenant's limits, and what of today it has used."""
    from moe_memorygraph.cli.limits import list_limits

    shell.run(lambda: list_limits(tenant, as_json=json))


@limit_app.command("clear")
def limit_clear(
    tenant: TenantKey,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Left out: all of them.")] = None,
    json: Json = False,
) -> None:
    """Take back limits of a tenant's own: those of the settings hold again."""
    from moe_memorygraph.cli.limits import clear_limits

    shell.run(lambda: clear_limits(tenant, names or [], as_json=json))


@quarantine_app.command("list")
def quarantine_list(
    tenant: TenantKey,
    state: Annotated[str, typer.Option(metavar="STATE", help="held, released, discarded or all.")] = "held",
    json: Json = False,
) -> None:
    """List writes that were held because they give orders to whoever reads them."""
    from moe_memorygraph.cli.quarantine import list_held

    shell.run(lambda: list_held(tenant, state=state, as_json=json))


@quarantine_app.command("show")
def quarantine_show(
    review_id: Annotated[str, typer.Argument(metavar="ID", help="The whole id, or its beginning.")],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Show one write with what was found in it."""
    from moe_memorygraph.cli.quarantine import show_held

    shell.run(lambda: show_held(tenant, review_id, as_json=json))


@quarantine_app.command("release")
def quarantine_release(
    review_id: Annotated[str, typer.Argument(metavar="ID", help="The whole id, or its beginning.")],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Write it after all, with the trust of whoever wrote it."""
    from moe_memorygraph.cli.quarantine import release_held

    shell.run(lambda: release_held(tenant, review_id, as_json=json))


@quarantine_app.command("discard")
def quarantine_discard(
    review_id: Annotated[str, typer.Argument(metavar="ID", help="The whole id, or its beginning.")],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Never write it."""
    from moe_memorygraph.cli.quarantine import discard_held

    shell.run(lambda: discard_held(tenant, review_id, as_json=json))


@app.command()
def rollback(
    tenant: TenantKey,
    source: Annotated[
        str | None, typer.Option(metavar="S", help="Source of facts, path of documents, or a memory:// URI.")
    ] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Run of a tool or of a load.")] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY", help="API key: id, its beginning, or name.")] = None,
    actor: Annotated[
        str | None, typer.Option(metavar="A", help="Any other writer: cli, local, or issuer:subject.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="T1", help="Written from this time on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="T2", help="Written before this time.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count and change nothing.")] = False,
    json: Json = False,
) -> None:
    """Take back all that one source, run, key or time brought; several options: what fits all of them."""
    from moe_memorygraph.cli.rollback import Rollback

    work = Rollback(
        tenant=tenant,
        source=source,
        run_id=run,
        key=key,
        actor=actor,
        since=since,
        until=until,
        dry_run=dry_run,
        as_json=json,
    )
    shell.run(work.run)


@topic_app.command("list")
def topic_list(tenant: TenantKey, json: Json = False) -> None:
    """List a tenant's topics: those that all begin with, and its own."""
    from moe_memorygraph.cli.topics import list_topics

    shell.run(lambda: list_topics(tenant, as_json=json))


@topic_app.command("set")
def topic_set(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the list, or a new one.")],
    tenant: TenantKey,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="What its tickets get as their category.")] = None,
    called: Annotated[
        list[str] | None, typer.Option("--called", metavar="TEXT", help="What people call it; may repeat.")
    ] = None,
    word: Annotated[
        list[str] | None, typer.Option("--word", metavar="TEXT", help="What its tickets say; may repeat.")
    ] = None,
    example: Annotated[
        list[str] | None, typer.Option("--example", metavar="TEXT", help="A short message of a customer; may repeat.")
    ] = None,
    retire: Annotated[
        bool | None, typer.Option("--retire/--restore", help="Whether it is told of no ticket any more.")
    ] = None,
    json: Json = False,
) -> None:
    """Give a tenant a topic, or change one.

    A topic of its own, or one that all have, with other names, words and examples. What is given is added to what is there.
    """
    from moe_memorygraph.cli.topics import SetTopic

    work = SetTopic(
        tenant=tenant,
        name=name,
        label=label,
        names=called or [],
        words=word or [],
        examples=example or [],
        retired=retire,
        as_json=json,
    )
    shell.run(work.run)


@topic_app.command("remove")
def topic_remove(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    tenant: TenantKey,
    json: Json = False,
) -> None:
    """Remove what a tenant has of a topic.

    One that all begin with is as it was.
    """
    from moe_memorygraph.cli.topics import remove_topic

    shell.run(lambda: remove_topic(tenant, name, as_json=json))


@topic_app.command("apply")
def topic_apply(tenant: TenantKey, json: Json = False) -> None:
    """Tell stored tickets' topics again.

    Of those that have no category of the tenant's, by its topics as they are now.
    """
    from moe_memorygraph.cli.topics import ApplyTopics

    work = ApplyTopics(tenant=tenant, as_json=json)
    shell.run(work.run, on_interrupt=work.progress)


@app.command("eval")
def evaluate(
    golden: Annotated[Path | None, typer.Argument(metavar="GOLDEN", help="JSONL of golden questions.")] = None,
    tenant: Annotated[str | None, typer.Option(metavar="T", help="Whose data; with GOLDEN.")] = None,
    generate: Annotated[
        list[int] | None,
        typer.Option(
            metavar="SEED", min=0, help="Instead: a whole new tenant of this seed, with its questions; may repeat."
        ),
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option("--floor", metavar="FIGURE=VALUE", help="Fail when a figure is lower; may repeat."),
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=50)] = 1,
    json: Json = False,
) -> None:
    """Score golden questions, of a file or of made-up tenants.

    Those are made in a temporary home, which is removed afterwards.
    """
    if generate:
        if golden is not None or tenant is not None:
            shell.wrong_usage("--generate brings its own questions and tenants; leave GOLDEN and --tenant out.")
        if len(set(generate)) < len(generate):
            shell.wrong_usage("--generate names a seed twice.")
        from moe_memorygraph.cli.trying import evaluate_worlds

        shell.run(lambda: evaluate_worlds(generate, floors=floor or [], concurrency=concurrency, as_json=json))
    if golden is None or tenant is None:
        shell.wrong_usage("Name GOLDEN and --tenant, or --generate SEED.")
    from moe_memorygraph.cli.evaluating import evaluate_file

    shell.run(lambda: evaluate_file(golden, tenant=tenant, floors=floor or [], concurrency=concurrency, as_json=json))


@app.command()
def bench(
    rows: Annotated[
        int | None, typer.Option(min=100, max=1_000_000, help="Measure a generated tenant of so many tickets.")
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(metavar="T", help="Measure this tenant; without it and --rows: the demo's.")
    ] = None,
    asks: Annotated[int, typer.Option(min=2, max=10_000, help="Calls behind each figure.")] = 100,
    suite: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Instead: what is found of a public set, locomo|stackfaq|tau2|known_item."),
    ] = None,
    path: Annotated[Path | None, typer.Argument(metavar="PATH", help="The suite's file, or its folder.")] = None,
    cross_validate: Annotated[
        bool, typer.Option("--cross-validate", help="Of a suite: also with weights fitted on its other parts alone.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure this machine, or how much is found.

    Each tool beside its floor, time per stage, throughput, recall. With --suite NAME PATH: how much of what a public set's questions want is found, beside BM25, dense and rank fusion.
    """
    if suite is not None:
        if path is None:
            raise typer.BadParameter("--suite needs the PATH of its data, which is not part of this package.")
        from moe_memorygraph.cli.suites import SuiteBench

        work = SuiteBench(name=suite, path=path, cross_validate=cross_validate, as_json=json)
        shell.run(work.run)
    if path is not None or cross_validate:
        raise typer.BadParameter("PATH and --cross-validate belong to --suite.")
    if rows is not None and tenant is not None:
        raise typer.BadParameter("--rows makes a tenant of its own; give it or --tenant.")
    from moe_memorygraph.cli.benching import run_bench

    shell.run(lambda: run_bench(rows=rows, tenant=tenant, asks=asks, as_json=json))


@app.command()
def doctor(json: Json = False) -> None:
    """What is installed, reachable, loaded, stale; with advice."""
    from moe_memorygraph.cli.doctoring import run_doctor

    shell.run(lambda: run_doctor(as_json=json))


@app.command()
def migrate() -> None:
    """Bring an external database to this version's schema.

    It is the one that MEMORYGRAPH_ADMIN_DATABASE_URL names.
    """
    from moe_memorygraph.cli.migrating import run_migrate

    shell.run(run_migrate)
