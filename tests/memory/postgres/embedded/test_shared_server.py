"""What every other database test leans on: the shared server, its roles and its settings."""

import asyncpg
import pytest

from moe_memorygraph.memory.postgres.embedded import EmbeddedServer

pytestmark = pytest.mark.postgres


async def _connect(server: EmbeddedServer, *, superuser: bool = False) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=str(server.socket_dir),
        port=server.port,
        user=server.superuser if superuser else server.app_user,
        password=server.superuser_password if superuser else server.app_password,
        database=server.database,
    )


async def test_the_application_role_has_no_privilege_of_its_own(embedded_server: EmbeddedServer) -> None:
    connection = await _connect(embedded_server)
    try:
        role = await connection.fetchrow(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert dict(role) == {
            "rolsuper": False,
            "rolbypassrls": False,
            "rolcreatedb": False,
            "rolcreaterole": False,
            "rolcanlogin": True,
        }
        assert await connection.fetchval("SHOW plan_cache_mode") == "force_custom_plan"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE public.intruder ()")
    finally:
        await connection.close()
