"""What a token or link that names nothing may have meant: offered beside it, in the control and in the preview."""

from collections.abc import Iterable, Mapping, Sequence

from services.reporting_worker.figures.definitions import NAMED
from services.reporting_worker.prose.material import Material
from services.reporting_worker.prose.unresolved import UnresolvedToken
from shared.database import Reader
from shared.domain.closest import closest
from shared.portfolio import Reference
from shared.reading.neighbours import NEIGHBOURS, neighbours_read

_NOUNS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("amount", "usd", "beneficiaries", "output"), ("project", "announcement")),
    **dict.fromkeys(("sum", "count"), ("announcement",)),
    **dict.fromkeys(("activity", "date", "attendance", "link"), ("activity",)),
    "contribution": ("contribution",),
    "since": ("mechanism",),
    "place": ("place",),
}
"""Per kind of token, the rows that it may name."""


async def offer_neighbours(reads: Reader, material: Material, faults: Sequence[UnresolvedToken]) -> None:
    """Say beside each token that names nothing which names known it resembles."""
    unknown = [fault for fault in faults if fault.is_unknown]
    asked = {reference for fault in unknown for reference in _asked(fault)}
    near = await neighbours_read(reads, sorted(asked, key=lambda one: (one.type, one.key)))
    for fault in unknown:
        offered = [key for one in _asked(fault) for key in near.get(one, ())] or _of_code(fault, material)
        if offered and not {_name(fault), _name(fault).partition(".")[0]} & set(offered):
            _tell(fault, offered[:NEIGHBOURS])


def _name(fault: UnresolvedToken) -> str:
    return fault.token.argument.partition("|")[0].partition("#")[0]


def _asked(fault: UnresolvedToken) -> Iterable[Reference]:
    """The rows that the token may have meant; of `QIP-2022-MNK-014.female_share` the reference names one."""
    name = _name(fault).partition(".")[0]
    return [Reference("", noun, name) for noun in _NOUNS.get(fault.token.kind, ())]


def _of_code(fault: UnresolvedToken, material: Material) -> list[str]:
    match fault.token.kind:
        case "figure" | "list":
            return closest(_name(fault).partition("@")[0], NAMED)
        case "policy":
            return closest(_name(fault), dict.fromkeys(material.policies, ()))
    return []


def _tell(fault: UnresolvedToken, offered: Sequence[str]) -> None:
    listed = ", ".join(offered)
    fault.said["fr"] += f" (vouliez-vous dire\u00a0: {listed}\u202f?)"
    fault.said["en"] += f" (did you mean: {listed}?)"
