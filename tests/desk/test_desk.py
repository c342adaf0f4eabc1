"""A day at the desk, over HTTP and without scripts: every list, every form, what is wrong, what was typed."""

import gzip
import html
import re

import asyncpg
import httpx
import pytest

from tests.desk.conftest import Enter, hidden, words


async def test_who_has_not_signed_in_is_asked_who_they_are(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/desk/projects?status__in=identified")
    assert "Who are you?" in page.text
    answer = await browser.post("/desk/sign-in", data={"person": "moussa", **hidden(page.text)})
    assert answer.headers["Location"] == "/desk/projects?status__in=identified"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.whole
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_list_of_the_contract_is_a_page(enter: Enter, language: str) -> None:
    desk = await enter("oumar")
    home = (await desk.get(f"/desk?language={language}")).text
    assert f'<html lang="{language}">' in home
    addresses = re.findall(r'<li><a href="(/desk/[a-z-]+)">', home)
    assert len(addresses) >= 20
    for address in addresses:
        page = await desk.get(address)
        assert page.status_code == 200, words(page.text)
        assert f'<html lang="{language}">' in page.text, "the choice is kept"
        assert "built-in" not in page.text


@pytest.mark.whole
async def test_every_form_of_the_contract_is_a_page(enter: Enter) -> None:
    desk = await enter("oumar")
    home = (await desk.get("/desk")).text
    for address in re.findall(r'<li><a href="(/desk/[a-z-]+)">', home):
        listed = (await desk.get(address)).text
        if f'{address}/new"' in listed:
            page = await desk.get(f"{address}/new")
            assert page.status_code == 200, words(page.text)
            assert 'name="csrf"' in page.text


async def test_a_first_page_is_light_and_fetches_nothing_from_elsewhere(enter: Enter) -> None:
    desk = await enter()
    page = await desk.get("/desk")
    fetched = re.findall(r'(?:src|href)="(/desk/[a-z]+\.(?:css|js|svg))"', page.text)
    assert len(fetched) == 3
    parts = [await desk.get(one) for one in fetched]
    assert sum(len(gzip.compress(one.content)) for one in (page, *parts)) < 60_000
    assert len((await desk.get("/desk/desk.js")).content) < 15_000
    assert page.text.count("<script") == page.text.count('<script src="/desk/desk.js" defer></script>') == 1
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


async def test_what_is_wrong_stands_beside_its_input_and_nothing_typed_is_lost(enter: Enter) -> None:
    desk = await enter()
    form = (await desk.get("/desk/offices/new")).text
    typed = {"/slug": "Head of Gao", "/title/fr": "Chef du bureau de Gao", "/organisation": "nobody"}
    answer = await desk.post("/desk/offices/new", data={**hidden(form), **typed})
    assert answer.status_code == 422
    assert 'href="#/slug"' in answer.text
    assert 'value="Head of Gao"' in answer.text
    assert "Chef du bureau de Gao" in answer.text
    mended = {**hidden(answer.text), "/slug": "head-gao", "/title/fr": "Chef du bureau de Gao"}
    assert (await desk.post("/desk/offices/new", data=mended)).status_code == 303, "under the same key"


async def test_a_form_that_is_sent_twice_has_one_effect(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/offices/new")).text)
    typed = {**form, "/slug": "head-gao", "/title/fr": "Chef"}
    answers = [await desk.post("/desk/offices/new", data=typed) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one.headers["Location"] for one in answers}) == 1
    listed = (await desk.get("/desk/offices?slug__in=head-gao")).text
    assert listed.count('href="/desk/offices/head-gao"') == 1


PROJECT = {
    "/mechanism": "QIP",
    "/title/fr": "Forage à Bourem",
    "/identified_on": "2022-02-01",
    "/places/on": "",
    "/places/shares/0/place": "bourem",
    "/amounts/0/kind": "requested",
    "/amounts/0/amount": "21 500 000",
    "/amounts/0/currency": "XOF",
    "/amounts/0/on": "2022-03-02",
    "/roles/0/kind": "sponsor",
    "/roles/0/organisation": "cad",
}


async def test_a_project_is_entered_and_moved_on_and_says_why_not_further(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/projects/new")).text)
    made = await desk.post("/desk/projects/new", data={**form, **PROJECT})
    assert made.status_code == 303, words(made.text)
    address = made.headers["Location"].partition("?")[0]
    page = words((await desk.get(address)).text)
    assert "21,500,000 XOF" in page
    assert "identified" in page
    chosen = (await desk.get("/desk/projects?mechanism__in=QIP&status__in=identified")).text
    assert '<option value="QIP" selected>' in chosen
    assert "Forage" in chosen
    step = (await desk.get(f"{address}/transitions?to=submitted")).text
    assert '<option value="submitted" selected>' in step
    moved = await desk.post(f"{address}/transitions", data={**hidden(step), "/to": "submitted", "/on": "2022-02-10"})
    assert moved.status_code == 303, words(moved.text)
    page = (await desk.get(address)).text
    assert "submitted" in words(page)
    parties = (await desk.get(f"{address}/roles")).text
    assert '<option value="cad" selected>' in parties, "a set that is replaced as a whole begins with what it holds"


async def test_a_row_is_added_without_a_script(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/projects/new")).text)
    typed = {"/title/fr": "Forage", "/amounts/0/amount": "100", "add": "/amounts"}
    page = (await desk.post("/desk/projects/new", data={**form, **typed})).text
    assert 'name="/amounts/1/amount"' in page
    assert 'value="100"' in page
    assert "Forage" in page


async def test_a_change_meanwhile_is_shown_and_no_value_overwritten_unseen(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/offices/new")).text)
    await desk.post("/desk/offices/new", data={**form, "/slug": "head-gao", "/title/fr": "Chef"})
    mine, theirs = [(await desk.get("/desk/offices/head-gao/edit")).text for _ in range(2)]
    first = await desk.post("/desk/offices/head-gao/edit", data={**hidden(theirs), "/title/fr": "Cheffe"})
    assert first.status_code == 303, words(first.text)
    second = await desk.post("/desk/offices/head-gao/edit", data={**hidden(mine), "/title/fr": "Le chef"})
    assert second.status_code == 412
    assert "Cheffe" in second.text
    again = await desk.post("/desk/offices/head-gao/edit", data={**hidden(second.text), "/title/fr": "Le chef"})
    assert again.status_code == 303


async def test_what_was_typed_outlives_the_session(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/offices/new")).text)
    desk.cookies.clear()
    typed = {**form, "/slug": "head-gao", "/title/fr": "Chef du bureau"}
    asked = await desk.post("/desk/offices/new", data=typed)
    assert "Who are you?" in asked.text
    back = await desk.post("/desk/sign-in", data={**hidden(asked.text), "person": "moussa"})
    assert "Chef du bureau" in back.text
    sent = await desk.post("/desk/offices/new", data={**hidden(back.text), "/slug": "head-gao", "/title/fr": "Chef"})
    assert sent.status_code == 303, words(sent.text)


async def test_a_form_of_another_site_is_not_taken(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/offices/new")).text)
    typed = {"/slug": "head-gao", "/title/fr": "Chef"}
    await desk.post("/desk/offices/new", data={**form, "csrf": "0" * 64, **typed})
    await desk.post("/desk/offices/new", data={**form, **typed}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (await desk.get("/desk/offices/head-gao")).status_code == 404


async def test_what_the_officer_may_not_do_is_shown_as_that(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/offices/new")).text)
    await desk.post("/desk/offices/new", data={**form, "/slug": "head-gao", "/title/fr": "Chef"})
    await enter("fanta")
    page = (await desk.get("/desk/offices/head-gao")).text
    assert "not yours to do, or not in this state" in page
    assert (await desk.get("/desk/nothing")).status_code == 404
    assert (await desk.get("/desk/offices/nobody")).status_code == 404


async def test_words_find_rows_in_every_list(enter: Enter) -> None:
    desk = await enter()
    page = (await desk.get("/desk/search", params={"q": "bourem"})).text
    assert 'href="/desk/places/bourem"' in page


REGISTER = "Registre\n\nRéférence;Intitulé du projet;Cercle;Coût;Date\nREG-1;Forage;Bourem;21 500 000 FCFA;{day}\n"


def first_form(page: str, after: str) -> str:
    begin = page.index(after)
    return page[begin : page.index("</form>", begin)]


async def test_a_register_is_tried_mended_and_taken_in(enter: Enter) -> None:
    desk = await enter()

    async def tried(day: str, **also: str) -> httpx.Response:
        form = hidden((await desk.get("/desk/register")).text)
        file = {"chosen": ("registre.csv", REGISTER.format(day=day).encode("cp1252"), "text/csv")}
        return await desk.post("/desk/register", data={**form, **also}, files=file)

    refused = await tried("31/02/2022")
    assert refused.status_code == 422
    assert "<td>4</td><td>E</td>" in refused.text
    good = await tried("28/02/2022")
    assert "This is what the file would bring" in good.text
    assert '<option value="title_fr" selected>' in good.text
    assert (await desk.get("/desk/projects/REG-1")).status_code == 404, "it was only tried"
    record = first_form(good.text, '<div class="notice"')
    taken = await desk.post("/desk/register", data={**hidden(record), "then": "record"})
    assert taken.status_code == 303, words(taken.text)
    assert "21,500,000 XOF" in words((await desk.get("/desk/projects/REG-1")).text)


async def test_a_file_of_rates_is_tried_before_it_is_recorded(enter: Enter) -> None:
    desk = await enter("fatou")
    form = hidden((await desk.get("/desk/rates")).text)
    rates = b"base,quote,value,source,effective_on,document\nUSD,XOF,601.25,unore,2022-04-15,UN\n"
    tried = await desk.post("/desk/rates", data=form, files={"chosen": ("rates.csv", rates, "text/csv")})
    assert "This is what the file would change" in tried.text
    assert "601.25" not in (await desk.get("/desk/rates")).text
    record = first_form(tried.text, '<div class="notice"')
    recorded = await desk.post("/desk/rates", data={**hidden(record), "then": "record"})
    assert recorded.status_code == 303, words(recorded.text)
    assert "601.25" in (await desk.get("/desk/rates")).text


async def test_the_reason_of_a_change_keeps_its_accents(enter: Enter, database_url: str) -> None:
    desk = await enter("oumar")
    form = hidden((await desk.get("/desk/offices/new")).text)
    await desk.post("/desk/offices/new", data={**form, "/slug": "head-gao", "/title/fr": "Chef"})
    edit = hidden((await desk.get("/desk/offices/head-gao/edit")).text)
    typed = {**edit, "/title/fr": "Cheffe", "reason": "Nommée à l’été"}
    assert (await desk.post("/desk/offices/head-gao/edit", data=typed)).status_code == 303
    connection = await asyncpg.connect(database_url)
    assert "Nommée à l’été" in await connection.fetchval("SELECT string_agg(reason, ' ') FROM audit")
    await connection.close()


async def test_a_list_is_kept_as_it_was_filtered(enter: Enter) -> None:
    desk = await enter()
    listed = (await desk.get("/desk/projects?mechanism__in=QIP&status__in=identified")).text
    keep = html.unescape(re.search(r'href="(/desk/saved-views/new[^"]+)"', listed)[1])
    form = (await desk.get(keep)).text
    assert "mechanism__in=QIP&amp;status__in=identified</textarea>" in form
    typed = {
        **hidden(form), "/slug": "my-qips", "/name/fr": "Mes PIR", "/list": "projects",
        "/query": "mechanism__in=QIP&status__in=identified",
    }  # fmt: skip
    assert (await desk.post(keep, data=typed)).status_code == 303
    listed = (await desk.get("/desk/projects")).text
    assert 'href="/desk/projects?mechanism__in=QIP&amp;status__in=identified">★ Mes PIR' in listed


async def test_a_worklist_says_what_to_do_and_opens_the_form_that_mends_it(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/projects/new")).text)
    entered = await desk.post("/desk/projects/new", data={**form, **PROJECT, "then": "submitted"})
    assert entered.status_code == 303
    assert "saved=1" in entered.headers["Location"], "nothing was missing"
    assert 'href="/desk/worklists/projects.to_review"' in (await desk.get("/desk/worklists")).text
    waiting = (await desk.get("/desk/worklists/projects.to_review")).text
    review = re.search(r'class="button" href="(/desk/projects/[^"]+/transitions)"', waiting)
    assert review
    assert "csrf" in (await desk.get(review[1])).text


@pytest.mark.whole
async def test_every_worklist_is_a_page(enter: Enter) -> None:
    desk = await enter("oumar")
    lists = (await desk.get("/desk/worklists")).text
    addresses = re.findall(r'href="(/desk/worklists/[^"]+)"', lists)
    assert len(addresses) >= 30
    for address in addresses:
        page = await desk.get(address)
        assert page.status_code == 200, words(page.text)


async def test_submitting_a_draft_says_all_that_is_missing_and_keeps_it(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/projects/new")).text)
    typed = {"/mechanism": "QIP", "/title/fr": "Forage", "then": "submitted"}
    entered = await desk.post("/desk/projects/new", data={**form, **typed})
    assert "missing=1" in entered.headers["Location"]
    page = words((await desk.get(entered.headers["Location"])).text)
    assert "The draft is kept" in page
    assert page.count("Move to: submitted") == 1


async def test_the_history_of_a_row_is_read_in_words(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/offices/new")).text)
    await desk.post("/desk/offices/new", data={**form, "/slug": "head-gao", "/title/fr": "Chef"})
    edit = hidden((await desk.get("/desk/offices/head-gao/edit")).text)
    await desk.post("/desk/offices/head-gao/edit", data={**edit, "/title/fr": "Cheffe", "reason": "Nommée"})
    page = words((await desk.get("/desk/offices/head-gao/history")).text)
    assert 'from "Chef" to "Cheffe"' in page
    assert "Nommée" in page


async def test_a_whole_list_is_had_as_a_file(enter: Enter) -> None:
    desk = await enter()
    listed = (await desk.get("/desk/places?kind__in=region")).text
    for address in re.findall(r'href="(/desk/places\.[a-z]+\?[^"]*)"', listed):
        file = await desk.get(html.unescape(address))
        assert file.status_code == 200, file.text[:300]
        assert "attachment" in file.headers["Content-Disposition"]


async def test_a_calendar_address_is_shown_once_and_revoked(enter: Enter) -> None:
    desk = await enter()
    form = hidden((await desk.get("/desk/calendar-feeds")).text)
    made = (await desk.post("/desk/calendar-feeds", data={**form, "place": "bourem"})).text
    address = re.search(r'value="(http[^"]+/activities\.ics)"', made)
    assert address
    assert (await desk.get(address[1])).headers["Content-Type"].startswith("text/calendar")
    listed = (await desk.get("/desk/calendar-feeds")).text
    assert address[1] not in listed
    revoke = re.search(r'name="revoke" value="([^"]+)"', listed)
    assert revoke
    await desk.post("/desk/calendar-feeds", data={"csrf": form["csrf"], "revoke": revoke[1]})
    assert (await desk.get(address[1])).status_code == 404
