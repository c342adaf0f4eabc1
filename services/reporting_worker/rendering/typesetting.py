"""Fits the print to its pages: trims two-column texts to equal columns and lets a chart that doesn't fit move up a page.

Typst fills one column after the other. Each pass lays the document out, reads where its marks came to stand, and gives
the next pass better heights; it ends when nothing is left to mend, or after PASSES, with no text over its frame.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

PASSES: Final = 14
LINE: Final = 13.5
"""Distance of two lines of text, in points."""
PAGE_MIDDLE: Final = 297.6
PAGE_TOP: Final = 66.0
PAGE_BOTTOM: Final = 783.9
TOLERATED: Final = 2 * LINE
"""Room that may stay empty under a text: columns cannot be cut inside a line."""
ROOM_FOR_SECTION: Final = 92.0
"""A section begins on a page only with its heading and a few lines."""
ROOM_FOR_FRESH_SECTION: Final = 178.0
"""A section that asks for a new page gets one when less than this is left: otherwise the page would be half empty."""
GAP_FOR_FLOAT: Final = 90.0
"""A chart leaves this much room or more before the end of a page only if nothing can fill it."""

Mark = dict[str, Any]
Marks = list[Mark]
Layout = Callable[[str], Marks]
"""Lays the document out with the given fits (JSON) and returns its marks."""


@dataclass
class Fits:
    """Heights of the two-column texts in points, and the charts that float to the head of a page."""

    heights: dict[str, float] = field(default_factory=dict)
    floats: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    """Sections that begin a new page, because the one before has too little room left for their beginning."""
    dropped: list[str] = field(default_factory=list)
    """Parts that are only set where they fit: the contents on the first page."""
    dense: list[str] = field(default_factory=list)
    """Parts that are set closer: the first page, when it would not hold what belongs on it."""
    floors: dict[str, float] = field(default_factory=dict)
    """Heights that proved too small; never tried again."""

    cut: set[str] = field(default_factory=set)
    """Texts whose frame was cut at the end of a page; once is enough."""

    def as_json(self) -> str:
        """The form in which the template reads them."""
        return json.dumps(
            {
                "heights": self.heights,
                "floats": self.floats,
                "breaks": self.breaks,
                "dropped": self.dropped,
                "dense": self.dense,
            },
            sort_keys=True,
        )


def room_left(start: Mark, end: Mark, after: Mark) -> float:
    """Points of column left empty behind the end of a text; negative when it runs over its frame."""
    in_second = end["x"] > PAGE_MIDDLE
    if end["page"] == after["page"]:
        below: float = after["y"] - end["y"]
        top = start["y"] if start["page"] == end["page"] else PAGE_TOP
        beside: float = 0.0 if in_second else after["y"] - top
        return below + beside
    spilled: float = max(2 * (after["y"] - PAGE_TOP), 0.0)
    here: float = 0.0 if in_second else 2 * (PAGE_BOTTOM - end["y"])
    return spilled + here


def adjust(marks: Marks, fits: Fits, fresh: Collection[str] = ()) -> bool:
    """Improve the fits by what one layout showed; false when there is nothing to improve.

    All texts are trimmed at once. A section that begins too low is sent to the next page only when everything
    before it has its final height.
    """
    settled = True
    places = by_place(marks)
    for index, (key, found) in enumerate(places.items()):
        if "chart" in found and leaves_gap(found["chart-place"], found["chart"]) and key not in fits.floats:
            fits.floats.append(key)
            settled = False
        elif "front" in found and found["front"]["page"] > 1 and key not in fits.dense:
            fits.dense.append(key)
            settled = False
        elif "contents" in found and found["contents"]["page"] > 1:
            fits.dropped.append(key)
            settled = False
        elif "end" in found:
            settled = not adjust_height(key, found, fits) and settled
        elif "section" in found and settled and begins_low(found["section"], key in fresh) and key not in fits.breaks:
            fits.breaks.append(key)
            settled = False
            # What stands behind moves: a height that was too small there may do now.
            for later in list(places)[index:]:
                fits.floors.pop(later, None)
    return not settled


def leaves_gap(place: Mark, drawn: Mark) -> bool:
    """True when a chart went to the next page and left room behind that text could fill."""
    return bool(drawn["page"] > place["page"] and PAGE_BOTTOM - place["y"] > GAP_FOR_FLOAT)


def begins_low(heading: Mark, asks_for_page: bool) -> bool:
    """True when a section would begin with less than its heading and a few lines, or at the foot of a full page."""
    room = ROOM_FOR_FRESH_SECTION if asks_for_page else ROOM_FOR_SECTION
    return bool(PAGE_BOTTOM - heading["y"] < room)


def adjust_height(key: str, places: dict[str, Mark], fits: Fits) -> bool:
    """Trim or enlarge one text; false when it fits."""
    height: float = places["start"]["height"]
    left = room_left(places["start"], places["end"], places["after"])
    tail = places["after"]["y"] - PAGE_TOP
    if places["after"]["page"] > places["end"]["page"] and tail < TOLERATED and key not in fits.cut:
        # An empty remainder of the frame would push down what begins the next page.
        fits.cut.add(key)
        fits.heights[key] = round(height - tail - 2, 2)
        return True
    if left < -0.5:
        fits.floors[key] = height
        fits.heights[key] = round(height - left + 1, 2)
        return True
    wanted = round(max(height - (left - LINE) / 2, fits.floors.get(key, 0.0) + LINE), 2)
    if left > TOLERATED and wanted < height - LINE / 2:
        fits.heights[key] = wanted
        return True
    fits.heights[key] = round(height, 2)
    return False


def by_place(marks: Marks) -> dict[str, dict[str, Mark]]:
    """The marks by the key of their text or chart, then by what they stand for."""
    found: dict[str, dict[str, Mark]] = {}
    for mark in marks:
        found.setdefault(mark["key"], {})[mark["at"]] = mark
    return found


def overflowing(marks: Marks) -> list[str]:
    """Texts that run over their frames in this layout."""
    texts = {key: places for key, places in by_place(marks).items() if "end" in places}
    return [key for key, places in texts.items() if room_left(places["start"], places["end"], places["after"]) < -0.5]


def fit(layout: Layout, fresh: Collection[str] = ()) -> Fits:
    """The fits of a document, found by laying it out a few times. `fresh` names the sections that ask for a page."""
    fits = Fits()
    for _ in range(PASSES):
        if not adjust(layout(fits.as_json()), fits, fresh):
            return fits
    for _ in range(3):
        over = overflowing(layout(fits.as_json()))
        if not over:
            break
        fits.heights.update({key: fits.heights[key] + 3 * LINE for key in over})
    return fits
