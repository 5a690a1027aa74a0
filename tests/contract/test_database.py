"""Connections, news, migrations and named SQL, against a real PostgreSQL."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources

import psycopg
import pytest

from bursar.database.connections import Database
from bursar.database.listener import Listener
from bursar.database.migrations import migrate
from bursar.database.queries import load_queries, split_statements
from bursar.errors import Unavailable

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(database_url):
    opened = Database(database_url, max_connections=4)
    await opened.open()
    yield opened
    await opened.close()


def execute(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else None


def cut_connections(url, application):
    execute(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{application}'"
                 " AND datname = current_database()")  # fmt: skip


async def until(holds, seconds=60):
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_json_comes_back_to_the_letter_and_jsonb_as_values(database):
    text = '{"b": 1.70, "a": [1700.30],  "nul": "\\u0000"}'
    async with database.connection() as connection:
        cursor = await connection.execute("SELECT %s::json AS result, %s::jsonb AS options", (text, '{"a": 1}'))
        row = await cursor.fetchone()
    assert row == {"result": text.encode(), "options": {"a": 1}}


async def test_instants_are_aware_and_in_utc(database):
    async with database.connection() as connection:
        row = await (await connection.execute("SELECT timestamptz '2024-01-07 12:00+02' AS at")).fetchone()
    assert row["at"] == datetime(2024, 1, 7, 10, tzinfo=UTC)
    assert row["at"].utcoffset().total_seconds() == 0


async def test_a_transaction_is_all_or_nothing(database):
    async def break_off():
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO accounts (name) VALUES ('lost')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    async with database.transaction() as connection:
        await connection.execute("INSERT INTO accounts (name) VALUES ('kept')")
    async with database.connection() as connection:
        rows = await (await connection.execute("SELECT name FROM accounts")).fetchall()
    assert rows == [{"name": "kept"}]


async def test_errors_of_a_statement_stay_what_they_are(database):
    with pytest.raises(psycopg.errors.UniqueViolation):
        async with database.transaction() as connection:
            await connection.execute("INSERT INTO accounts (name) VALUES ('a'), ('a')")


async def test_a_connection_lost_in_the_middle_is_unavailable_and_the_next_one_works(database, database_url):
    async def lose_connection():
        async with database.transaction() as connection:
            cut_connections(database_url, "bursar")
            await connection.execute("SELECT 1")

    with pytest.raises(Unavailable):
        await lose_connection()
    await database.check()


async def test_connections_cut_while_idle_are_replaced_unseen(database, database_url):
    await database.check()
    cut_connections(database_url, "bursar")
    await asyncio.sleep(2.1)  # for so long a connection that worked is trusted
    await asyncio.gather(*(database.check() for _ in range(4)))


async def test_a_server_that_is_not_there_is_unavailable():
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        await database.open(wait_s=0.5)
    await database.close()


async def test_more_waiters_than_connections_take_turns(database):
    async def read(number):
        async with database.connection() as connection:
            row = await (await connection.execute("SELECT %s::int AS n, pg_sleep(0.01)", (number,))).fetchone()
            return row["n"]

    assert await asyncio.gather(*map(read, range(40))) == list(range(40))


# ---------------------------------------------------------------- news


@pytest.fixture
async def heard(database_url):
    """What a listener heard, with `up` and `down` where it noticed them."""
    news = []
    listener = Listener(
        database_url,
        {
            "bursar_jobs": lambda payload: news.append(("job", payload)),
            "bursar_keys": lambda p: news.append(("key", p)),
        },
        on_up=lambda: news.append("up"),
        on_down=lambda: news.append("down"),
    )
    listener.start()
    await until(lambda: news)
    yield news
    await listener.stop()


async def test_news_go_to_the_callback_of_their_channel(heard, database_url):
    execute(
        database_url, "SELECT pg_notify('bursar_jobs', 'job_1'), pg_notify('bursar_keys', 'ab'), pg_notify('x', 'y')"
    )
    await until(lambda: len(heard) == 3)
    assert heard == ["up", ("job", "job_1"), ("key", "ab")]


async def test_a_listener_that_was_cut_off_comes_back_and_says_so(heard, database_url):
    cut_connections(database_url, "bursar-listen")
    await until(lambda: len(heard) == 3)
    assert heard == ["up", "down", "up"]
    execute(database_url, "SELECT pg_notify('bursar_jobs', 'job_2')")
    await until(lambda: len(heard) == 4)
    assert heard[-1] == ("job", "job_2")


async def test_a_listener_stopped_is_down_and_hears_no_more(database_url):
    news = []
    listener = Listener(database_url, {"bursar_jobs": news.append}, on_down=lambda: news.append("down"))
    listener.start()
    await asyncio.wait_for(listener.connected.wait(), 5)
    await listener.stop()
    execute(database_url, "SELECT pg_notify('bursar_jobs', 'job_3')")
    await asyncio.sleep(0.1)
    assert news == ["down"]


# ---------------------------------------------------------------- migrations


async def test_migrating_makes_everything_once(empty_database_url):
    applied = await migrate(empty_database_url)
    assert applied[0] == "queue/schema"
    assert applied[1:] == sorted(applied[1:])
    assert "0001_foundation.sql" in applied
    assert await migrate(empty_database_url) == []
    assert execute(empty_database_url, "SELECT to_regclass('jobs'), to_regclass('procrastinate_jobs')") == [
        ("jobs", "procrastinate_jobs")
    ]


async def test_two_who_migrate_at_the_same_time_do_it_once(empty_database_url):
    first, second, third = await asyncio.gather(*(migrate(empty_database_url) for _ in range(3)))
    assert sorted(map(len, (first, second, third)))[:2] == [0, 0]
    assert first + second + third


async def test_a_step_of_the_queue_that_is_missing_is_applied_alone(empty_database_url):
    await migrate(empty_database_url)
    step = "queue/03.03.00_01_pre_priority_lock_fetch_job.sql"
    execute(empty_database_url, f"DELETE FROM schema_migrations WHERE name = '{step}'")
    execute(empty_database_url, "DROP FUNCTION procrastinate_fetch_job_v2")
    assert await migrate(empty_database_url) == [step]


async def test_a_database_of_a_newer_version_is_left_alone(empty_database_url):
    await migrate(empty_database_url)
    execute(empty_database_url, "INSERT INTO schema_migrations (name) VALUES ('9999_future.sql')")
    with pytest.raises(Unavailable, match="newer"):
        await migrate(empty_database_url)


# ---------------------------------------------------------------- named SQL


def test_statements_are_found_by_name_and_keep_their_comments():
    found = split_statements("-- of jobs\n-- name: one\nSELECT 1;\n\n-- name: two\n-- why\nSELECT 2\n")
    assert found == {"one": "SELECT 1", "two": "-- why\nSELECT 2"}


def test_what_statements_share_is_put_where_they_name_it():
    found = split_statements(
        "-- part: mine\na = 1;\n-- name: one\nSELECT 1 WHERE {mine};\n-- name: two\nSELECT '{other}'\n"
    )
    assert found == {"one": "SELECT 1 WHERE a = 1", "two": "SELECT '{other}'"}


def test_two_statements_of_one_name_are_a_mistake():
    with pytest.raises(ValueError, match="share the name one"):
        split_statements("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;\n")


def test_every_statement_of_ours_is_understood_by_the_server(database_url):
    """Prepared against the migrated schema, without running it."""
    names = sorted(path.stem for path in (resources.files("bursar.database") / "sql").iterdir())
    with psycopg.connect(database_url, autocommit=True) as connection:
        for name in names:
            queries = load_queries(name)
            for statement in queries:
                connection.execute(f"PREPARE checked AS {_number_parameters(queries[statement])}".encode())
                connection.execute("DEALLOCATE checked")


def _number_parameters(statement):
    """Return the statement with PostgreSQL's own `$1` for psycopg's `%(name)s`."""
    numbers = {}
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", statement)
    return numbered.replace("%%", "%")


def test_decimals_are_not_floats_on_their_way_back(database_url):
    assert execute(database_url, "SELECT 1700.30") == [(Decimal("1700.30"),)]
