"""The map of who goes where: villages in their boundaries or on tiles, coloured by the site that most of their people go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from vaxkit.tilemap import Figure, drawn_shapes, drawn_tiles, in_order
from yingjie.areas.divisions import short_names
from yingjie.oversight import boundaries
from yingjie.plans.proposal_queries import Flow

#: So many sites have a colour of their own; the others share the last one.
COLOURS = 6
_SIZE, _LETTERS = 100, 5


@dataclass(frozen=True)
class Village:
    """`colour` from 1; 0: nobody has a place. `said` is the whole in words."""

    code: str
    path: str
    x: int
    y: int
    name: str
    people: int
    colour: int
    is_here: bool
    said: str
    left: int

    @property
    def figure_y(self) -> int:
        return self.y + 26


@dataclass(frozen=True)
class FlowMap:
    """`keys`: (colour, site, people). `on_tiles`: places on it say nothing of ways."""

    width: int
    height: int
    villages: tuple[Village, ...]
    keys: tuple[tuple[int, str, int], ...]
    on_tiles: bool


def drawn(area_code: str, flows: Sequence[Flow], sites: Mapping[UUID, str], here: str) -> FlowMap:
    """In boundaries where every village has one, else on tiles in the order of codes."""
    codes = [flow.village_code for flow in flows]
    shapes = {
        code[:12]: shape
        for town in sorted({code[:9] for code in codes})
        for code, shape in boundaries.shapes(town).items()
    }
    known = {code: shapes[code] for code in codes if code in shapes}
    on_tiles = len(known) < len(codes)
    towns = len({code[:9] for code in codes})
    drawing = (
        drawn_tiles(in_order(codes, group=-(-len(codes) // towns)), _SIZE)
        if on_tiles
        else drawn_shapes(known)
    )
    totals = {key: sum(flow.people.get(key, 0) for flow in flows) for key in sites}
    ranked = sorted((key for key in sites if totals[key]), key=lambda key: (-totals[key], sites[key]))
    colour = {key: min(nth, COLOURS) for nth, key in enumerate(ranked, 1)}
    villages = tuple(
        _village(flow, drawing.figures[flow.village_code], sites, colour, here) for flow in flows
    )
    keys = tuple((colour[key], sites[key], totals[key]) for key in ranked)
    return FlowMap(drawing.width, drawing.height, villages, keys, on_tiles)


def _village(
    flow: Flow, figure: Figure, sites: Mapping[UUID, str], colour: Mapping[UUID, int], here: str
) -> Village:
    most = max(flow.people, key=lambda key: (flow.people[key], sites[key]), default=None)
    people = sum(flow.people.values())
    parts = [f"{sites[key]} {n}" for key, n in sorted(flow.people.items(), key=lambda pair: -pair[1])]
    name = min(
        short_names(flow.village_name, "village") | {flow.village_name}, key=lambda each: (len(each), each)
    )
    return Village(
        flow.village_code, figure.path, figure.x, figure.y, name[:_LETTERS], people, colour[most] if most else 0,
        flow.village_code == here, f"{flow.village_name}: {', '.join(parts) or '–'}", flow.left,
    )  # fmt: skip
