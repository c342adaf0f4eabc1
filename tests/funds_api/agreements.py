"""Donors, contributions and requests, as the tests of funds state them."""

from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.contributions.receipts import record_receipt
from services.funds_api.contributions.schemas import ContributionCreate, ReceiptCreate
from services.funds_api.contributions.service import create_contribution
from services.funds_api.records.donors import DONOR, DonorContent
from shared.models.base import Protection


def contribution(**changed) -> ContributionCreate:
    fields = {
        "reference": "CTB-2022-DNK",
        "donor": "denmark",
        "mechanism": "TF",
        "agreement_on": "2022-01-10",
        "amount": "1000",
        "currency": "USD",
    }
    return ContributionCreate.model_validate({**fields, **changed})


def receipt(**changed) -> ReceiptCreate:
    return ReceiptCreate.model_validate({"amount": "1000", "on": "2022-02-01", **changed})


def allocation(**changed) -> AllocationCreate:
    fields = {
        "contribution": "CTB-2022-DNK",
        "project": "TF-2022-GAO-001",
        "amount": "100",
        "currency": "USD",
        "on": "2022-03-01",
    }
    return AllocationCreate.model_validate({**fields, **changed})


async def agree(units, **changed) -> None:
    """A contribution with its donor, and one receipt of the whole amount unless `received` says another."""
    received = changed.pop("received", changed.get("amount", "1000"))
    command = contribution(**changed)
    async with units() as unit:
        await DONOR.create(unit, DonorContent(organisation=command.donor, protection=Protection.PUBLIC), command.donor)
    async with units() as unit:
        await create_contribution(unit, command)
        if received is not None:
            on = max(command.agreement_on.isoformat(), "2022-02-01")
            await record_receipt(unit, command.reference, receipt(amount=received, on=on))
