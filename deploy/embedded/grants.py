"""Who may do what to which table: worked out from the owner list, compared with the catalogue, brought into line."""

from dataclasses import dataclass
from typing import Any, get_args

from shared.database import PUBLIC_ROLE, role_of
from shared.models import MECHANISM, OWNERS, Owned
from shared.settings import Service

ROLES = (*(role_of(service) for service in get_args(Service)), PUBLIC_ROLE)
"""Each service and the public reader log in as themselves; where DATABASE_URL names one login for all, their sessions
take their role at connect."""

_WRITES = {
    "append": frozenset({"INSERT"}),
    "update": frozenset({"INSERT", "UPDATE"}),
    "free": frozenset({"INSERT", "UPDATE", "DELETE"}),
}

STATISTICS = "MAINTAIN"
"""Lets an owner refresh the planner's statistics of its tables after a load."""

_RELATIONS = """
SELECT relname, relkind IN ('v', 'm') AS is_view FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') ORDER BY relname
"""

_HELD = """
SELECT relname, rolname, privilege_type
FROM pg_class, aclexplode(relacl) AS entry, pg_roles
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
  AND pg_roles.oid = entry.grantee AND rolname = ANY($1)
UNION ALL
SELECT relname, rolname, privilege_type || ' (' || attname || ')'
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl) AS entry, pg_roles
WHERE relnamespace = 'public'::regnamespace AND pg_roles.oid = entry.grantee AND rolname = ANY($1)
"""


@dataclass(frozen=True, order=True)
class Grant:
    """One privilege of one role on one relation; on a column of it, `UPDATE (column)`."""

    relation: str
    role: str
    privilege: str


def wanted(relations: dict[str, bool]) -> set[Grant]:
    """The grants that the owner list asks for, given the relations that exist and whether each is a view.

    Services read everything; anonymous reads see the `public_*` views only.
    """
    services = ROLES[:-1]
    grants = {Grant(name, role, "SELECT") for name in relations for role in services}
    for service, tables in OWNERS.items():
        grants |= {
            Grant(owned.table.__tablename__, role_of(service), privilege)
            for owned in tables
            for privilege in (*_writes(owned), STATISTICS)
        }
    grants |= {
        Grant(owned.table.__tablename__, role, privilege)
        for owned in MECHANISM
        for role in services
        for privilege in _writes(owned)
    }
    grants |= {
        Grant(name, PUBLIC_ROLE, "SELECT")
        for name, is_view in relations.items()
        if is_view and name.startswith("public_")
    }
    return {grant for grant in grants if grant.relation in relations}


def _writes(owned: Owned) -> set[str]:
    """What its mode lets the owner do, an UPDATE only to the columns that are named."""
    whole = set(_WRITES[owned.mode])
    if owned.columns:
        whole.discard("UPDATE")
    return whole | {f"UPDATE ({column})" for column in owned.columns}


async def difference(connection: Any) -> tuple[set[Grant], set[Grant]]:
    """Grants that are missing in the database, and grants that it holds beyond the owner list."""
    relations = {row["relname"]: row["is_view"] for row in await connection.fetch(_RELATIONS)}
    held = {Grant(*row) for row in await connection.fetch(_HELD, list(ROLES))}
    asked = wanted(relations)
    return asked - held, held - asked


async def apply_grants(connection: Any) -> None:
    """Bring the database's grants into line with the owner list, in one transaction."""
    missing, surplus = await difference(connection)
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    async with connection.transaction():
        await connection.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")
        await connection.execute(f"GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)}")
        for grant in sorted(missing):
            await connection.execute(f'GRANT {grant.privilege} ON "{grant.relation}" TO {grant.role}')
        for grant in sorted(surplus):
            await connection.execute(f'REVOKE {grant.privilege} ON "{grant.relation}" FROM {grant.role}')
