"""The words by which rows are found: a column `words` that the database computes from a row's own texts.

The column belongs to the search alone, so it stands in the table and not in the mapped class.
"""

from collections.abc import Mapping

from sqlalchemy import Column, Computed, Index, Table, Text

from shared.models.activity import Activity, Announcement, Monitoring
from shared.models.base import Base
from shared.models.contribution import Agreement, Contribution, Donor
from shared.models.edition import Edition
from shared.models.organisation import Organisation, OrganisationAlias, OrganisationName
from shared.models.place import Place, PlaceAlias, PlaceCode
from shared.models.project import Project

SEARCHED: Mapping[type[Base], str] = {
    Project: "search_words(reference, title)",
    Activity: "search_words(reference, title)",
    Announcement: "search_words(reference, title)",
    Monitoring: "search_words(reference, phase)",
    Contribution: "search_words(reference)",
    Agreement: "search_words(earmark)",
    Donor: "search_words(slug)",
    Edition: "search_words(slug, title)",
    Organisation: "search_words(slug, acronym)",
    OrganisationName: "search_words(name)",
    OrganisationAlias: "search_words(alias)",
    Place: "search_words(slug, name)",
    PlaceAlias: "search_words(alias)",
    PlaceCode: "search_words(code)",
}
"""Per table, what its `words` are; `search_words` is the database's (a text by language gives all its languages)."""


def table_of(model: type[Base]) -> Table:
    """The table of a mapped class, which is never a join or a subquery here."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


for _model, _expression in SEARCHED.items():
    table_of(_model).append_column(Column("words", Text, Computed(_expression, persisted=True)))

Index(
    "ix_project_words",
    table_of(Project).c.words,
    postgresql_using="gin",
    postgresql_ops={"words": "gin_trgm_ops"},
    postgresql_with={"fastupdate": "off"},
)
