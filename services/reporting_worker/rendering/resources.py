"""Files shipped with the renderers: templates, fonts and the outline of Mali, read once."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
FONTS: Final = HERE / "fonts"
TEMPLATES: Final = HERE / "templates"
GEOMETRY: Final = HERE / "geometry" / "mali.json"
FONT_FAMILY: Final = "Djoliba Sans"
OTHER_SCRIPTS: Final = ("Noto Sans Arabic", "Noto Sans NKo", "Noto Sans Tifinagh")
"""Families in which the print sets what ours does not hold: names in the other scripts of the country."""


@cache
def mali() -> dict[str, Any]:
    """The GeoJSON parts of the map by name; do not change what this returns."""
    parts: dict[str, Any] = json.loads(GEOMETRY.read_text(encoding="utf-8"))
    return parts
