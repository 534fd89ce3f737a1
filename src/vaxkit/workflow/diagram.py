"""A workflow as a Mermaid state diagram: the same table always gives the same text, so that a test can
compare."""

from __future__ import annotations

from vaxkit.workflow.table import Workflow


def as_mermaid(workflow: Workflow, *, lang: str = "en") -> str:
    """Mermaid `stateDiagram-v2` text, ending in a newline; rows in table order; a guarded step ends in
    "[guard]"."""
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {state} : {_plain(workflow.titles[state].in_(lang))}"
        for state in workflow.states
        if state in workflow.titles
    ]
    lines.append(f"    [*] --> {workflow.initial}")
    for step in workflow.steps:
        label = _plain(step.title.in_(lang)) if step.title is not None else step.name
        guard = f" [{step.guard.__name__.strip('_')}]" if step.guard is not None else ""
        lines += [f"    {source} --> {step.target} : {label}{guard}" for source in step.sources]
    lines += [f"    {state} --> [*]" for state in workflow.states if state in workflow.finals]
    return "\n".join(lines) + "\n"


def _plain(words: str) -> str:
    """Mermaid reads ":" and ";" and line breaks as its own signs."""
    return " ".join(words.replace(":", " ").replace(";", " ").split())
