"""Colours of the publication, shared by page, print and charts; text pairs keep a contrast of 4.5 to 1 or more."""

from types import MappingProxyType
from typing import Final

INK: Final = "#1b2a36"
MUTED: Final = "#566573"
RULE: Final = "#cfdbe4"
UN_BLUE: Final = "#009edb"
"""The blue of the United Nations; for surfaces and rules, too light for small text."""
DEEP_BLUE: Final = "#00507d"
"""Headings and links: 8.6 to 1 on white."""
NIGHT: Final = "#06304d"
TINT: Final = "#eaf4fa"
SAND: Final = "#f6f1e7"
LAND: Final = "#eceae4"
REGION: Final = "#d3e6f1"
REGION_QUIET: Final = "#e6eff4"

MECHANISM_COLOURS: Final = MappingProxyType({"QIP": "#0072a8", "TF": "#a8560f", "FP": "#3d7350"})
MECHANISM_TINTS: Final = MappingProxyType({"QIP": "#e6f2f9", "TF": "#faf0e4", "FP": "#e9f2ec"})

TOKENS: Final = MappingProxyType(
    {
        "ink": INK, "muted": MUTED, "rule": RULE, "un_blue": UN_BLUE, "deep_blue": DEEP_BLUE,
        "night": NIGHT, "tint": TINT, "sand": SAND,
        "qip": MECHANISM_COLOURS["QIP"], "tf": MECHANISM_COLOURS["TF"], "fp": MECHANISM_COLOURS["FP"],
        "qip_tint": MECHANISM_TINTS["QIP"], "tf_tint": MECHANISM_TINTS["TF"], "fp_tint": MECHANISM_TINTS["FP"],
        "passed": "#2d6a4a", "failed": "#a3341f", "note": "#6b5b00",
    }
)  # fmt: skip
"""The same colours by name, as the templates read them."""
