"""What the workbook of contributions is of, and the functions of the API that record its changes."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from services.funds_api.contributions.amendments import amend_agreement
from services.funds_api.contributions.schemas import (
    AmendmentCreate,
    ContributionContent,
    ContributionCreate,
    EarmarkStated,
)
from services.funds_api.contributions.service import create_contribution, edit_contribution, open_contribution
from shared.errors import Conflict
from shared.refusal import Refusal
from shared.resources.contributions import CONTRIBUTIONS
from shared.unit_of_work import UnitOfWork
from shared.workbooks.book import Book, Entry, kept
from shared.workbooks.columns import columns_of, key_column

_EARMARK = frozenset(EarmarkStated.model_fields)
_AGREED = _EARMARK | {"amount", "agreement_on"}
_OWN = frozenset(ContributionContent.model_fields)


class AgreementAmended(Refusal, Conflict):
    """A contribution with amendments says several amounts, each from its date on: a cell cannot tell which is meant."""

    kind, at = "agreement-amended", "/amount"
    fr = "L'accord de {reference} a des avenants : corrigez celui qui est faux sur sa page."
    en = "The agreement of {reference} has amendments: correct the one that is wrong on its page."
    reference: str


def _entries(owner: UUID, version: int, shown: Mapping[str, Any]) -> Iterable[Entry]:
    content = {**kept(ContributionCreate, shown), "donor": shown["donor"]["slug"], "agreements": shown["agreements"]}
    yield Entry((str(owner),), owner, shown["reference"], version, content)


async def _change(unit: UnitOfWork, entry: Entry, content: dict[str, Any], changed: frozenset[str]) -> None:
    """What was agreed is corrected, what is no fact is replaced; both hold against the version that was seen."""
    if changed & _AGREED:
        contribution, _ = await open_contribution(unit, entry.owner)
        unit.expect_version(contribution)
        await amend_agreement(unit, entry.owner, _correction(unit, entry, content, changed))
        unit.if_match = unit.etag
    if changed & _OWN:
        given = {name: content[name] for name in _OWN}
        await edit_contribution(unit, entry.owner, ContributionContent.model_validate(given))


def _correction(unit: UnitOfWork, entry: Entry, content: dict[str, Any], changed: frozenset[str]) -> AmendmentCreate:
    if len(content["agreements"]) > 1:
        raise AgreementAmended(entry.key)
    earmark = None
    if changed & _EARMARK:
        earmark = EarmarkStated.model_validate({name: content[name] for name in _EARMARK if content[name] is not None})
    said = ContributionCreate.model_validate(
        {name: one for name, one in content.items() if name != "agreements" and one is not None}
    )
    return AmendmentCreate(
        on=said.agreement_on,
        amount=said.amount,
        earmark=earmark,
        reason=unit.reason or "",
        supersedes_id=UUID(content["agreements"][0]["id"]),
    )


async def _create(unit: UnitOfWork, _: UUID | None, content: dict[str, Any]) -> None:
    await create_contribution(unit, ContributionCreate.model_validate(content))


CONTRIBUTION_BOOK = Book(
    "contributions",
    "contribution",
    CONTRIBUTIONS,
    key_column("reference", ContributionCreate),
    columns_of(ContributionCreate, leave=("reference",), fixed=("donor", "mechanism", "currency")),
    _entries,
    _change,
    _create,
    "contributions:edit",
    "contributions:create",
)
"""Contributions; what was agreed is corrected as long as it was not amended."""
