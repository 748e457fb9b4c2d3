"""PostgreSQL: its engine. The driver, a third of a second to import, is loaded only where an engine is made."""

from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event, make_url

WRITERS_GONE = frozenset({"25006", "57P01", "57P02", "57P03"})
"""The codes of a server that is read-only, is shutting down, has crashed, or is still starting
(https://www.postgresql.org/docs/15/errcodes-appendix.html)."""
NETWORK = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""After how long a silent server counts as gone, unless the address says otherwise: by default a quarter of an hour
(https://www.postgresql.org/docs/15/libpq-connect.html)."""
_ANOTHER_DRIVER = ""


def engine_of(url: str, patience: float) -> Engine:
    """An engine with at most 20 connections, for one of which a caller waits up to `patience` seconds."""
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args=_defaults(url),
    )

    @event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: Any) -> None:
        # A pooler answers under a process id of its own. Behind it the next transaction may run in another server
        # process, which does not know the statements that were prepared in this one.
        (process_id,) = driver.execute("SELECT pg_backend_pid()").fetchone()
        driver.rollback()
        if process_id != driver.info.backend_pid:
            driver.prepare_threshold = None

    @event.listens_for(engine, "handle_error")
    def give_up(context: ExceptionContext) -> None:
        # Otherwise the pool would keep a connection to a server that was demoted: reading on it still works.
        if sqlstate(context.original_exception) in WRITERS_GONE:
            context.is_disconnect = True

    return engine


def sqlstate(error: BaseException | None) -> str | None:
    """PostgreSQL's code of an error; None where its driver could not connect or lost the connection, and an empty
    string for another driver's error."""
    code: str | None = getattr(error, "sqlstate", _ANOTHER_DRIVER)
    return code


def _defaults(url: str) -> dict[str, str]:
    """Connection parameters that the address leaves out. Of several servers, the one that accepts writes is used."""
    address = make_url(url)
    hosts = address.query.get("host", "")
    is_several = not isinstance(hosts, str) or "," in hosts
    defaults = NETWORK | ({"target_session_attrs": "read-write"} if is_several else {})
    return {name: value for name, value in defaults.items() if name not in address.query}
