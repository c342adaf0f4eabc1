"""The routes of exchange rates and conversions."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Query, Request, Response

from services.funds_api.exchange_rates import policies, service
from services.funds_api.exchange_rates.conversions import NotConvertible, convert_amount
from services.funds_api.exchange_rates.policies import ALL_POLICIES
from services.funds_api.exchange_rates.published import UnreadableRates
from services.funds_api.exchange_rates.queries import AFFECTED
from services.funds_api.exchange_rates.schemas import (
    AffectedConversion,
    ConversionQuery,
    ConversionRead,
    RateCreate,
    RatePolicyRead,
    RatePolicySet,
    RatesLoaded,
)
from services.funds_api.exchange_rates.service import RateHeld, RateRefused, RateSuperseded
from services.funds_api.proposals.schemas import ProposalWritten
from services.funds_api.proposals.service import propose
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models.proposal import ProposalKind
from shared.models.rate import RateSource
from shared.resources.rates import RATES, RateRead
from shared.web.conditional import JSON_TYPE
from shared.web.moment import checked_instant
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Reads, Unit, permission, router

PUBLISHED = frozenset({RateSource.UNORE, RateSource.ECB})
"""Sources that anybody can look up; what only a person's word or a contract says needs a second person."""

exchange_rates = router("/exchange-rates", "exchange rates")
conversions = router("/conversions", "exchange rates")
rate_policies = router("/rate-policies", "exchange rates")


async def asked_instant(
    request: Request,
    known_at: Annotated[
        str | None, Query(description="What was known at this instant (RFC 3339), or `now`; all by default.")
    ] = None,
) -> datetime | None:
    """As known when."""
    return await checked_instant(request, known_at)


@exchange_rates.post(
    "",
    status_code=201,
    response_model=RateRead,
    responses={202: {"model": ProposalWritten, "description": "Not published: it waits for a second person."}},
    summary="Record a published rate; propose one of an agreement, one by hand, or a correction",
)
@permission("rates:create", needs_key=True, refuses=(RateHeld, RateRefused, RateSuperseded))
async def record_rate(command: RateCreate, unit: Unit) -> Any:
    """A rate of the source `contract` or `manual` and every correction take effect when a second person releases them.

    Earlier conversions stay as they are; `/exchange-rates/{exchange_rate}/conversions` lists those it would change.
    """
    if command.source in PUBLISHED and command.supersedes_id is None:
        return await service.record_rate(unit, command)
    proposal = await propose(unit, ProposalKind.RATE, command)
    shown = ProposalWritten.model_validate(proposal).model_dump_json()
    location = {"Location": f"/v1/proposals/{proposal.id}"}
    return Response(shown, status_code=202, media_type=JSON_TYPE, headers=location)


@exchange_rates.post("/files", response_model=RatesLoaded, summary="Record the rates of a published file")
@permission("rates:create", needs_key=True, refuses=(RateHeld, RateRefused, UnreadableRates))
async def record_rate_file(
    unit: Unit,
    content: Annotated[
        bytes,
        Body(
            media_type="application/octet-stream",
            description="UN operational rates (XML, or columns separated by tabs, semicolons or commas), ECB reference "
            "rates (XML, history as CSV, data portal's CSV), or our CSV; UTF-8, UTF-16 or Windows-1252.",
        ),
    ],
    supersede: Annotated[
        bool, Query(description="Correct rates held with another value; say why in the header X-Reason.")
    ] = False,
) -> service.FileLoaded:
    """One wrong row of a currency in use and nothing is recorded, others are skipped and named; twice changes nothing."""
    return await service.record_rate_file(unit, content, supersede=supersede)


@exchange_rates.get(
    "/{exchange_rate}/conversions",
    response_model=list[AffectedConversion],
    summary="The conversions that a late or corrected rate would change",
)
@permission("rates:read")
async def list_affected_conversions(rate_id: Annotated[UUID, named("exchange_rate")], reads: Reads) -> Response:
    """Those for which this rate is in force now, although they used another one when they were made."""
    return Response(await reads.fetchval(AFFECTED, rate_id), media_type=JSON_TYPE)


add_resource_routes(
    exchange_rates,
    RATES,
    {"list": "List exchange rates", "totals": "Count exchange rates", "detail": "Read an exchange rate"},
)


@conversions.get("", response_model=ConversionRead, summary="Convert an amount on a date")
@permission("rates:read", refuses=(ConvertedBeyondMeasure, NotConvertible, RateMissing))
async def read_conversion(
    query: Annotated[ConversionQuery, Query()],
    reads: Reads,
    known_at: Annotated[datetime | None, Depends(asked_instant)],
) -> ConversionRead:
    """At the rate in force on the date, which the answer names; EUR and XOF at the peg."""
    return await convert_amount(reads, query, known_at)


@rate_policies.get("", response_model=list[RatePolicyRead], summary="How old rates may be")
@permission("rates:read")
async def list_rate_policies(reads: Reads, known_at: Annotated[datetime | None, Depends(asked_instant)]) -> Response:
    """A published source without a row here gives no rate."""
    return Response(await reads.fetchval(ALL_POLICIES, known_at), media_type=JSON_TYPE)


@rate_policies.put("/{policy}", response_model=RatePolicyRead, summary="Set how old a policy's rates may be")
@permission("rates:create")
async def set_rate_policy(policy: RateSource, command: RatePolicySet, unit: Unit) -> RatePolicyRead:
    """Conversions that were made stay as they are; at an earlier `known_at` the policy is what it was then."""
    held, is_changed = await policies.set_rate_policy(unit, policy, command.max_age_days)
    if not is_changed:
        policies.confirm(unit, held)
    return RatePolicyRead(
        policy=held.policy, max_age_days=held.max_age_days, recorded_at=held.recorded_at, recorded_by=held.recorded_by
    )
