"""What the wall map draws: a figure for each cell, with its class, its words and where it leads. Counts in, drawing out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaxkit.tilemap import Classes, Drawing, Figure, around, drawn_shapes, drawn_tiles, in_order
from vaxkit.tilemap.geojson import Shape
from vaxkit.tilemap.tiles import Tile
from yingjie.oversight.wall import Cell, Wall, classes, figure

#: Colours of the map, from the one that needs attention most; fewer classes take some of them, spread over the whole.
COLOURS = 6
_SIZE = 100


@dataclass(frozen=True)
class DrawnCell:
    """`colour` is the number of the map's colour, None where there is no figure (hatched). `name_size` and `figure_size` are
    letter heights that fit; 0: no room, the words stand in the title alone."""

    cell: Cell
    shape: Figure
    colour: int | None
    said: str
    name_size: int
    figure_size: int

    @property
    def name_y(self) -> int:
        return self.shape.y - self.figure_size // 8

    @property
    def figure_y(self) -> int:
        return self.shape.y + self.figure_size

    @property
    def sites_size(self) -> int:
        """Letter height of the mark of sites open today; 0: none, or no room for it."""
        return self.name_size * 3 // 5 if self.cell.sites and self.name_size >= 14 else 0

    @property
    def sites_y(self) -> int:
        return self.name_y - self.name_size - self.sites_size // 4


@dataclass(frozen=True)
class Key:
    """A line of the legend: the colour and which figures have it."""

    colour: int
    said: str
    areas: int


@dataclass(frozen=True)
class Picture:
    """`has_shapes`: whether boundaries are known; `borders` parts the villages of one township from the next on tiles."""

    width: int
    height: int
    cells: tuple[DrawnCell, ...]
    legend: tuple[Key, ...]
    without: int
    has_shapes: bool
    on_tiles: bool
    borders: str


def picture(wall: Wall, measure: str, shapes: Mapping[str, Shape], *, tiles: bool = False) -> Picture:
    """Drawn in the boundaries where there are some and tiles are not asked for; areas without a boundary stand on tiles below."""
    known = {cell.code: shapes[cell.code] for cell in wall.cells if cell.code in shapes}
    on_tiles = tiles or not known
    drawing, placed = _drawn(wall, known, on_tiles)
    sorts = classes(wall, measure)
    cells = tuple(
        _cell(cell, drawing.figures[cell.code], _colour(sorts, sorts.of(figure(cell, measure))), measure)
        for cell in wall.cells
    )
    return Picture(
        drawing.width, drawing.height, cells, _legend(sorts, cells, measure),
        sum(cell.colour is None for cell in cells), bool(known), on_tiles, _borders(placed, wall) if wall.deep else "",
    )  # fmt: skip


def said(cell: Cell, measure: str) -> str:
    """A cell's figure in words; a dash where it has none."""
    if figure(cell, measure) is None:
        if measure == "pace" and cell.pace and cell.pace.is_reached:
            return pgettext("pace", "Reached")
        return "–"
    match measure:
        case "gap":
            return f"{cell.left:,}"
        case "rank":
            return _("no. {place}").format(place=cell.place)
        case "pace":
            return cell.speed.percent() if cell.speed else "–"
    return cell.coverage.percent()


def _drawn(wall: Wall, known: Mapping[str, Shape], on_tiles: bool) -> tuple[Drawing, Mapping[str, Tile]]:
    codes = tuple(cell.code for cell in wall.cells)
    if not on_tiles:
        drawing = drawn_shapes(known)
        return _with_rest(drawing, [code for code in codes if code not in known]), {}
    if len(known) == len(codes):
        placed = _around(tuple((code, *_centre(known[code])) for code in codes))
    else:
        towns = len({cell.under for cell in wall.cells}) if wall.deep else len(codes) // 4 or 1
        placed = in_order(codes, group=len(codes) // towns)
    return drawn_tiles(placed, _SIZE), placed


@lru_cache(maxsize=256)
def _around(centres: tuple[tuple[str, int, int], ...]) -> dict[str, Tile]:
    return around({code: (x, y) for code, x, y in centres})


def _centre(shape: Shape) -> tuple[int, int]:
    """The middle of the largest extents, y down."""
    points = [point for polygon in shape for point in polygon[0]]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return (min(xs) + max(xs)) // 2, -(min(ys) + max(ys)) // 2


def _with_rest(drawing: Drawing, rest: list[str]) -> Drawing:
    """The areas without a boundary in rows of tiles below the map."""
    if not rest:
        return drawing
    across = max(1, drawing.width // _SIZE)
    tiles = drawn_tiles({code: Tile(nth % across, nth // across) for nth, code in enumerate(rest)}, _SIZE)
    down = drawing.height + _SIZE // 4
    moved = {
        code: Figure(_moved_down(each, down), each.x, each.y + down, each.room)
        for code, each in tiles.figures.items()
    }
    return Drawing(drawing.width, down + tiles.height, {**drawing.figures, **moved})


def _moved_down(tile: Figure, down: int) -> str:
    start, rest = tile.path.removeprefix("M").split("h", 1)
    x, y = start.split(" ")
    return f"M{x} {int(y) + down}h{rest}"


def _borders(placed: Mapping[str, Tile], wall: Wall) -> str:
    """Lines between tiles of different townships, and around them all."""
    if not placed:
        return ""
    town = {placed[cell.code]: cell.code[:9] for cell in wall.cells}
    left, top = min(tile.column for tile in town), min(tile.row for tile in town)
    lines = []
    for tile, own in sorted(town.items(), key=lambda each: (each[0].row, each[0].column)):
        x, y = (tile.column - left) * _SIZE, (tile.row - top) * _SIZE
        if town.get(Tile(tile.column + 1, tile.row)) != own:
            lines.append(f"M{x + _SIZE} {y}v{_SIZE}")
        if town.get(Tile(tile.column, tile.row + 1)) != own:
            lines.append(f"M{x} {y + _SIZE}h{_SIZE}")
        if Tile(tile.column - 1, tile.row) not in town:
            lines.append(f"M{x} {y}v{_SIZE}")
        if Tile(tile.column, tile.row - 1) not in town:
            lines.append(f"M{x} {y}h{_SIZE}")
    return "".join(lines)


def _cell(cell: Cell, shape: Figure, colour: int | None, measure: str) -> DrawnCell:
    words = said(cell, measure)
    # A Chinese letter is as wide as it is high, a figure a little more than half.
    name = min(shape.room // max(1, _ems(cell.short) + 1), shape.room // 4, 44)
    number = min(shape.room // max(1, _ems(words) + 1), shape.room // 3, 52)
    return DrawnCell(cell, shape, colour, words, name if name >= 8 else 0, number if number >= 8 else 0)


def _ems(words: str) -> int:
    return -(-sum(20 if ord(letter) > 0x2E80 else 12 for letter in words) // 20)


def _colour(sorts: Classes, which: int | None) -> int | None:
    return None if which is None else which * (COLOURS - 1) // max(1, sorts.count - 1)


def _legend(sorts: Classes, cells: tuple[DrawnCell, ...], measure: str) -> tuple[Key, ...]:
    keys = []
    for which in range(sorts.count):
        colour = _colour(sorts, which)
        if colour is not None:
            own = sum(cell.colour == colour for cell in cells)
            keys.append(Key(colour, _bounds(sorts, which, measure), own))
    return tuple(keys)


def _bounds(sorts: Classes, which: int, measure: str) -> str:
    low, high = sorts.bounds(which)
    if measure in ("gap", "rank"):
        first, last = int(low or (1 if measure == "rank" else 0)), None if high is None else int(high) - 1
        if last is None:
            return _("from {first}").format(first=f"{first:,}")
        return f"{first:,}" if first == last else f"{first:,}–{last:,}"
    if low is None:
        return _("below {high}").format(high=f"{high}%")
    return _("from {first}").format(first=f"{low}%") if high is None else f"{low}–{high}%"
