"""Areas on a wall: where each is drawn, with a boundary or without.

tiles.py      areas without boundaries on a grid of equal tiles: in the order of their codes, or as near to known places as can be
geojson.py    boundaries that somebody brings (RFC 7946): read, checked, matched to areas
crossing.py   whether a ring crosses itself or another
thinning.py   fewer positions, the borders of neighbours staying the same line
drawing.py    shapes and tiles as figures of one drawing, with the place for a name
classes.py    figures into the few classes of a legend

Everything is a function of its arguments: the same areas stand in the same places every time.
"""

from vaxkit.tilemap.classes import Classes, by_edges, by_size, by_thirds
from vaxkit.tilemap.drawing import Drawing, Figure, drawn_shapes, drawn_tiles
from vaxkit.tilemap.geojson import Boundaries, Limits, Unusable, read
from vaxkit.tilemap.thinning import thinned
from vaxkit.tilemap.tiles import Tile, around, in_order

__all__ = [
    "Boundaries",
    "Classes",
    "Drawing",
    "Figure",
    "Limits",
    "Tile",
    "Unusable",
    "around",
    "by_edges",
    "by_size",
    "by_thirds",
    "drawn_shapes",
    "drawn_tiles",
    "in_order",
    "read",
    "thinned",
]
