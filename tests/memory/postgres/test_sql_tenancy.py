"""Every statement of the code base keeps to one tenant: those in files, in functions, and those few in Python."""

import ast as python
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pglast import ast, parse_plpgsql, parse_sql
from pglast.enums import AlterTableType
from pglast.parser import ParseError

import moe_memorygraph
from moe_memorygraph.memory.postgres.statements import fitted
from tests.memory.postgres.sql_tenancy import Schema, findings_in, held_by_tenant

PACKAGE = Path(moe_memorygraph.__file__).parent
POSTGRES = PACKAGE / "memory" / "postgres"
FILES = {file.stem: file.read_text(encoding="utf-8") for file in sorted((POSTGRES / "sql").glob("*.sql"))}
MIGRATIONS = {file.name: file.read_text(encoding="utf-8") for file in sorted((POSTGRES / "migrations").glob("*.sql"))}

OF_ALL_TENANTS = {
    "tenant_list": "an administrator lists the tenants, as the owner, to which nobody logs in",
    "vector_index_orphans": "an administrator drops the indexes of tenants that are no more, as the owner",
}
"""Statements that ask the table of tenants for all of them, and why; the app role would see the bound one alone."""

BACKFILLS = {
    "0007_what_ranking_needs.sql": {"ticket_passage", "document_passage"},
    "0029_where_it_came_from.sql": {"fact"},
    "0030_a_role_that_only_reads.sql": {"fact"},
}
"""Migrations that mend the rows of every tenant once, as the owner; what they join is held to the row they mend."""

MENDED_NOTHING = {"0029_where_it_came_from.sql"}
"""A backfill that row security kept from every row, as no tenant is bound; 0030 does it."""

OUTSIDE = {
    "memory/postgres/pool.py": "begins, binds and ends units of work",
    "memory/postgres/store.py": "an administrator's transaction is the owner's while it lasts; erasing takes longer",
    "memory/postgres/migration.py": "an administrator's connection makes roles, schemas and the record of migrations",
    "memory/postgres/indexing.py": "an administrator's connection builds and drops indexes",
    "memory/postgres/purging.py": "an administrator's connection writes tables anew and looks for who reads",
    "memory/postgres/embedded/cluster.py": "the superuser of a new cluster makes its roles and its database",
}
"""Modules that hold statements as text, and why. None of these may read or write a tenant's rows."""

LASTING_SETS = {"memory/postgres/migration.py", "memory/postgres/indexing.py", "memory/postgres/purging.py"}
"""Where a session's settings may be changed: on an administrator's own connection, which is closed afterwards."""


# -- what migrations made ----------------------------------------------------------------------------------------


def _made() -> Iterator[Any]:
    for text in MIGRATIONS.values():
        yield from (one.stmt for one in parse_sql(text))


@cache
def functions() -> dict[str, Any]:
    """Each function by name, as it was made last."""
    return {one.funcname[-1].sval: one for one in _made() if isinstance(one, ast.CreateFunctionStmt)}


@cache
def schema() -> Schema:
    tables = frozenset(one.relation.relname for one in _made() if isinstance(one, ast.CreateStmt))
    takes = {
        name: names.index("tenant")
        for name, one in functions().items()
        if "tenant" in (names := [parameter.name for parameter in one.parameters or ()])
    }
    return Schema(tables, takes)


def test_there_are_statements_tables_and_functions_to_look_at() -> None:
    assert len(FILES) > 100
    assert {"tenant", "ticket", "fact", "run", "api_key"} <= schema().tables
    assert schema().functions["mg_nearest"] == 0


# -- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_file_keeps_to_the_tenant(name: str) -> None:
    """Also as it is sent where no parameter is given, and where all are: conditions are left out then, or stand alone."""
    sql = FILES[name]
    most = max([int(number) for number in re.findall(r"\$(\d+)", sql)], default=0)
    for given in (None, True):
        sent = str(fitted(sql, *[given] * most)[0])
        assert len(parse_sql(sent)) == 1, "one statement per file"
        assert bool(findings_in(sent, schema())) == (name in OF_ALL_TENANTS), findings_in(sent, schema())
    assert findings_in(sql, schema(), held=("tenant",) if name in OF_ALL_TENANTS else ()) == []


def test_every_condition_of_every_file_is_needed() -> None:
    """Leave out one condition of one statement, or ask by another parameter, and it is found: so none is found by luck."""
    tried = 0
    for name, sql in FILES.items():
        if name in OF_ALL_TENANTS:
            continue
        for match in re.finditer(r"(?:\w+\.)?tenant_id = \$1(?!\d)", sql):
            for instead in ("true", "tenant_id IS NOT NULL", match[0].replace("$1", "$2")):
                broken = sql[: match.start()] + instead + sql[match.end() :]
                assert findings_in(broken, schema()), (name, match.start(), instead)
                tried += 1
    assert tried > 400


# -- functions ---------------------------------------------------------------------------------------------------


def _option(function: Any, name: str) -> Any:
    return next((one.arg for one in function.options or () if one.defname == name), None)


def _nodes_of(value: Any) -> Iterator[Any]:
    if isinstance(value, ast.Node):
        yield value
        for name in value.__slots__:
            yield from _nodes_of(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _nodes_of(one)


def _reads_tables(function: Any) -> bool:
    return any(isinstance(one, ast.RangeVar) and one.relname in schema().tables for one in _nodes_of(function.sql_body))


def test_a_function_runs_as_who_calls_it_and_keeps_to_the_tenant_it_is_given() -> None:
    for name, function in functions().items():
        assert _option(function, "security") is None, f"{name} runs as its owner"
        language = _option(function, "language").sval
        if language == "sql":
            if _reads_tables(function):
                assert name in schema().functions, f"{name} takes no tenant"
            body = function.sql_body
            statements = body[0] if isinstance(body, tuple) else (body,)
            assert held_by_tenant(statements, schema(), tenant="tenant") == [], name
        else:
            assert language == "plpgsql"
            assert _findings_in_plpgsql(name) == []


_PLACEHOLDER = re.compile(r"%(?:\d+\$)?[sIL]")


def _filter_text() -> str:
    """What `mg_fitting` begins with, whatever the filter."""
    value: Any = functions()["mg_fitting"].sql_body.returnval
    while isinstance(value, ast.A_Expr):
        value = value.lexpr
    return str(value.val.sval)


def _definition(name: str) -> str:
    """The text of the migration that made a function last."""
    holding = [text for text in MIGRATIONS.values() if re.search(rf"FUNCTION {name}\(", text)]
    start = re.search(rf"CREATE (?:OR REPLACE )?FUNCTION {name}\(", holding[-1])
    assert start is not None
    text = holding[-1][start.start() :]
    end = re.search(r"END \$\$;", text)
    assert end is not None
    return text[: end.end()]


def _queries(node: Any) -> Iterator[tuple[str, list[str]]]:
    """Texts of a function's expressions and statements; of a dynamic one, with what it is run with."""
    if isinstance(node, list):
        for one in node:
            yield from _queries(one)
    elif isinstance(node, dict):
        for kind, value in node.items():
            if kind in ("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_return_query") and "params" in value:
                text = value.get("query", value.get("dynquery"))["PLpgSQL_expr"]["query"]
                yield text, [one["PLpgSQL_expr"]["query"] for one in value["params"]]
            elif kind == "PLpgSQL_expr":
                yield value["query"], []
            else:
                yield from _queries(value)


def _filled(template: str, arguments: list[Any]) -> str:
    """A `format` as it might come out: the filter where one is put in, else a number, which stands anywhere."""
    at = iter(arguments)

    def fill(match: re.Match[str]) -> str:
        argument = arguments[int(match[0][1]) - 1] if "$" in match[0] else next(at)
        words = {one.sval for one in _nodes_of(argument) if isinstance(one, ast.String)}
        return _filter_text() if words & {"mg_fitting", "fitting"} else "1"

    return _PLACEHOLDER.sub(fill, template)


def _findings_in_plpgsql(name: str, definition: str | None = None) -> list[str]:
    found = []
    for text, run_with in _queries(parse_plpgsql(definition or _definition(name))):
        if not run_with:
            found += findings_in(
                text if re.match(r"\s*SELECT\b", text) else f"SELECT {text}", schema(), tenant="tenant"
            )
            continue
        call: Any = parse_sql(f"SELECT {text}")[0].stmt.targetList[0].val
        template, *arguments = call.args
        assert call.funcname[-1].sval == "format"
        assert run_with[0] == "tenant", f"{name} runs a text with another first parameter"
        found += findings_in(_filled(template.val.sval, arguments), schema())
    return found


def test_a_function_that_forgets_the_tenant_is_found() -> None:
    for name in ("mg_nearest", "mg_holding"):
        definition = _definition(name)
        for instead in ("true", "$3"):
            broken = definition.replace("WHERE %s", f"WHERE {instead} OR %s")
            assert broken != definition
            assert _findings_in_plpgsql(name, broken)
    with pytest.raises(AssertionError, match="another first parameter"):
        _findings_in_plpgsql("mg_holding", _definition("mg_holding").replace("USING tenant,", "USING most,"))


# -- migrations --------------------------------------------------------------------------------------------------


def test_migrations_touch_rows_only_to_mend_them_once() -> None:
    """And then they lift row security for that long: it holds for the owner, too, whose statement would find no row."""
    for name, text in MIGRATIONS.items():
        lifted: set[str] = set()
        for one in parse_sql(text):
            if isinstance(one.stmt, ast.AlterTableStmt):
                kinds = {command.subtype for command in one.stmt.cmds}
                if AlterTableType.AT_NoForceRowSecurity in kinds:
                    lifted.add(one.stmt.relation.relname)
                if AlterTableType.AT_ForceRowSecurity in kinds:
                    lifted.discard(one.stmt.relation.relname)
            elif isinstance(one.stmt, ast.UpdateStmt | ast.DeleteStmt | ast.InsertStmt | ast.SelectStmt):
                table = one.stmt.relation.relname
                assert table in BACKFILLS.get(name, ()), f"{name} touches rows of {table}"
                assert table in lifted or name in MENDED_NOTHING, f"{name} finds no row of {table}"
                statement = text[one.stmt_location : one.stmt_location + one.stmt_len]
                assert findings_in(statement, schema(), held=(table,)) == []
            elif isinstance(one.stmt, ast.ViewStmt | ast.CreateTableAsStmt | ast.CreateTrigStmt | ast.RuleStmt):
                raise AssertionError(f"{name} makes what reads rows unseen: {type(one.stmt).__name__}")
        assert lifted == set(), f"{name} leaves row security lifted"


# -- Python ------------------------------------------------------------------------------------------------------

_BEGINS = re.compile(
    r"\s*(?:--.*\n\s*)*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|VALUES|TABLE|SET|RESET|BEGIN|START|COMMIT|ROLLBACK|ALTER|CREATE|DROP"
    r"|GRANT|REVOKE|LOCK|NOTIFY|LISTEN|UNLISTEN|COPY|VACUUM|ANALYZE|CLUSTER|REINDEX|TRUNCATE|DO|CALL|EXECUTE|PREPARE)\b"
)
_SENDS = {
    "execute",
    "executemany",
    "fetch",
    "fetchrow",
    "fetchval",
    "fetchmany",
    "prepare",
    "cursor",
    "copy_from_query",
}


def _text_of(node: python.expr) -> str | None:
    """What a string says, with a name where something is put in; None for what is no string."""
    if isinstance(node, python.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, python.JoinedStr):
        parts = [one.value if isinstance(one, python.Constant) else "hole" for one in node.values]
        return "".join(str(part) for part in parts)
    if isinstance(node, python.BinOp) and isinstance(node.op, python.Add):
        sides = [_text_of(node.left), _text_of(node.right)]
        return None if sides[0] is None else sides[0] + (sides[1] or " hole")
    return None


def _is_statement(text: str) -> bool:
    if not _BEGINS.match(text):
        return False
    try:
        return bool(parse_sql(text))
    except ParseError:
        return False


def _statements_in(source: str) -> Iterator[str]:
    """Every string of a module that is a statement, and whatever is sent to a connection as text."""
    for node in python.walk(python.parse(source)):
        if isinstance(node, python.expr) and (text := _text_of(node)) is not None and _is_statement(text):
            yield text
        if isinstance(node, python.Call) and isinstance(node.func, python.Attribute) and node.func.attr in _SENDS:
            sent = node.args[0] if node.args else None
            if sent is not None and (text := _text_of(sent)) is not None and not _is_statement(text):
                yield text


def _modules() -> Iterator[tuple[str, str]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file.relative_to(PACKAGE).as_posix(), file.read_text(encoding="utf-8")


@cache
def _outside() -> dict[str, tuple[str, ...]]:
    """Statements in Python, by module."""
    return {name: found for name, source in _modules() if (found := tuple(_statements_in(source)))}


def test_statements_stand_in_files_and_nowhere_else() -> None:
    assert set(_outside()) == set(OUTSIDE)


def test_what_stands_in_python_reads_and_writes_no_tenants_rows() -> None:
    for name, texts in _outside().items():
        for text in texts:
            named = {one.relname for one in _nodes_of(tuple(parse_sql(text))) if isinstance(one, ast.RangeVar)}
            indexed = all(isinstance(one.stmt, ast.IndexStmt) for one in parse_sql(text))
            assert indexed or not named & schema().tables, (name, text)
            for one in parse_sql(text):
                if isinstance(one.stmt, ast.VariableSetStmt) and not one.stmt.is_local:
                    assert name in LASTING_SETS, (name, text)


SENT_ON = {
    ("memory/postgres/search.py", "sql"): "find_best runs the statement that each plane hands it",
    ("memory/postgres/mining.py", "asking"): "what `fitted` made of a statement",
    ("memory/postgres/rollback.py", "sql"): "one statement for each kind of thing that is taken back",
}
"""Names under which a statement is handed on before it is sent, and why; all else is sent by its constant's name."""


def _is_from_a_file(sent: python.expr) -> bool:
    """A constant of the module, one of several, or what `fitted` makes of one: `test_statements_stand_in_files…` says
    that such a constant can hold no text of its own."""
    if isinstance(sent, python.Starred) and isinstance(sent.value, python.Call):
        return python.unparse(sent.value.func) == "fitted" and _is_from_a_file(sent.value.args[0])
    if isinstance(sent, python.Subscript):
        return _is_from_a_file(sent.value)
    return isinstance(sent, python.Name) and re.fullmatch(r"_[A-Z_]+", sent.id) is not None


def test_only_files_are_sent() -> None:
    """Nothing is put together on the way to a connection."""
    sending = 0
    for name, source in _modules():
        if name in OUTSIDE or not name.startswith("memory/postgres/"):
            continue
        for node in python.walk(python.parse(source)):
            if isinstance(node, python.Call) and isinstance(node.func, python.Attribute) and node.func.attr in _SENDS:
                sending += 1
                names = {one.id for one in python.walk(node.args[0]) if isinstance(one, python.Name)}
                is_handed_on = any((name, one) in SENT_ON for one in names)
                assert is_handed_on or _is_from_a_file(node.args[0]), (name, python.unparse(node))
    assert sending > 80


@pytest.mark.parametrize(
    "source",
    [
        'async def f(c): await c.fetch("SELECT body FROM ticket")',
        "async def f(c, t): await c.fetch(f\"SELECT body FROM ticket WHERE ticket_id = '{t}'\")",
        'SQL = "DELETE FROM fact " + "WHERE true"',
        'SQL = """\n  UPDATE run SET answer = 1\n"""',
        "async def f(c): await c.execute(\"SET app.tenant_id = 'x'\")",
        'async def f(c): await c.execute("not even sql")',
    ],
)
def test_a_statement_in_python_is_found(source: str) -> None:
    assert list(_statements_in(source))


# -- the checker itself ------------------------------------------------------------------------------------------

GOOD = [
    "SELECT body FROM ticket WHERE tenant_id = $1",
    "SELECT t.body FROM ticket AS t JOIN customer AS c ON c.tenant_id = t.tenant_id WHERE $1 = t.tenant_id",
    "SELECT 1 FROM ticket AS t LEFT JOIN fact AS f ON f.tenant_id = t.tenant_id WHERE t.tenant_id = $1::uuid",
    "SELECT 1 FROM ticket AS t JOIN fact AS f USING (tenant_id) WHERE t.tenant_id = $1",
    "SELECT (SELECT count(*) FROM fact AS f WHERE f.tenant_id = t.tenant_id) FROM ticket AS t WHERE t.tenant_id = $1",
    "WITH a AS (SELECT 1 FROM ticket WHERE tenant_id = $1) SELECT * FROM a",
    "INSERT INTO fact (fact_id, tenant_id) VALUES ($2, $1), ($3, $1)",
    "INSERT INTO fact (tenant_id) SELECT t.tenant_id FROM ticket AS t WHERE t.tenant_id = $1",
    "UPDATE fact AS f SET object = 'x' FROM ticket AS t WHERE t.tenant_id = $1 AND f.tenant_id = t.tenant_id",
    "SELECT 1 FROM ticket WHERE tenant_id = $1 UNION SELECT 1 FROM fact WHERE tenant_id = $1",
    "SELECT mg_learned_later($1, NULL, now())",
]

BAD = [
    "SELECT body FROM ticket",
    "SELECT body FROM ticket WHERE tenant_id = $2",
    "SELECT body FROM ticket WHERE tenant_id <> $1",
    "SELECT body FROM ticket WHERE tenant_id = $1 OR true",
    "SELECT body FROM ticket WHERE NOT (tenant_id = $1)",
    "SELECT body FROM ticket WHERE coalesce(tenant_id = $1, true)",
    "SELECT body FROM ticket WHERE tenant_id = tenant_id",
    "SELECT body FROM ticket WHERE tenant_id = ANY ($1)",
    "SELECT t.body FROM ticket AS t, customer AS c WHERE c.tenant_id = $1",
    "SELECT t.body FROM ticket AS t JOIN customer AS c ON c.tenant_id = t.tenant_id",
    "SELECT t.body FROM ticket AS t LEFT JOIN customer AS c ON c.tenant_id = $1 AND t.tenant_id = $1",
    "SELECT t.body FROM ticket AS t FULL JOIN customer AS c ON c.tenant_id = $1 AND t.tenant_id = $1",
    "SELECT t.body FROM ticket AS t LEFT JOIN fact AS f USING (tenant_id)",
    "SELECT 1 FROM ticket WHERE tenant_id = $1 UNION ALL SELECT 1 FROM fact",
    "WITH a AS (SELECT 1 FROM ticket) SELECT * FROM a WHERE $1 IS NOT NULL",
    "SELECT 1 FROM ticket WHERE tenant_id = $1 AND ticket_id IN (SELECT ticket_id FROM told_fact)",
    "SELECT (SELECT count(*) FROM fact) FROM ticket WHERE tenant_id = $1",
    "SELECT 1 FROM (SELECT * FROM ticket) AS t WHERE t.tenant_id = $1",
    "SELECT 1 FROM ticket WHERE tenant_id = $1 ORDER BY (SELECT max(object) FROM fact)",
    "INSERT INTO fact (fact_id) VALUES ($2)",
    "INSERT INTO fact (fact_id, tenant_id) VALUES ($1, $2)",
    "INSERT INTO fact (tenant_id) VALUES ($1), ($2)",
    "INSERT INTO fact (tenant_id) SELECT tenant_id FROM ticket",
    "INSERT INTO fact (tenant_id) VALUES ($1) ON CONFLICT (fact_id) DO NOTHING",
    "INSERT INTO fact (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = $2",
    "INSERT INTO fact (tenant_id) VALUES ($1) RETURNING (SELECT count(*) FROM run)",
    "UPDATE fact SET object = 'x'",
    "UPDATE fact SET tenant_id = $2 WHERE tenant_id = $1",
    "UPDATE fact AS f SET object = 'x' FROM ticket AS t WHERE t.tenant_id = $1",
    "DELETE FROM fact",
    "DELETE FROM fact USING ticket AS t WHERE t.tenant_id = $1",
    "SELECT mg_learned_later($2, NULL, now())",
    "SELECT set_config('app.tenant_id', $1, true)",
    "SELECT * FROM ts_stat('SELECT tsv FROM ticket_passage')",
    "SET app.tenant_id = 'x'",
    "TRUNCATE fact",
    "COPY fact TO STDOUT",
    "SELECT 1 FROM some_view WHERE tenant_id = $1",
    "MERGE INTO fact USING ticket ON true WHEN MATCHED THEN DELETE",
]  # fmt: skip


@pytest.mark.parametrize("sql", GOOD)
def test_what_keeps_to_the_tenant_is_let_pass(sql: str) -> None:
    assert findings_in(sql, schema()) == []


@pytest.mark.parametrize("sql", BAD)
def test_what_does_not_is_found(sql: str) -> None:
    assert findings_in(sql, schema())
