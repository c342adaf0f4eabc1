"""What an amount is in dollars, and at which rate: shown beside it while it is typed."""

from starlette.responses import JSONResponse, Response

from deploy.desk.api import Refused
from deploy.desk.forms import plain_number
from deploy.desk.shown import Values, number
from deploy.desk.work import Desk

DOLLARS = "USD"


async def conversion(desk: Desk) -> Response:
    """One sentence (JSON): the dollars with their rate, its date and its source, or why there are none."""
    given = {name: desk.request.query_params.get(name, "") for name in ("amount", "currency", "on")}
    amount = plain_number(given["amount"].strip())
    if not amount or given["currency"] in {"", DOLLARS}:
        return JSONResponse({"said": ""})
    asked = {"amount": amount, "from": given["currency"], "to": DOLLARS, **({"on": given["on"]} if given["on"] else {})}
    try:
        found = (await desk.api.get("/v1/conversions", asked)).body
    except Refused as refusal:
        return JSONResponse({"said": refusal.faults[0]["detail"] if refusal.faults else refusal.detail})
    rate, language = found["rate"], desk.session.language
    day = Values(desk.contract, desk.said)("effective_on", {"format": "date"}, rate["effective_on"])
    dollars = f"{number(found['rounded'], language)} {DOLLARS}"
    return JSONResponse({"said": f"= {dollars} ({number(rate['value'], language)}, {rate['source']}, {day})"})
