"""What any PostgreSQL must offer, the embedded one or the user's own (DATABASE_URL)."""

from __future__ import annotations

import psycopg

from yingjie.foundation.postgres.binaries import OLDEST_MAJOR
from yingjie.foundation.postgres.trouble import DatabaseTrouble, Finding, as_finding, trouble


def check_server(url: str, connect_seconds: int = 10) -> list[Finding]:
    """Look at version, encoding and Chinese trigrams of the server at this URL; changes nothing there.

    A server that cannot be reached is one finding, `db.unreachable` or `db.password_refused`.
    """
    try:
        with psycopg.connect(url, connect_timeout=connect_seconds) as connection:
            try:
                findings = [_version(connection), _encoding(connection)]
                # Chinese cannot even be asked about in another encoding.
                return [*findings, _trigrams(connection)] if findings[-1].ok else findings
            finally:
                connection.rollback()
    except psycopg.Error as refusal:
        return [as_finding(connection_trouble(refusal))]


def require_server(url: str) -> None:
    """Raise the first thing `check_server` finds wrong."""
    for finding in check_server(url):
        if not finding.ok:
            raise DatabaseTrouble(finding.code, finding.zh, finding.en, finding.next_zh, finding.next_en)


def connection_trouble(refusal: psycopg.Error) -> DatabaseTrouble:
    """The trouble that a failed connection tells of."""
    said = str(refusal).strip().splitlines()
    if any("password authentication failed" in line or "no password supplied" in line for line in said):
        return trouble("db.password_refused")
    return trouble("db.unreachable", detail=said[-1] if said else type(refusal).__name__)


def trigram_sees_chinese(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether pg_trgm makes trigrams of Chinese characters; with LC_CTYPE=C it silently makes none."""
    row = connection.execute("select coalesce(array_length(show_trgm('张三丰'), 1), 0)").fetchone()
    return row is not None and row[0] != 0


def _version(connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    number = connection.info.server_version
    found = f"{number // 10000}.{number % 10000}"
    if number // 10000 < OLDEST_MAJOR:
        return as_finding(trouble("db.server_too_old", found=found))
    return Finding("db.server_version", True, f"PostgreSQL {found}", f"PostgreSQL {found}")


def _encoding(connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    row = connection.execute("show server_encoding").fetchone()
    found = str(row[0]) if row else "?"
    if found != "UTF8":
        return as_finding(trouble("db.encoding", found=found))
    return Finding("db.encoding", True, "编码 UTF8", "Encoding UTF8")


def _trigrams(connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    try:
        # Rolled back by the caller: this only asks what would be.
        connection.execute("create extension if not exists pg_trgm")
        sees = trigram_sees_chinese(connection)
    except psycopg.Error as refusal:
        detail = str(refusal).strip().splitlines()[0]
        return as_finding(trouble("db.trigram_missing", detail=detail))
    if not sees:
        row = connection.execute(
            "select datctype from pg_database where datname = current_database()"
        ).fetchone()
        return as_finding(trouble("db.trigram_blind", found=row[0] if row else "?"))
    return Finding("db.trigram", True, "模糊查找能认汉字", "Trigram search sees Chinese")
