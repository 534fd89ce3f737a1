"""Verifying the journal in the background: it may be millions of entries long."""

from yingjie.foundation.jobs.registry import Progress, job
from yingjie.foundation.journal.queries import verify

SHOWN = 50


@job("journal.verify")
def verify_journal(progress: Progress, *, result_url: str = "") -> dict[str, object]:
    """`faults` holds the first ones; `broken` counts them all."""
    verdict = verify(progress=lambda done, total: progress.step(done, total))
    return {
        "entries": verdict.entries,
        "chains": verdict.chains,
        "broken": len(verdict.faults),
        "faults": [
            {"kind": each.kind, "chain": each.chain, "number": each.number} for each in verdict.faults[:SHOWN]
        ],
        "url": result_url,
    }
