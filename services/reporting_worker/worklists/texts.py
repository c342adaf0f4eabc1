"""Worklists of texts: what is written in one language only, and what nobody has written."""

from typing import Any

from sqlalchemy import Text, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, array

from services.reporting_worker.figures.columns import Rows
from services.reporting_worker.worklists.worklist import Act, Worklist, words
from shared.domain.notation import MONTHS
from shared.errors import Texts
from shared.facts import AS_OF
from shared.models import Activity, Announcement, Project
from shared.reading.resource import Resource
from shared.resources.activities import ACTIVITIES
from shared.resources.announcements import ANNOUNCEMENTS
from shared.resources.projects import PROJECTS
from shared.resources.standing_texts import STANDING_TEXTS

LANGUAGES: dict[str, Texts] = {"fr": {"fr": "français", "en": "French"}, "en": {"fr": "anglais", "en": "English"}}
"""The languages in which every text must be, as sentences call them."""
assert set(LANGUAGES) == set(MONTHS)


def _untranslated(model: Any, since: Any, *columns: Any) -> Rows:
    """Rows of which a text that is there lacks a language: which columns, and which languages."""

    def lacks(column: Any, language: str) -> Any:
        return and_(column.is_not(None), func.btrim(func.coalesce(column[language].astext, "")) == "")

    def told(conditions: dict[str, Any]) -> Any:
        names: list[Any] = [case((condition, name)) for name, condition in conditions.items()]
        kept: Any = array(names, type_=Text())
        return cast(func.to_jsonb(func.array_remove(kept, None)), JSONB)

    by_language = {one: or_(*(lacks(column, one) for column in columns)) for one in LANGUAGES}
    by_column = {column.name: or_(*(lacks(column, one) for one in LANGUAGES)) for column in columns}
    return select(
        model.id, since.label("since"), told(by_language).label("languages"), told(by_column).label("members")
    ).where(or_(*by_language.values()))


def _translation(of: Resource, name: tuple[str, str], act: Act, rows: Rows) -> Worklist:
    return Worklist(
        f"{of.name}.untranslated",
        (f"{name[0]} non traduits", f"Untranslated {name[1]}"),
        ("Écrivez le texte dans la langue qui manque.", "Write the text in the language that is missing."),
        ("{members} : pas de texte en {languages}.", "{members}: no text in {languages}."),
        act,
        of,
        rows,
        reads={"languages": words(LANGUAGES.__getitem__), "members": words(str)},
    )


_standing = STANDING_TEXTS.table.c
_EDIT_ACTIVITY = Act("PUT", "/v1/activities/{activity}", "activities:edit")

TEXT_WORKLISTS = (
    Worklist(
        "activities.without_text",
        ("Activités sans texte", "Activities without a text"),
        (
            "Rédigez ce qui s'est passé : le bulletin n'imprimerait que le titre.",
            "Write what happened: the bulletin would print the title only.",
        ),
        ("Terminée le {since} ; ni texte court ni texte long.", "Over on {since}; neither a short nor a long text."),
        _EDIT_ACTIVITY,
        ACTIVITIES,
        select(Activity.id, Activity.end_on.label("since")).where(
            Activity.end_on <= AS_OF, Activity.short.is_(None), Activity.long.is_(None)
        ),
    ),
    _translation(
        PROJECTS,
        ("Projets", "projects"),
        Act("PATCH", "/v1/projects/{project}", "projects:revise"),
        _untranslated(Project, Project.recorded_at, Project.title, Project.summary),
    ),
    _translation(
        ACTIVITIES,
        ("Textes d'activités", "texts of activities"),
        _EDIT_ACTIVITY,
        _untranslated(Activity, Activity.end_on, Activity.title, Activity.short, Activity.long, Activity.decisions),
    ),
    _translation(
        ANNOUNCEMENTS,
        ("Textes d'annonces", "texts of announcements"),
        Act("PUT", "/v1/announcements/{announcement}", "announcements:edit"),
        _untranslated(Announcement, Announcement.recorded_at, Announcement.title),
    ),
    _translation(
        STANDING_TEXTS,
        ("Textes permanents", "standing texts"),
        Act("PUT", "/v1/standing-texts/{standing_text}", "standing-texts:edit"),
        _untranslated(_standing, _standing.recorded_at, _standing.text),
    ),
)
"""Worklists of which each row has a text to be written."""
