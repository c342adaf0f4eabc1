"""Rules of the portfolio: ceilings, women and men, areas, announcements, protection of places."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.reporting_worker.controls.control import Control, Rule, Said, named, verdict
from services.reporting_worker.figures.announcements import AnnouncementSum
from services.reporting_worker.figures.schemas import FigureValue
from shared.errors import Texts
from shared.models.edition import ControlOutcome
from shared.sentences import sentence

Record = Mapping[str, Any]


_CEILINGS = Rule(
    "ceiling",
    ("Plafond des QIP", "Ceiling of the QIPs"),
    (
        "{reference} : {usd} USD par projet dépassent le plafond de {ceiling} USD.",
        "{reference}: {usd} USD per project exceed the ceiling of {ceiling} USD.",
    ),
    ("Aucun montant ne dépasse le plafond.", "No amount exceeds the ceiling."),
)
_PLACES = Rule(
    "places.sensitive",
    ("Lieux sensibles", "Sensitive places"),
    (
        "{reference} est public et se trouve à un lieu sensible ({slug}).",
        "{reference} is public and lies at a sensitive place ({slug}).",
    ),
    ("Rien de public n'est à un lieu sensible.", "Nothing public lies at a sensitive place."),
)
_SHOWN = Rule(
    "activities.orphan",
    ("Activités sans section", "Activities without a section"),
    ("{listed} : aucune section ne les montre.", "{listed}: no section shows them."),
    ("Chaque activité de la période a sa section.", "Every activity of the period has its section."),
)
_WRITTEN = Rule(
    "activities.without_text",
    ("Activités sans texte", "Activities without a text"),
    (
        "{listed} : seul le titre s'imprime ; rédigez le texte de l'activité ou de l'élément.",
        "{listed}: only the title is printed; write the text of the activity or of the item.",
    ),
    ("Chaque activité montrée a un texte.", "Every activity shown has a text."),
)


def ceilings(above: Iterable[Record]) -> Control:
    """Amounts above the ceiling in force on their day, per project."""
    return _CEILINGS.judged({**one, "usd": Decimal(one["usd"]).quantize(Decimal("0.01"))} for one in above)


def women_and_men(broken: Iterable[Record]) -> Control:
    """Women and men add up to an exact total where both are known; a stated share agrees with the counts."""
    return verdict(
        "beneficiaries.sum",
        {"fr": "Femmes et hommes = total", "en": "Women and men = total"},
        [fault for one in broken for fault in _of_counts(one)],
        {"fr": "Les bénéficiaires s'additionnent.", "en": "The beneficiaries add up."},
    )


def _of_counts(one: Record) -> Iterator[Texts]:
    counts = ("total", "female", "male")
    values: dict[str, Any] = {name: None if one[name] is None else Decimal(one[name]) for name in counts}
    values |= {"reference": one["reference"], "share": one["female_share"]}
    for name, said in COUNTS_SAY.items():
        if one[name]:
            yield sentence(said[0], said[1], **values)


COUNTS_SAY: Mapping[str, Said] = {
    "is_sum_broken": (
        "{reference} : {female} femmes et {male} hommes ne font pas {total}.",
        "{reference}: {female} women and {male} men do not make {total}.",
    ),
    "is_share_broken": (
        "{reference} : {female} femmes sur {total} ne font pas {share} %.",
        "{reference}: {female} women of {total} are not {share}%.",
    ),
}
"""How each flag of `controls.queries.not_adding_up` is told."""


def covered_areas(covered: Iterable[Record], figures: Mapping[str, FigureValue]) -> Iterator[Control]:
    """The areas that the projects of a mechanism cover are those in which the map shows it."""
    for one in covered:
        figure = figures[f"{one['mechanism'].lower()}.projects"]
        shown = {
            line.key for line in figure.breakdowns.area if line.number and line.key not in {"undivided", "not_shown"}
        }
        difference = sorted(shown ^ set(one["areas"]))
        names = {line.key: line.label for line in figure.breakdowns.area}
        yield verdict(
            f"areas.{one['mechanism'].lower()}",
            {
                "fr": f"Zones couvertes = zones montrées ({one['mechanism']})",
                "en": f"Areas covered = areas shown ({one['mechanism']})",
            },
            [
                sentence(
                    "{mechanism} : la carte et les projets diffèrent pour {areas}.",
                    "{mechanism}: the map and the projects differ for {areas}.",
                    mechanism=one["mechanism"],
                    areas=[named(names.get(slug), slug) for slug in difference],
                )
            ]
            if difference
            else [],
            sentence(
                "Zones couvertes : {count} ; projets qui en couvrent plusieurs : {several}.",
                "Areas covered: {count}; projects that cover several: {several}.",
                count=Decimal(len(one["areas"])),
                several=Decimal(one["several"]),
            ),
            areas=difference,
        )


def announcement_nodes(counts: Iterable[Record], sums: Mapping[str, AnnouncementSum]) -> Control:
    """What a node announces against its parts: numbers of projects, and amounts where both are stated.

    Parts that announce fewer projects than the whole leave the others unknown, which is a note and no fault.
    """
    key, title = "announcements", {"fr": "Annonces : tout = parties", "en": "Announcements: whole = parts"}
    told: dict[bool, list[Texts]] = {True: [], False: []}
    for one in counts:
        is_partial = one["below"] is not None and one["below"] < one["project_count"]
        for is_fault, text in (*_counts(one), *_amounts(one["reference"], sums, is_partial=is_partial)):
            told[is_fault].append(text)
    if told[True]:
        return verdict(key, title, told[True] + told[False], {})
    whole = {"fr": "Chaque annonce est la somme de ses parties.", "en": "Each announcement is the sum of its parts."}
    return verdict(key, title, told[False], whole, ControlOutcome.NOTE)


def _counts(one: Record) -> Iterator[tuple[bool, Texts]]:
    values = {
        "reference": one["reference"],
        "count": Decimal(one["project_count"]),
        "parts": one["parts"],
        "below": None if one["below"] is None else Decimal(one["below"]),
        "linked": Decimal(one["linked"]),
    }
    if one["below"] is not None and one["below"] != one["project_count"]:
        yield (
            one["below"] > one["project_count"],
            sentence(
                "{reference} annonce {count} {count:projet|projets}, ses parties connues ({parts}) {below}.",
                "{reference} announces {count} {count:project|projects}, its known parts ({parts}) {below}.",
                **values,
            ),
        )
    if one["linked"] > one["project_count"]:
        yield (
            True,
            sentence(
                "{reference} annonce {count} {count:projet|projets}, mais {linked} lui {linked:est rattaché|sont rattachés}.",
                "{reference} announces {count} {count:project|projects}, but {linked} {linked:is|are} linked to it.",
                **values,
            ),
        )


def _amounts(reference: str, sums: Mapping[str, AnnouncementSum], *, is_partial: bool) -> Iterator[tuple[bool, Texts]]:
    if reference not in sums:
        return
    for currency, stated in sums[reference].stated.items():
        parts = sums[reference].parts.get(currency)
        if parts is not None and parts != stated:
            yield (
                not is_partial or parts > stated,
                sentence(
                    "{reference} annonce {stated} {currency}, ses parties font {parts}.",
                    "{reference} announces {stated} {currency}, its parts make {parts}.",
                    reference=reference,
                    stated=stated,
                    currency=currency,
                    parts=parts,
                ),
            )


def sensitive_places(found: Iterable[Record]) -> Control:
    """Public rows that lie at places marked sensitive."""
    return _PLACES.judged(found)


def orphan_activities(activities: Iterable[Record], shown: Iterable[str]) -> Control:
    """Activities of the period that no section of the edition shows."""
    places = set(shown)
    return _at_once(_SHOWN, [one["reference"] for one in activities if one["reference"] not in places])


def wordless_activities(references: Iterable[str]) -> Control:
    """Activities that the edition shows as an item of its own, of which nobody has written what happened."""
    return _at_once(_WRITTEN, sorted(references))


def _at_once(rule: Rule, references: Sequence[str]) -> Control:
    """What breaks the rule, in one sentence."""
    return rule.judged([{"listed": references}] if references else [], references=references)
