"""Where in a YAML or JSON text each part of its document stands: the places of `vaxkit.faults` as line numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml


def lines_of(text: str) -> Mapping[str, int]:
    """Place → line from 1; list rows are called by their `id`, as in `vaxkit.faults.spoken`. {} for a text that cannot be read."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return {}
    return {} if node is None else dict(_places(node, ""))


def line_of(lines: Mapping[str, int], place: str) -> int:
    """The line of a place, or of the nearest part above it that is there; 0 where nothing is known."""
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place, 0)


def _places(node: yaml.Node, place: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = f"{place}.{key.value}" if place else str(key.value)
            yield below, key.start_mark.line + 1
            yield from _places(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for nth, row in enumerate(node.value):
            below = f"{place}.{_name(row) or nth}"
            yield below, row.start_mark.line + 1
            yield from _places(row, below)


def _name(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "id" and isinstance(value, yaml.ScalarNode):
                return str(value.value)
    return ""
