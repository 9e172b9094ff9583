"""What stands in a statement for its parameters, and what a plan for all tenants may leave out."""

import re

from moe_memorygraph.memory.postgres.statements import fitted

SQL = """SELECT count(*) FROM ticket
WHERE
tenant_id = $1
AND ($2::text[] IS NULL OR customer_id = ANY ($2))
AND ($3::timestamptz IS NULL OR created_at >= $3)
AND (NOT $4::boolean OR cardinality(pii_types) > 0)"""


def test_a_condition_stands_alone_where_its_parameter_is_given() -> None:
    sql, *parameters = fitted(SQL, "t", ["C-1"], None, True)
    assert parameters == ["t", ["C-1"], None, True]
    assert str(sql).splitlines()[3:] == [
        "AND (customer_id = ANY ($2))",
        "AND $3::timestamptz IS NULL",
        "AND ($4::boolean AND cardinality(pii_types) > 0)",
    ]


def test_every_parameter_is_still_named() -> None:
    given: tuple[object, ...] = ("t", [], "now", True)
    for parameters in (("t", None, None, False), given):
        sql, *_ = fitted(SQL, *parameters)
        assert set(re.findall(r"\$\d", str(sql))) == {"$1", "$2", "$3", "$4"}


def test_a_statement_without_such_conditions_stays_as_it_is() -> None:
    assert fitted("SELECT 1 WHERE tenant_id = $1", "t") == ("SELECT 1 WHERE tenant_id = $1", "t")
