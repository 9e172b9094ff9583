"""`memorygraph migrate`: an external database to this version's schema. The embedded one migrates itself."""

from urllib.parse import unquote, urlsplit

from moe_memorygraph.cli.shell import DONE, settings_of_process
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.postgres.migration import APP_ROLE, migrate_external

__all__ = ["run_migrate"]


def _chosen_password(database_url: str | None) -> str | None:
    """The password by which the server will come, where its address is known already and names the app role."""
    parts = urlsplit(database_url or "")
    return unquote(parts.password) if parts.username == APP_ROLE and parts.password else None


async def run_migrate() -> int:
    settings = settings_of_process()
    if settings.admin_database_url is None:
        raise InvalidArgument(
            "No external database is named; the embedded one migrates itself when it is opened.",
            "Set MEMORYGRAPH_ADMIN_DATABASE_URL to an administrator's URL.",
        )
    report = await migrate_external(settings.admin_database_url, app_password=_chosen_password(settings.database_url))
    applied = ", ".join(report.applied) or "nothing to do"
    print(f"Schema {report.schema_version}: {applied}.")
    if not report.leakproof:
        print(
            "Searching words in a large tenant will be slow: only a superuser can mark the operators it needs as"
            " leakproof. Run migrate once as one."
        )
    if report.app_password is not None:
        print(f"Made the role {APP_ROLE}. Its password, shown this once: {report.app_password}")
        print(f"Set DATABASE_URL=postgresql://{APP_ROLE}:<password>@<host>:5432/<database> where the server runs.")
    return DONE
