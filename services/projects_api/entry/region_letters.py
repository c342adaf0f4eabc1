"""The letters that a project's reference bears for its region: a number is used for ever, and its letters with it."""

import re
from collections.abc import Iterator

from services.projects_api.entry.frame import Frame
from shared.errors import Fault
from shared.sentences import sentence

NATIONAL = "NAT"
"""The region letters of a reference where no region is named."""

_REFERENCE = re.compile(r"(?P<mechanism>[A-Z0-9]+)-[0-9]{4}-(?P<region>[A-Z]{3})-[0-9]+")


def lettered(reference: str | None, region: str | None, mechanism: str, frame: Frame) -> Iterator[Fault]:
    """What is wrong with a reference such as `QIP-2022-MNK-014`, or with the region of one that is to be assigned.

    It bears its own mechanism and the letters of a region; where no place has letters, none are judged.
    """
    pointer = "/region"
    if reference is not None and (named := _REFERENCE.fullmatch(reference)):
        region, pointer = named["region"], "/reference"
        if named["mechanism"] in frame.since and named["mechanism"] != mechanism:
            said = sentence(
                "{reference} est une référence de {other}, pas de {mechanism}.",
                "{reference} is a reference of {other}, not of {mechanism}.",
                reference=reference,
                other=named["mechanism"],
                mechanism=mechanism,
            )
            yield Fault(pointer, said, "reference_of_another_mechanism")
    if region is not None and frame.regions and region not in {NATIONAL, *frame.regions}:
        said = sentence(
            "Aucune région ne porte les lettres {region} dans les références ; sont connues : {known}.",
            "No region bears the letters {region} in references; known are: {known}.",
            region=region,
            known=", ".join(sorted({NATIONAL, *frame.regions})),
        )
        yield Fault(pointer, said, "region_unknown")
