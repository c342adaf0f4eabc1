"""Recording a published file of rates: which one it was, how it was read, which of its rows were skipped."""

import asyncio
import hashlib
from dataclasses import replace

from uuid_utils.compat import uuid7

from services.funds_api.exchange_rates.judging import refuse, without_reason
from services.funds_api.exchange_rates.parsers import parse_rates
from services.funds_api.exchange_rates.published import FAULTS_SHOWN
from services.funds_api.exchange_rates.queries import currencies_in_use
from services.funds_api.exchange_rates.schemas import RatesLoaded
from services.funds_api.exchange_rates.service import record_rates
from shared.unit_of_work import UnitOfWork


async def record_rate_file(unit: UnitOfWork, content: bytes, *, supersede: bool = False) -> RatesLoaded:
    """Record a published file, and note which one it was; rows of currencies that nothing uses are skipped and told.

    Raises:
        UnreadableRates: it is in no known format, or rows of it are wrong.
        RateRefused: it is to supersede, and the unit of work gives no reason.
        RateHeld: other values are held, and it is not to supersede them.
    """
    if supersede and not unit.reason:
        refuse([without_reason("X-Reason")])
    used = await currencies_in_use(unit.session)
    file = await asyncio.to_thread(parse_rates, content, used.__contains__)
    counts = await record_rates(unit, file.rates, reason=unit.reason if supersede else None)
    loaded = RatesLoaded(
        **vars(counts), format=file.format, encoding=file.encoding, separator=file.separator, skipped=len(file.skipped)
    )
    for fault in file.skipped[:FAULTS_SHOWN]:
        unit.warn(replace(fault, code="row_skipped"))
    unit.record(
        "rate_file.recorded",
        "rate_file",
        uuid7(),
        after={"sha256": hashlib.sha256(content).hexdigest(), **loaded.model_dump()},
    )
    return loaded
