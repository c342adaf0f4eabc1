"""What outlives a test because making it anew takes most of a test's time: a database put back as it was, and its
sessions, whose catalogue and plans are warm.

A clone costs 20 ms and each of its first sessions 40 ms more; putting rows back costs 5 ms. Nothing of this may show in
a test: a database whose schema, settings, locks or sessions are not as they were is not kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

PREPARE = """
CREATE SCHEMA pristine;
CREATE TABLE pristine.changed (tag text);
CREATE TABLE pristine.held (name text PRIMARY KEY, rows bigint, since bigint);
CREATE TABLE pristine.counter AS
    SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
DO $$
DECLARE
    each record;
    n bigint;
BEGIN
    FOR each IN SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
    LOOP
        EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', 'of ' || each.name, each.name);
        GET DIAGNOSTICS n = ROW_COUNT;
        INSERT INTO pristine.held VALUES (each.name, n, pg_snapshot_xmax(pg_current_snapshot())::text::bigint);
    END LOOP;
END $$;

CREATE FUNCTION pristine.put_back() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    each record;
    differs boolean;
    columns text;
BEGIN
    IF EXISTS (SELECT FROM pristine.changed)
        OR EXISTS (SELECT FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
                   WHERE datname = current_database())
        OR EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())
        OR EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
                   WHERE datname = current_database() AND pid <> pg_backend_pid())
    THEN
        RETURN false;
    END IF;
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT * FROM pristine.held LOOP
        IF each.rows = 0 THEN
            EXECUTE format('DELETE FROM public.%I', each.name);
            CONTINUE;
        END IF;
        EXECUTE format('SELECT count(*) <> $1 OR bool_or(xmin::text::bigint >= $2) FROM public.%I', each.name)
            INTO differs USING each.rows, each.since;
        IF differs THEN
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
                WHERE attrelid = format('public.%I', each.name)::regclass AND attnum > 0 AND NOT attisdropped
                    AND attgenerated = '';
            EXECUTE format('DELETE FROM public.%I', each.name);
            EXECUTE format('INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM pristine.%I',
                each.name, columns, columns, 'of ' || each.name);
            UPDATE pristine.held SET since = pg_current_xact_id()::text::bigint + 1 WHERE name = each.name;
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), coalesce(last_value, 1), last_value IS NOT NULL)
        FROM pristine.counter;
    RETURN true;
END $$;

CREATE FUNCTION pristine.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO pristine.changed VALUES (tg_tag);
END $$;
CREATE EVENT TRIGGER changed ON ddl_command_end EXECUTE FUNCTION pristine.note();
CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION pristine.note();
"""
"""What a kept database bears beside its schema: how it was, what has changed, and the way back."""

PUTTINGS_BACK = 50
"""So often a database is put back before a fresh clone follows: nobody vacuums it."""


class KeptEngine(AsyncEngine):
    """An engine that a test may dispose of as often as it likes."""

    async def dispose(self, close: bool = True) -> None:
        """Nothing: its sessions serve the next test."""

    async def end(self) -> None:
        """Close its sessions."""
        await super().dispose()


class Sessions:
    """The engines and pools of this process on kept databases, each made once for the same words."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.engines: dict[str, dict[str, KeptEngine]] = defaultdict(dict)
        self.pools: dict[str, dict[str, Any]] = defaultdict(dict)
        self.loop: asyncio.AbstractEventLoop
        self._compiled: dict[Any, Any] = {}
        self._dialect: Any = None
        self._ending: list[asyncio.Task[None]] = []

    def engine(self, make: Callable[..., AsyncEngine], url: Any, **words: Any) -> AsyncEngine:
        """The engine that `make(url, **words)` gives; made before, if the database is kept and the words are the same."""
        held = self.engines[url.database] if self._keeps(url.database) else {}
        key = repr((url, sorted(words.items(), key=str)))
        if key in held:
            return held[key]
        engine = make(url, **words, execution_options={"compiled_cache": self._compiled})
        if self._dialect is None or self._dialect.server_version_info is None:
            self._dialect = engine.dialect
        engine.sync_engine.dialect = self._dialect  # part of the key of what is compiled
        if self._keeps(url.database):
            engine = held[key] = KeptEngine(engine.sync_engine)
        return engine

    async def pool(self, make: Callable[..., Any], **words: Any) -> Any:
        """What `await make(**words)` gives; made before, if the database is kept and the words are the same."""
        held = self.pools[words["database"]] if self._keeps(words["database"]) else {}
        key = repr(sorted(words.items()))
        if key in held and not held[key].is_closing():
            return held[key]
        pool = await make(**words)
        if self._keeps(words["database"]):
            held[key], pool.end, pool.close = pool, pool.close, _nothing
        return pool

    def _keeps(self, database: str) -> bool:
        try:
            return database in self.kept and asyncio.get_running_loop() is self.loop
        except RuntimeError:
            return False

    def rest(self, database: str) -> bool:
        """Whether every session of this database is back in its pool."""
        busy = any(engine.sync_engine.pool.checkedout() for engine in self.engines[database].values())
        return not busy and all(pool.get_size() == pool.get_idle_size() for pool in self.pools[database].values())

    def end(self, database: str) -> None:
        """Close every session of this database, on the loop that they are of."""
        self.kept.discard(database)
        engines, pools = self.engines.pop(database, {}), self.pools.pop(database, {})
        if not (engines or pools) or self.loop.is_closed():
            return
        ending = _end(engines.values(), pools.values())
        if self.loop.is_running():  # a test drops what it cloned itself
            self._ending.append(self.loop.create_task(ending))
        else:
            self.loop.run_until_complete(ending)

    def end_all(self) -> None:
        """Close every session."""
        for database in {*self.engines, *self.pools}:
            self.end(database)
        if self._ending:
            self.loop.run_until_complete(asyncio.wait(self._ending))


async def _end(engines: Iterable[KeptEngine], pools: Iterable[Any]) -> None:
    for engine in engines:
        await engine.end()
    for pool in pools:
        if not pool.is_closing():
            try:
                await asyncio.wait_for(pool.end(), 5)
            except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pool.terminate()


async def _nothing() -> None:
    pass


@dataclass
class KeptDatabase:
    """A clone that is put back after each test, with the session that does so."""

    name: str
    template: str
    connection: Any
    times: int = 0

    @classmethod
    async def prepared(cls, name: str, template: str, url: str) -> "KeptDatabase":
        """Let a fresh clone remember how it is."""
        connection = await asyncpg.connect(url)
        await connection.execute(PREPARE)
        return cls(name, template, connection)

    async def put_back(self) -> bool:
        """Put it back as it was; False if it must be given up."""
        self.times += 1
        if self.times > PUTTINGS_BACK or self.connection.is_closed():
            return False
        return bool(await self.connection.fetchval("SELECT pristine.put_back()"))

    async def end(self) -> None:
        """Close its session."""
        await self.connection.close()
