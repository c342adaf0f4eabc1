"""Worklists of money: ceilings, conversions, agreements, allocations, rates, counts; their conditions are the controls'."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Date, Text, cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.reporting_worker.controls.control import Said
from services.reporting_worker.controls.money_queries import above_agreement, above_cost
from services.reporting_worker.controls.queries import above_ceiling, not_adding_up
from services.reporting_worker.figures.columns import Rows
from services.reporting_worker.worklists.worklist import Act, Worklist
from shared.facts import AS_OF, KNOWN_AT, amount_in_force
from shared.facts.rates import FUNCTIONAL, greatest_age, known_rates
from shared.models import ExchangeRate
from shared.models.project import BeneficiaryUnit
from shared.models.rate import RateSource
from shared.reading.resource import Resource
from shared.resources.announcements import ANNOUNCEMENTS
from shared.resources.contributions import CONTRIBUTIONS
from shared.resources.projects import PROJECTS
from shared.resources.rates import RATES

_AMOUNTS = Act("POST", "/v1/projects/{project}/amounts", "projects:revise")
_PEOPLE = Act("POST", "/v1/projects/{project}/beneficiaries", "projects:edit")
_WHOLE = Act("PUT", "/v1/announcements/{announcement}", "announcements:edit")


def _of_both(
    name: str, act: Act, found: Any, *columns: Any, title: Said, todo: Said, row: Said, **said: Any
) -> Iterator[Worklist]:
    """One worklist of projects and one of groups announced together, from the same rows."""
    for of, subject, mends, kind in (
        (PROJECTS, found.project_id, act, ("projets", "projects")),
        (ANNOUNCEMENTS, found.announcement_id, _WHOLE, ("annonces", "announcements")),
    ):
        called = tuple(f"{text} ({which})" for text, which in zip(title, kind, strict=True))
        rows: Rows = select(subject.label("id"), *columns).where(subject.is_not(None))
        yield Worklist(f"{of.name}.{name}", (called[0], called[1]), todo, row, mends, of, rows, **said)


def _usd(column: Any, name: str) -> tuple[Any, Any]:
    return func.round(column, 2).label(name), literal(FUNCTIONAL, Text).label(f"{name}_currency")


def _ceiling() -> Iterator[Worklist]:
    found = above_ceiling().c
    return _of_both(
        "above_ceiling",
        _AMOUNTS,
        found,
        found.value_on.label("since"),
        *_usd(found.usd, "usd"),
        *_usd(found.ceiling, "ceiling"),
        title=("Au-dessus du plafond", "Above the ceiling"),
        todo=(
            "Corrigez le montant, ou rattachez le projet au mécanisme qui le permet.",
            "Correct the amount, or move the project to the mechanism that allows it.",
        ),
        row=(
            "{usd} par projet dépassent le plafond de {ceiling}, en vigueur au {since}.",
            "{usd} per project exceed the ceiling of {ceiling} in force on {since}.",
        ),
    )


def _unconverted() -> Iterator[Worklist]:
    amount = amount_in_force().c
    found = select(amount_in_force()).where(amount.usd.is_(None)).subquery("unconverted").c
    return _of_both(
        "unconverted",
        _AMOUNTS,
        found,
        found.value_on.label("since"),
        found.amount,
        found.currency.label("amount_currency"),
        func.coalesce(found.policy, RateSource.UNORE.value).label("policy"),
        title=("Montants non convertis", "Amounts not converted"),
        todo=(
            "Chargez le taux en vigueur ce jour-là, puis enregistrez de nouveau le montant : il ne compte dans aucun total.",
            "Load the rate in force on that day, then record the amount anew: it counts in no total.",
        ),
        row=(
            "{amount} au {since} : aucun taux ({policy}) n'était détenu.",
            "{amount} on {since}: no rate ({policy}) was held.",
        ),
        reads={"policy": RateSource},
    )


def _people() -> Iterator[Worklist]:
    found = not_adding_up().c
    return _of_both(
        "beneficiaries",
        _PEOPLE,
        found,
        found.value_on.label("since"),
        found.id.label("line"),
        found.unit,
        found.total,
        found.female,
        found.male,
        found.female_share.label("share"),
        title=("Bénéficiaires qui ne s'additionnent pas", "Beneficiaries that do not add up"),
        todo=(
            "Vérifiez le décompte dans sa source, et corrigez-le avec le motif.",
            "Check the count in its source, and correct it with the reason.",
        ),
        row=(
            "{unit} : {female} femmes et {male} hommes sur {total} (part de femmes indiquée : {share}).",
            "{unit}: {female} women and {male} men of {total} (share of women stated: {share}).",
        ),
        reads={"unit": BeneficiaryUnit},
    )


def _costs() -> Iterator[Worklist]:
    found = above_cost().c
    return _of_both(
        "allocated_above_cost",
        _AMOUNTS,
        found,
        cast(null(), Date).label("since"),
        found.allocated,
        found.currency.label("allocated_currency"),
        found.cost,
        found.currency.label("cost_currency"),
        title=("Alloué au-delà du coût", "Allocated above the cost"),
        todo=(
            "Corrigez le coût, ou rendez à la contribution ce qui est de trop.",
            "Correct the cost, or give back to the contribution what is too much.",
        ),
        row=("{allocated} alloués, le coût est de {cost}.", "{allocated} allocated, the cost is {cost}."),
    )


def _old_rates() -> Rows:
    """Of each pair of a policy that lets rates age, the latest rate, when it may no longer be used on the date."""
    rate = ExchangeRate
    pair = (rate.source, rate.base, rate.quote)
    latest = (
        select(rate.id, *pair, rate.value, rate.effective_on, greatest_age(rate.source, KNOWN_AT).label("most"))
        .ext(distinct_on(*pair))
        .where(known_rates(KNOWN_AT), rate.effective_on <= AS_OF)
        .order_by(*pair, rate.effective_on.desc(), rate.recorded_at.desc())
        .subquery("latest")
        .c
    )
    age = AS_OF - latest.effective_on
    return select(
        latest.id,
        (latest.effective_on + latest.most).label("since"),
        latest.base,
        latest.quote,
        latest.value,
        latest.source,
        latest.effective_on,
        age.label("age"),
        latest.most,
    ).where(age > latest.most)


def _contributions() -> Iterator[Worklist]:
    found = above_agreement().c
    yield Worklist(
        "contributions.above_agreement",
        ("Reçu au-delà de l'accord", "Received above the agreement"),
        ("Enregistrez l'avenant, ou corrigez l'encaissement.", "Record the amendment, or correct the receipt."),
        ("{received} reçus, {agreed} convenus.", "{received} received, {agreed} agreed."),
        Act("POST", "/v1/contributions/{contribution}/amendments", "contributions:edit"),
        CONTRIBUTIONS,
        select(
            found.id,
            cast(null(), Date).label("since"),
            found.received,
            found.currency.label("received_currency"),
            found.agreed,
            found.currency.label("agreed_currency"),
        ),
    )


def _rates() -> Iterator[Worklist]:
    rates: Resource = RATES
    yield Worklist(
        "rates.too_old",
        ("Taux de change trop anciens", "Exchange rates too old"),
        (
            "Chargez le taux du mois : aucune conversion à ce jour n'est possible avec celui-ci.",
            "Load the rate of the month: no conversion of this day is possible with this one.",
        ),
        (
            "{quote} pour un {base}, {source} : {value} depuis le {effective_on} ; {age} jours, {most} au plus.",
            "{quote} for one {base}, {source}: {value} since {effective_on}; {age} days, {most} at most.",
        ),
        Act("POST", "/v1/exchange-rates", "rates:create"),
        rates,
        _old_rates(),
        reads={"source": RateSource},
        segment="exchange-rates",
    )


MONEY_WORKLISTS = (*_ceiling(), *_unconverted(), *_people(), *_contributions(), *_costs(), *_rates())
"""Worklists of amounts, counts, contributions and rates."""
