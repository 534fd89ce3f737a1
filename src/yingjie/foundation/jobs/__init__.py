"""Background jobs on PostgreSQL, with progress that a page can show and a cancel button that works.

A module writes a function in its `jobs.py`:

    @job("people.import")
    def import_roster(progress: Progress, *, import_id: str) -> dict[str, object]: ...

and an action starts it with `start(by=actor, kind="people.import", title=…, import_id=…)` inside its own transaction, so that a
rolled-back action leaves no job behind. Procrastinate queues and runs; the Job row is what people see.

Owns: Job. Verbs: start, cancel, run.
"""
