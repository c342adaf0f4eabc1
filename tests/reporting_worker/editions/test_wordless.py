"""An activity of which nobody wrote what happened is named before its bare heading is printed."""

from datetime import date

from shared.models import Activity
from shared.models.base import Protection
from tests.facts.builder import KNOWN, Builder, both
from tests.reporting_worker.editions.conftest import Desk


async def test_an_activity_without_text_fails_its_control_until_the_item_says_what_happened(
    builder: Builder, desk: Desk
) -> None:
    day = date(2022, 3, 2)
    activity = {"reference": "ACT-2022-101", "kind": "launch", "title": both("Lancement")}
    await builder.insert(
        Activity, **activity, start_on=day, end_on=day, protection=Protection.PUBLIC, recorded_at=KNOWN
    )
    item = {"section": "qip", "kind": "activity", "activity": "ACT-2022-101"}
    await desk.draft(item)
    control = (await desk.controls())["activities.without_text"]
    assert control["outcome"] == "failed"
    assert "ACT-2022-101: only the title is printed" in control["message"]["en"]
    assert (await desk.edit(items=[item | {"text": both("Les travaux ont commencé.")}])).status_code == 200
    assert (await desk.controls())["activities.without_text"]["outcome"] == "passed"
