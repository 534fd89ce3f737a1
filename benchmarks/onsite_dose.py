"""What a dose costs on site: the request behind "given" as a nurse's computer sends it, beside the least that a database must do.

    make bench WHAT=onsite_dose        ARGS="--per-nurse 60 --rounds 3 --statements --kills 20"

Measured in turn, round after round, on one PostgreSQL with fsync on:

    insert      one row and a durable commit, 32 clients of pgbench (a limit: nothing but the row)
    function    the transaction in one call of plpgsql: state, dose, lot; 32 clients, and one alone for its p50
    orm         the same in plain Django behind gunicorn: select_for_update, no sign-in, no rules, no journal (a peer)
    many        the product: POST of "given", every nurse with a lot of her own. Session, second factor, roles, scope, the
                certificate of the day, everything verified asked again under lock, stock ledger, dose, standing, journal
    hot         the same, all nurses at one site and out of one lot
    half        "many" at half of its rate: p50 and p99 as a station feels them

All servers: gunicorn with 2 workers and 4 threads, as `yj up` starts it. After each run: every acknowledged dose is on record,
nobody has two, stock is what its ledger says, every dose left the stock once, the journal is whole; else the run ends.
`--kills N` then kills server or database (kill -9) at random instants while doses are given, N times, and asks the same again.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from benchmarks import onsite_kills, onsite_layers, serving
from benchmarks.onsite_world import HOT, MANY, World, begin

from yingjie.foundation.postgres.temporary import temporary_cluster

REFERENCE = """
DROP TABLE IF EXISTS dose, encounter, lot CASCADE;
CREATE TABLE lot (id int PRIMARY KEY, site int NOT NULL, remaining int NOT NULL CHECK (remaining >= 0), opened int NOT NULL);
CREATE TABLE encounter (id bigint PRIMARY KEY, person bigint NOT NULL, site int NOT NULL, state smallint NOT NULL, upd timestamptz);
CREATE TABLE dose (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person bigint NOT NULL, dose_no smallint NOT NULL,
    lot int NOT NULL, site int NOT NULL, vaccinator int NOT NULL, at timestamptz NOT NULL DEFAULT now(), UNIQUE (person, dose_no));
CREATE INDEX dose_site_at ON dose (site, at);
CREATE INDEX enc_site_state ON encounter (site, state) WHERE state < 4;
INSERT INTO lot SELECT g, g / 4, 2000000, 2000000 FROM generate_series(1, 800) g;
INSERT INTO encounter SELECT g, g, g % 200, 1, now() FROM generate_series(1, 300000) g;
CREATE SEQUENCE IF NOT EXISTS enc_take;
CREATE OR REPLACE FUNCTION vaccinate(p_enc bigint, p_lot int, p_vac int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE e encounter;
BEGIN
  UPDATE encounter SET state = 3, upd = now() WHERE id = p_enc AND state < 3 RETURNING * INTO e;
  IF NOT FOUND THEN RETURN 1; END IF;
  INSERT INTO dose (person, dose_no, lot, site, vaccinator) VALUES (e.person, 1, p_lot, e.site, p_vac) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN 2; END IF;
  UPDATE lot SET remaining = remaining - 1 WHERE id = p_lot AND remaining > 0;
  IF NOT FOUND THEN RAISE EXCEPTION 'out of stock'; END IF;
  RETURN 0;
END $$;
ANALYZE encounter;
"""
INSERT = "INSERT INTO dose (person, dose_no, lot, site, vaccinator) VALUES (10000000 + nextval('enc_take'), 1, 1, 1, 1);"
FUNCTION = "\\set lot random(1, 800)\nSELECT vaccinate(nextval('enc_take'), :lot, 1);"


def main() -> None:
    options = arguments()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}")
    with temporary_cluster() as server:
        begin(server.url)
        world = World(
            server.url, people=options.nurses * options.per_nurse, nurses=options.nurses, sites=options.sites
        )
        print("one request after the other, in one process:")
        onsite_layers.report(world.wave(MANY, options.per_nurse)[0], with_statements=options.statements)
        must_hold(world, set())
        rounds = [measured(world, server.url, options) for _round in range(options.rounds)]
        if rounds:
            compare(rounds)
    if options.kills:
        onsite_kills.run(options.kills, nurses=options.nurses, per_nurse=options.per_nurse)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nurses", type=int, default=16, help="as many clients")
    parser.add_argument("--per-nurse", type=int, default=60, help="doses of each in a run")
    parser.add_argument("--sites", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each reference")
    parser.add_argument("--statements", action="store_true", help="list the SQL of one request")
    parser.add_argument("--kills", type=int, default=0, help="how often server or database is killed")
    return parser.parse_args()


def measured(world: World, url: str, options: argparse.Namespace) -> dict[str, serving.Rate]:
    """One round: every road once."""
    found = {
        "insert": reference(url, INSERT, options),
        "function": reference(url, FUNCTION, options),
        "alone": reference(url, FUNCTION, options, clients=1),
        "orm": plain_orm(url, options),
    }
    with serving.served(world.settled()) as (port, _server):
        run(world, port, MANY, max(2, options.per_nurse // 10))  # both workers have read their rules
        found["many"] = run(world, port, MANY, options.per_nurse)
        found["hot"] = run(world, port, HOT, options.per_nurse)
        pace = 2 * options.nurses / found["many"].per_second
        found["half"] = run(world, port, MANY, options.per_nurse, pace=pace)
    for name, rate in found.items():
        print(f"{name:10} {rate.per_second:10,.0f} /s   p50 {rate.p50_ms:7.2f}  p99 {rate.p99_ms:7.2f} ms")
    return found


def run(world: World, port: int, kind: str, per_nurse: int, *, pace: float = 0.0) -> serving.Rate:
    lines = world.wave(kind, per_nurse)
    began = time.perf_counter()
    answers = serving.clients(port, lines, pace=pace)
    took = time.perf_counter() - began
    refused = [each for each in answers if each.status != 302]
    if refused:
        sys.exit(f"AUDIT FAILED: {len(refused)} requests were answered otherwise: {refused[:3]}")
    must_hold(world, {each.ask.name for each in answers})
    return serving.rate(answers, took)


def must_hold(world: World, acknowledged: set[str]) -> None:
    faults = world.faults(acknowledged)
    if faults:
        sys.exit("AUDIT FAILED: " + "; ".join(faults))


def reference(url: str, script: str, options: argparse.Namespace, *, clients: int = 32) -> serving.Rate:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(REFERENCE)
    return serving.pgbench(url, script, seconds=options.seconds, clients=clients)


def plain_orm(url: str, options: argparse.Namespace) -> serving.Rate:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(REFERENCE)
    lines = [
        [serving.Ask("", "/v", "")] * options.per_nurse * 4 for _client in range(options.nurses)
    ]  # four times as many: it is quicker
    environment = {"YINGJIE_BENCH_DATABASE": url}
    with serving.served(environment, application="benchmarks.onsite_orm_peer", probe="/static") as (
        port,
        _server,
    ):
        began = time.perf_counter()
        answers = serving.clients(port, lines)
        return serving.rate(answers, time.perf_counter() - began)


def compare(rounds: Sequence[dict[str, serving.Rate]]) -> None:
    """Medians of the ratios within a round, with the smallest and the largest."""
    asked = (("many", "insert", 0.5), ("many", "function", 0.0), ("many", "orm", 20.0), ("hot", "many", 0.9))
    for name, against, goal in asked:
        said(
            f"{name} / {against}",
            [each[name].per_second / each[against].per_second for each in rounds],
            f"goal ≥ {goal}",
        )
    said(
        "half: p99 / p50 of the function alone",
        [each["half"].p99_ms / each["alone"].p50_ms for each in rounds],
        "goal ≤ 20",
    )


def said(what: str, ratios: Sequence[float], goal: str) -> None:
    print(f"{what}: {statistics.median(ratios):.4g} ({min(ratios):.4g} to {max(ratios):.4g}; {goal})")


if __name__ == "__main__":
    main()
