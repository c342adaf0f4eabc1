"""Amounts in dollars against the rates that are held: printed conversions, rates too old, rates loaded late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.reporting_worker.controls.control import Control, Rule, joined
from shared.domain.recompute import DatedRate, Recomputation, Verdict, recompute
from shared.errors import Texts
from shared.models.base import Qualifier
from shared.models.edition import ControlOutcome
from shared.sentences import sentence


def printed_conversions(amounts: Iterable[Mapping[str, Any]], rates: Sequence[Mapping[str, Any]]) -> Iterator[Control]:
    """One control for each printed conversion: does a rate that was effective around its day give it?"""
    for amount in amounts:
        if amount["qualifier"] == Qualifier.EXACT:
            yield _recomputed(amount, rates)
        else:
            yield _not_exact(amount)


def _title(reference: str) -> Texts:
    return sentence("Conversion imprimée de {reference}", "Printed conversion of {reference}", reference=reference)


def _not_exact(amount: Mapping[str, Any]) -> Control:
    reference = amount["reference"]
    message = sentence(
        "{amount} {currency} n'est pas un montant exact : {usd} USD n'est pas recalculé.",
        "{amount} {currency} is no exact amount: {usd} USD is not recomputed.",
        amount=amount["amount"],
        currency=amount["currency"],
        usd=amount["usd"],
    )
    return Control(f"conversion.{reference}", ControlOutcome.NOTE, _title(reference), message)


def _recomputed(amount: Mapping[str, Any], rates: Sequence[Mapping[str, Any]]) -> Control:
    mine = [rate for rate in rates if (rate["source"], rate["quote"]) == (amount["policy"], amount["currency"])]
    ages = [rate["max_age_days"] for rate in mine if rate["max_age_days"] is not None]
    found = recompute(
        amount["amount"],
        amount["usd"],
        amount["usd_decimals"],
        amount["value_on"],
        [DatedRate(rate["effective_on"], rate["value"], rate["id"]) for rate in mine],
        max_age=timedelta(days=ages[0]) if ages else None,
    )
    reference = amount["reference"]
    return Control(
        f"conversion.{reference}",
        _OUTCOMES[found.verdict],
        _title(reference),
        _message(amount, found),
        {"reference": reference, "verdict": found.verdict.value},
    )


_OUTCOMES = {
    Verdict.IN_FORCE: ControlOutcome.PASSED,
    Verdict.OTHER_RATE: ControlOutcome.NOTE,
    Verdict.SWAPPED_DIGITS: ControlOutcome.FAILED,
    Verdict.NO_MATCH: ControlOutcome.FAILED,
}


def _message(amount: Mapping[str, Any], found: Recomputation) -> Texts:
    agreement, force = found.agreement, found.in_force
    values = {
        "amount": amount["amount"],
        "currency": amount["currency"],
        "usd": amount["usd"],
        "implied": found.implied_rate,
        "rate": agreement and agreement.rate.value,
        "rate_on": agreement and agreement.rate.effective_on,
        "swapped": agreement and agreement.amount,
        "force": force and force.value,
        "force_on": force and force.effective_on,
        "expected": found.expected,
    }
    told = [sentence(*_SENTENCES[found.verdict], **values)]
    if found.verdict is not Verdict.IN_FORCE:
        told.append(sentence(*(_NO_RATE if force is None else _IN_FORCE), **values))
    return joined(told)


_SENTENCES = {
    Verdict.IN_FORCE: (
        "{amount} {currency} au taux en vigueur de {rate} (du {rate_on}) font bien {usd} USD.",
        "{amount} {currency} at the rate in force of {rate} (of {rate_on}) are indeed {usd} USD.",
    ),
    Verdict.OTHER_RATE: (
        "{amount} {currency} font exactement {usd} USD au taux de {rate} du {rate_on}.",
        "{amount} {currency} are exactly {usd} USD at the rate of {rate} of {rate_on}.",
    ),
    Verdict.SWAPPED_DIGITS: (
        (
            "{amount} {currency} ne font {usd} USD à aucun taux détenu ; {swapped} {currency}, deux chiffres intervertis, "
            "les font exactement au taux de {rate} du {rate_on}."
        ),
        (
            "{amount} {currency} are not {usd} USD at any rate held; {swapped} {currency}, two digits swapped, are exactly "
            "that at the rate of {rate} of {rate_on}."
        ),
    ),
    Verdict.NO_MATCH: (
        "{amount} {currency} ne font {usd} USD à aucun taux détenu (taux implicite : {implied}).",
        "{amount} {currency} are not {usd} USD at any rate held (implied rate: {implied}).",
    ),
}
_IN_FORCE = (
    "Le taux en vigueur ce jour-là était {force} (du {force_on}), soit {expected} USD.",
    "The rate in force on the day was {force} (of {force_on}), which gives {expected} USD.",
)
_NO_RATE = ("Aucun taux en vigueur ce jour-là n'est détenu.", "No rate in force on the day is held.")


_AGE = Rule(
    "rates.old",
    ("Âge des taux de change", "Age of the exchange rates"),
    (
        "{reference} : le taux {value} du {effective_on} avait {age} {age:jour|jours} (au plus {max_age_days}).",
        "{reference}: the rate {value} of {effective_on} was {age} {age:day|days} old (at most {max_age_days}).",
    ),
    ("Aucun taux n'est trop ancien.", "No rate is too old."),
)
_LATE = Rule(
    "rates.late",
    ("Conversions qu'un taux chargé plus tard changerait", "Conversions that a rate loaded later would change"),
    (
        "{reference} : converti à {value} (du {effective_on}) ; le taux {now_value} du {now_effective_on} est connu depuis.",
        "{reference}: converted at {value} (of {effective_on}); the rate {now_value} of {now_effective_on} is known since.",
    ),
    ("Aucune.", "None."),
    ControlOutcome.NOTE,
)


def rates_too_old(conversions: Iterable[Mapping[str, Any]]) -> Control:
    """Conversions at a rate older than its policy allows."""
    return _AGE.judged(
        one for one in conversions if one["max_age_days"] is not None and one["age"] > one["max_age_days"]
    )


def rates_loaded_late(conversions: Iterable[Mapping[str, Any]]) -> Control:
    """Conversions that a rate loaded later would change: it rewrites nothing, an editor decides."""
    return _LATE.judged(one for one in conversions if one["would_change"])
