"""Who one may be, where the desk is tried; and the form that one had left when a session ended."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from deploy.desk.filling import resumed
from deploy.desk.reception import Reception, form_of
from deploy.desk.session import TOKEN, Session, is_of_this_site, keep, session_of


class Writing(Reception):
    """The reception of a desk where one chooses who to be."""

    async def sign_in(self, request: Request) -> Response:
        """Who one may be; then back to where one was, with what one had typed."""
        session = session_of(request)
        if request.method == "GET":
            return self._draw(request, session, "sign_in.html", people=self._people, typed=())
        given = await form_of(request)
        person = given.get("person", "")
        if person not in {one.key for one in self._people} or not is_of_this_site(request):
            return self._draw(request, session, "sign_in.html", people=self._people, typed=())
        token = self._token(person)
        resume = given.get("resume", "")
        if resume.startswith("/desk") and len(given) > 2:
            typed = {name: value for name, value in given.items() if name not in {"person", "resume", "csrf"}}
            answer = await self._resumed(request, Session(token, session.language), resume, typed)
        else:
            answer = RedirectResponse(resume if resume.startswith("/desk") else "/desk", status_code=303)
        keep(answer, TOKEN, token, request)
        return answer

    async def _resumed(self, request: Request, session: Session, path: str, typed: Mapping[str, str]) -> Response:
        """The form as it was left, for somebody who has signed in again."""
        return await resumed(await self._desk(request, session), path, typed)
