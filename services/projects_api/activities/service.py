"""Activities: what happened, with its texts, parties, projects, quoted figures and links."""

from services.projects_api.contents import ActivityContent
from services.projects_api.directory import Directory
from services.projects_api.records import Children, Columns, Kind
from shared.models import Activity, ActivityProject

_OWN = {
    "kind", "title", "short", "long", "start_on", "end_on", "precision", "attendance", "attendance_qualifier",
    "decisions", "protection",
}  # fmt: skip


def _activity(content: ActivityContent, directory: Directory) -> Columns:
    return {
        **content.model_dump(include=_OWN),
        "reporting_area_id": directory.optional("reporting_area", content.area),
        "place_slugs": list(content.places),
    }


ACTIVITY = Kind(
    "activity",
    Activity,
    ("reference",),
    _activity,
    children=(
        Children(
            "projects",
            ActivityProject,
            "activity_id",
            ("project_id",),
            lambda content, directory: [
                {"project_id": directory.id_of("project", project)} for project in content.projects
            ],
            may_be_removed=False,
        ),
    ),
    attachments=("roles", "quoted_figures", "links"),
    subject="activity_id",
)
