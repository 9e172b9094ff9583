"""Whether a statement keeps to one tenant, by PostgreSQL's own grammar and not by its look.

A statement keeps to one tenant when, at each level of it (a CTE, a subquery, an arm of a union), every table is held to
the tenant by a condition that must be true: `tenant_id = $1`, or `tenant_id` equal to that of a table that is held. A
condition under OR or NOT holds nothing, nor does one in the ON of an outer join what that join keeps anyway.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType, JoinType, SetOperation, VariableSetKind

__all__ = ["Schema", "findings_in", "held_by_tenant"]

COLUMN = "tenant_id"

_OF_THE_SERVER = ("pg_",)  # catalogues: no tenant's row is in one
_QUERY = (ast.SelectStmt, ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt, ast.MergeStmt)
_FORBIDDEN = {
    "set_config": "binds a tenant, or whatever else, beside the one place that does",
    "ts_stat": "runs a text as a statement",
    "query_to_xml": "runs a text as a statement",
    "query_to_xmlschema": "runs a text as a statement",
    "table_to_xml": "reads a table by its name",
    "schema_to_xml": "reads every table",
    "database_to_xml": "reads every table",
    "dblink": "goes elsewhere",
    "pg_read_file": "reads the server's files",
    "pg_read_binary_file": "reads the server's files",
    "lo_import": "reads the server's files",
    "lo_export": "writes the server's files",
    "pg_notify": "is heard by every session",
    "nextval": "counts what other tenants do",
    "pg_terminate_backend": "ends another's session",
    "pg_cancel_backend": "ends another's statement",
}


@dataclass(frozen=True, slots=True)
class Schema:
    """What statements may name: tables with a tenant's rows, and, of functions that take a tenant, at which place."""

    tables: frozenset[str]
    functions: Mapping[str, int]


@dataclass(slots=True)
class _Scope:
    """The tables of one level by the name they go by, those that are held, and the level around it."""

    tables: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    around: "_Scope | None" = None

    def holder(self, name: str) -> "_Scope | None":
        if name in self.tables:
            return self
        return None if name in self.others or self.around is None else self.around.holder(name)


@dataclass(frozen=True, slots=True)
class _Condition:
    """What must be true, and for which tables it counts."""

    expression: Any
    counts_for: frozenset[str]


def findings_in(sql: str, schema: Schema, *, tenant: str | None = None, held: Sequence[str] = ()) -> list[str]:
    """What is wrong with the statements of a text; empty where each keeps to one tenant.

    `tenant`: the parameter of a function that says it by name, beside `$1`. `held`: tables that need not be.
    """
    checker = _Checker(schema, tenant, frozenset(held))
    for one in parse_sql(sql):
        checker.statement(one.stmt)
    return checker.findings


def held_by_tenant(statements: Sequence[Any], schema: Schema, *, tenant: str) -> list[str]:
    """The same of a function's body that was parsed already."""
    checker = _Checker(schema, tenant, frozenset())
    for one in statements:
        checker.statement(one)
    return checker.findings


class _Checker:
    def __init__(self, schema: Schema, tenant: str | None, exempt: frozenset[str]) -> None:
        self._schema = schema
        self._tenant = tenant
        self._exempt = exempt
        self.findings: list[str] = []

    def statement(self, node: Any) -> None:
        if isinstance(node, ast.VariableSetStmt):
            if not node.is_local and node.kind != VariableSetKind.VAR_RESET:
                self.findings.append(f"SET {node.name} lasts as long as the session")
        elif isinstance(node, ast.VariableShowStmt | ast.TransactionStmt):
            return
        elif isinstance(node, _QUERY):
            self._query(node, frozenset(), None)
        elif isinstance(node, ast.ReturnStmt):
            self._inside(node, frozenset(), _Scope())
        else:
            self.findings.append(f"{type(node).__name__} is no statement of a running server")

    # -- one level -----------------------------------------------------------------------------------------------

    def _query(self, node: Any, ctes: frozenset[str], around: _Scope | None) -> None:
        if node.withClause is not None:
            names = frozenset(one.ctename for one in node.withClause.ctes)
            seen = ctes | names if node.withClause.recursive else ctes
            for one in node.withClause.ctes:
                self._query(one.ctequery, seen, around)
                seen |= {one.ctename}
            ctes = seen
        if isinstance(node, ast.MergeStmt):
            self.findings.append("MERGE is not understood")
        elif isinstance(node, ast.SelectStmt) and node.op != SetOperation.SETOP_NONE:
            self._query(node.larg, ctes, around)
            self._query(node.rarg, ctes, around)
        else:
            self._level(node, ctes, around)

    def _level(self, node: Any, ctes: frozenset[str], around: _Scope | None) -> None:
        scope = _Scope(around=around)
        conditions: list[_Condition] = []
        if isinstance(node, ast.UpdateStmt | ast.DeleteStmt):
            self._name(node.relation, frozenset(), scope)
        sources = {ast.SelectStmt: "fromClause", ast.UpdateStmt: "fromClause", ast.DeleteStmt: "usingClause"}
        for source in getattr(node, sources.get(type(node), ""), None) or ():
            self._source(source, ctes, scope, conditions)
        where = getattr(node, "whereClause", None)
        conditions += [_Condition(one, frozenset(scope.tables)) for one in _conjuncts(where)]
        self._hold(scope, conditions)
        for alias, table in scope.tables.items():
            if alias not in scope.held and table not in self._exempt:
                self.findings.append(f"{table} AS {alias} is held to no tenant")
        if isinstance(node, ast.InsertStmt):
            self._insert(node, ctes, scope)
        for target in _set_targets(node):
            if target == COLUMN:
                self.findings.append("a row is moved to another tenant")
        self._inside(node, ctes, scope)

    def _name(self, relation: Any, ctes: frozenset[str], scope: _Scope) -> None:
        name = relation.relname
        alias = relation.alias.aliasname if relation.alias is not None else name
        if relation.schemaname is None and name in ctes:
            scope.others.add(alias)
        elif name in self._schema.tables and relation.schemaname in (None, "mg"):
            scope.tables[alias] = name
        elif name.startswith(_OF_THE_SERVER) or relation.schemaname in ("pg_catalog", "mg_meta"):
            scope.others.add(alias)
        else:
            self.findings.append(f"{name} is not known")

    def _source(self, node: Any, ctes: frozenset[str], scope: _Scope, conditions: list[_Condition]) -> frozenset[str]:
        """Take in one member of FROM; the tables in it."""
        if isinstance(node, ast.RangeVar):
            before = set(scope.tables)
            self._name(node, ctes, scope)
            return frozenset(set(scope.tables) - before)
        if not isinstance(node, ast.JoinExpr):
            if getattr(node, "alias", None) is not None:
                scope.others.add(node.alias.aliasname)
            return frozenset()
        left = self._source(node.larg, ctes, scope, conditions)
        right = self._source(node.rarg, ctes, scope, conditions)
        counts_for = {
            JoinType.JOIN_INNER: left | right,
            JoinType.JOIN_LEFT: right,
            JoinType.JOIN_RIGHT: left,
        }.get(node.jointype, frozenset())
        conditions += [_Condition(one, counts_for) for one in _conjuncts(node.quals)]
        if any(one.sval == COLUMN for one in node.usingClause or ()):
            for one in left:
                for other in right:
                    conditions.append(_Condition((one, other), counts_for))
        return left | right

    def _hold(self, scope: _Scope, conditions: Sequence[_Condition]) -> None:
        """Mark what the conditions hold, one through another, until nothing more follows."""
        is_new = True
        while is_new:
            is_new = False
            for condition in conditions:
                for mine, its in self._equal(condition.expression, scope):
                    if mine in condition.counts_for and mine not in scope.held and self._is_held(its, scope):
                        scope.held.add(mine)
                        is_new = True

    def _equal(self, expression: Any, scope: _Scope) -> Iterator[tuple[str, Any]]:
        """Tables of this level whose tenant a condition says, and what it says, both ways round."""
        if isinstance(expression, tuple):
            (one, other) = expression
            yield one, _column(other)
            yield other, _column(one)
        elif (
            isinstance(expression, ast.A_Expr)
            and expression.kind == A_Expr_Kind.AEXPR_OP
            and [one.sval for one in expression.name] == ["="]
        ):
            for mine, its in ((expression.lexpr, expression.rexpr), (expression.rexpr, expression.lexpr)):
                alias = self._table_of(mine, scope)
                if alias in scope.tables:
                    yield str(alias), its

    def _is_held(self, expression: Any, scope: _Scope) -> bool:
        """Whether this is the tenant: the parameter, or the column of a table that is held."""
        while isinstance(expression, ast.TypeCast):
            expression = expression.arg
        if isinstance(expression, ast.ParamRef):
            return bool(expression.number == 1)
        if isinstance(expression, ast.ColumnRef):
            fields = [getattr(one, "sval", "*") for one in expression.fields]
            if fields == [self._tenant]:
                return True
        alias = self._table_of(expression, scope)
        level = None if alias is None else scope.holder(alias)
        return level is not None and (alias in level.held or level.tables[str(alias)] in self._exempt)

    def _table_of(self, expression: Any, scope: _Scope) -> str | None:
        """The table whose tenant_id this is; None for anything else, and where it might be one of several."""
        if not isinstance(expression, ast.ColumnRef):
            return None
        fields = [getattr(one, "sval", "*") for one in expression.fields]
        if fields[-1] != COLUMN:
            return None
        if len(fields) > 1:
            return str(fields[-2])
        level: _Scope | None = scope
        while level is not None and not level.tables:
            level = level.around
        return next(iter(level.tables)) if level is not None and len(level.tables) == 1 else None

    # -- what is written, and what stands within -----------------------------------------------------------------

    def _insert(self, node: Any, ctes: frozenset[str], scope: _Scope) -> None:
        if node.relation.relname not in self._schema.tables:
            self.findings.append(f"{node.relation.relname} is not known")
            return
        names = [one.name for one in node.cols or ()]
        if COLUMN not in names:
            self.findings.append(f"INSERT INTO {node.relation.relname} says no tenant")
            return
        for value, inner in self._inserted(node.selectStmt, names.index(COLUMN), ctes, scope):
            if not self._is_held(value, inner):
                self.findings.append(f"INSERT INTO {node.relation.relname} takes the tenant from elsewhere")
        infer = node.onConflictClause.infer if node.onConflictClause is not None else None
        if infer is not None and COLUMN not in [one.name for one in infer.indexElems or ()]:
            self.findings.append(f"ON CONFLICT of {node.relation.relname} asks other tenants' rows")

    def _inserted(self, node: Any, place: int, ctes: frozenset[str], around: _Scope) -> Iterator[tuple[Any, _Scope]]:
        if node is None:
            return
        if node.op != SetOperation.SETOP_NONE:
            yield from self._inserted(node.larg, place, ctes, around)
            yield from self._inserted(node.rarg, place, ctes, around)
        elif node.valuesLists:
            for row in node.valuesLists:
                yield row[place], around
        else:
            silent = _Checker(self._schema, self._tenant, self._exempt)
            scope = _Scope(around=around)
            conditions: list[_Condition] = []
            for source in node.fromClause or ():
                silent._source(source, ctes, scope, conditions)
            conditions += [_Condition(one, frozenset(scope.tables)) for one in _conjuncts(node.whereClause)]
            self._hold(scope, conditions)
            yield node.targetList[place].val, scope

    def _inside(self, node: Any, ctes: frozenset[str], scope: _Scope) -> None:
        for child in _children(node):
            if isinstance(child, ast.WithClause):
                continue  # its queries are levels of their own, and were looked at before
            if isinstance(child, _QUERY):
                self._query(child, ctes, scope)
                continue
            if isinstance(child, ast.FuncCall):
                self._call(child, scope)
            self._inside(child, ctes, scope)

    def _call(self, node: Any, scope: _Scope) -> None:
        name = node.funcname[-1].sval
        if name in _FORBIDDEN:
            self.findings.append(f"{name}() {_FORBIDDEN[name]}")
        place = self._schema.functions.get(name)
        if place is not None and not self._is_held((node.args or ())[place], scope):
            self.findings.append(f"{name}() is given another tenant")


def _column(table: str) -> Any:
    return ast.ColumnRef(fields=(ast.String(sval=table), ast.String(sval=COLUMN)))


def _conjuncts(expression: Any) -> Iterator[Any]:
    """What must each be true for the whole to be."""
    if expression is None:
        return
    if isinstance(expression, ast.BoolExpr) and expression.boolop == BoolExprType.AND_EXPR:
        for one in expression.args:
            yield from _conjuncts(one)
    else:
        yield expression


def _set_targets(node: Any) -> Iterator[str]:
    if isinstance(node, ast.UpdateStmt):
        yield from (one.name for one in node.targetList)
    elif isinstance(node, ast.InsertStmt) and node.onConflictClause is not None:
        yield from (one.name for one in node.onConflictClause.targetList or ())


def _children(node: Any) -> Iterator[Any]:
    for name in node.__slots__:
        yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, ast.Node):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _nodes(one)
