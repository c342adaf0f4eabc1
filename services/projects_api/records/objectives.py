"""Objectives of frameworks: data that registers and administrators bring."""

from shared.fields import DateText, LineText, LineTextsField
from shared.keys import Slug
from shared.models.base import Protection
from shared.models.objective import Objective
from shared.portfolio import Part
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.objectives import OBJECTIVES


class ObjectiveContent(Part):
    """What a framework asks for, under the framework's own code."""

    framework: Slug
    code: LineText
    name: LineTextsField
    valid_from: DateText | None = None
    valid_to: DateText | None = None
    protection: Protection = Protection.PUBLIC


OBJECTIVE = Record(
    Objective,
    ObjectiveContent,
    example={"slug": "wps", "framework": "un-1325", "code": "WPS", "name": {"fr": "Femmes, paix et sécurité"}},
)
objectives = record_routes(OBJECTIVE, OBJECTIVES)
