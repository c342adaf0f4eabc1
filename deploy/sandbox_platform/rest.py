"""The REST interface of the sandbox platform: `/wp-json/`, posts, media, categories, users/me, as WordPress 6.1 acts.

Its traps are kept: a repeated create makes a second post, a wrong password reads as an anonymous caller, meta that
nobody registered is ignored, a file is judged by its content.
"""

import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox_platform.accounts import CAPABILITIES, Accounts
from deploy.sandbox_platform.archive import CATEGORIES, Archive, Entry, file_name_of
from deploy.sandbox_platform.call import Call
from deploy.sandbox_platform.representations import (
    JSON_TYPE,
    WordPressError,
    category_body,
    invalid_parameter,
    media_body,
    post_body,
)

API = "/wp-json/wp/v2"
STATUSES = ("publish", "future", "draft", "pending", "private")

Handler = Callable[[Call], Awaitable[Response]]

_TERM = re.compile(r'"([^"]+)"|(\S+)')
_FILE_NAME = re.compile(r'filename="?([^";]+)"?')


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry["date"], entry["id"]), reverse=True)


def _matches(entry: Entry, search: str) -> bool:
    """WordPress' search: every word, or quoted phrase, stands somewhere in the title, the excerpt or the text."""
    text = " ".join(str(entry.get(name, "")) for name in ("title", "excerpt", "content")).lower()
    terms = [phrase or word for phrase, word in _TERM.findall(search.lower())]
    return all(term in text for term in terms)


def _selected(call: Call, entries: Sequence[Entry]) -> list[Entry]:
    slugs, search = call.values("slug"), call.request.query_params.get("search", "")
    chosen = [entry for entry in entries if slugs is None or entry["slug"] in slugs]
    return _newest([entry for entry in chosen if _matches(entry, search)])


async def list_posts(call: Call) -> Response:
    """Posts; anything but published ones asks for an account, and others' drafts stay hidden from an author."""
    statuses = call.values("status") or ["publish"]
    known = {*STATUSES, "trash", "any"}
    for position, status in enumerate(statuses):
        if status not in known:
            message = f"status[{position}] is not one of {', '.join(STATUSES)}, trash, and any."
            raise invalid_parameter("status", message, "rest_not_in_enum")
    if statuses != ["publish"] and not call.can("edit_posts"):
        raise _forbidden_status(call)
    if call.context == "edit" and not call.can("edit_posts"):
        raise call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
    wanted = set(STATUSES) if "any" in statuses else set(statuses)
    posts = [post for post in call.archive.posts.values() if post["status"] in wanted]

    def show(post: Entry) -> Entry | None:
        visible = call.may_edit(post) if call.context == "edit" or post["status"] != "publish" else True
        return post_body(call.origin, post, call.context) if visible else None

    return call.page(_selected(call, posts), show)


async def create_post(call: Call) -> Response:
    """A new post, every time."""
    fields = _post_fields(await call.fields())
    if not call.can("edit_posts"):
        raise call.refuse("rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
    _check_publish(call, fields)
    if not any(fields.get(name) for name in ("title", "content", "excerpt")):
        raise WordPressError(400, "empty_content", "Content, title, and excerpt are empty.")
    assert call.account is not None
    post = call.archive.create_post(call.account.id, fields)
    location = f"{call.origin}{API}/posts/{post['id']}"
    return call.answer(post_body(call.origin, post, "edit"), 201, Location=location)


async def read_post(call: Call) -> Response:
    """One post; a draft only for who may edit it."""
    post = _found(call, call.archive.posts)
    if call.context == "edit" and not call.may_edit(post):
        raise call.refuse("rest_forbidden_context", "Sorry, you are not allowed to edit this post.")
    if post["status"] != "publish" and not call.may_edit(post):
        raise call.refuse("rest_forbidden", "Sorry, you are not allowed to do that.")
    return call.answer(post_body(call.origin, post, call.context))


async def update_post(call: Call) -> Response:
    """Other fields for the same post."""
    fields = _post_fields(await call.fields())
    post = _found(call, call.archive.posts)
    if not call.may_edit(post):
        raise call.refuse("rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
    _check_publish(call, fields)
    return call.answer(post_body(call.origin, call.archive.update_post(post, fields), "edit"))


async def delete_post(call: Call) -> Response:
    """Into the bin, or gone with `force=true`."""
    post = _found(call, call.archive.posts)
    _check_delete(call, post)
    if call.request.query_params.get("force") == "true":
        body = post_body(call.origin, call.archive.delete_post(post), "edit")
        return call.answer({"deleted": True, "previous": body})
    if post["status"] == "trash":
        raise WordPressError(410, "rest_already_trashed", "The post has already been deleted.")
    return call.answer(post_body(call.origin, call.archive.trash_post(post), "edit"))


async def list_media(call: Call) -> Response:
    """Files; `status` knows only what a file can have, so `any` is refused."""
    statuses = call.values("status") or ["inherit"]
    if statuses != ["inherit"] and not call.can("edit_posts"):
        raise _forbidden_status(call)
    for position, status in enumerate(statuses):
        if status not in ("inherit", "private", "trash"):
            message = f"status[{position}] is not one of inherit, private, and trash."
            raise invalid_parameter("status", message, "rest_not_in_enum")
    media = _selected(call, list(call.archive.media.values()))
    return call.page(media, lambda entry: media_body(call.origin, entry, call.context))


async def create_media(call: Call) -> Response:
    """A new file from the raw body, every time; refused when its content is no PDF."""
    data = await call.request.body()
    if not call.can("upload_files"):
        raise call.refuse("rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
    headers = call.request.headers
    if not data:
        raise WordPressError(400, "rest_upload_no_data", "No data supplied.")
    if "content-type" not in headers:
        raise WordPressError(400, "rest_upload_no_content_type", "No Content-Type supplied.")
    if "content-disposition" not in headers:
        raise WordPressError(400, "rest_upload_no_content_disposition", "No Content-Disposition supplied.")
    named = _FILE_NAME.search(headers["content-disposition"])
    if named is None:
        message = "Invalid Content-Disposition supplied. Content-Disposition needs to be formatted as "
        message += '`attachment; filename="image.png"` or similar.'
        raise WordPressError(400, "rest_upload_invalid_disposition", message)
    name = file_name_of(named.group(1))
    if not name.lower().endswith(".pdf") or not data.startswith(b"%PDF-"):
        message = "Sorry, you are not allowed to upload this file type."
        raise WordPressError(500, "rest_upload_sideload_error", message)
    assert call.account is not None
    media = call.archive.create_media(call.account.id, name, data)
    location = f"{call.origin}{API}/media/{media['id']}"
    return call.answer(media_body(call.origin, media, "edit"), 201, Location=location)


async def read_media(call: Call) -> Response:
    """One file's description."""
    return call.answer(media_body(call.origin, _found(call, call.archive.media), call.context))


async def delete_media(call: Call) -> Response:
    """Gone with `force=true`; files have no bin."""
    media = _found(call, call.archive.media)
    _check_delete(call, media)
    if call.request.query_params.get("force") != "true":
        message = "The post does not support trashing. Set 'force=true' to delete."
        raise WordPressError(501, "rest_trash_not_supported", message)
    body = media_body(call.origin, call.archive.delete_media(media), "edit")
    return call.answer({"deleted": True, "previous": body})


async def list_categories(call: Call) -> Response:
    """The partner's categories by name."""
    slugs, posts = call.values("slug"), list(call.archive.published())
    chosen = [{"id": number} for number, (slug, _) in CATEGORIES.items() if slugs is None or slug in slugs]
    chosen.sort(key=lambda entry: CATEGORIES[entry["id"]][1].lower())
    return call.page(chosen, lambda entry: category_body(call.origin, entry["id"], posts), checked=False)


async def create_category(call: Call) -> Response:
    """Refused: no account of ours manages the partner's terms."""
    raise call.refuse("rest_cannot_create", "Sorry, you are not allowed to create terms in this taxonomy.")


async def read_me(call: Call) -> Response:
    """The account of the caller, with what it may do in the edit context."""
    account = call.account
    if account is None:
        raise WordPressError(401, "rest_not_logged_in", "You are not currently logged in.")
    body: Entry = {"id": account.id, "name": account.login, "slug": account.login, "url": "", "description": ""}
    body |= {"link": f"{call.origin}/author/{account.login}/", "meta": []}
    if call.context == "edit":
        capabilities = dict.fromkeys(sorted(CAPABILITIES[account.role]), True)
        body |= {"username": account.login, "roles": [account.role], "capabilities": capabilities}
    return call.answer(body)


def _found(call: Call, shelf: dict[int, Entry]) -> Entry:
    entry = shelf.get(int(call.request.path_params["id"]))
    if entry is None:
        raise WordPressError(404, "rest_post_invalid_id", "Invalid post ID.")
    return entry


def _post_fields(given: Entry) -> Entry:
    """The fields that WordPress keeps of a body; whatever else is there, meta included, is ignored."""
    fields: Entry = {}
    for name in ("title", "content", "excerpt", "slug"):
        if name in given:
            value = given[name]
            fields[name] = str(value.get("raw", "") if isinstance(value, dict) else value)
    if "status" in given:
        if given["status"] not in STATUSES:
            message = "status is not one of publish, future, draft, pending, and private."
            raise invalid_parameter("status", message, "rest_not_in_enum")
        fields["status"] = given["status"]
    if "categories" in given:
        fields["categories"] = [number for number in given["categories"] if number in CATEGORIES]
    return fields


def _forbidden_status(call: Call) -> WordPressError:
    inner = {"status": 401 if call.account is None else 403}
    return invalid_parameter("status", "Status is forbidden.", "rest_forbidden_status", inner)


def _check_publish(call: Call, fields: Entry) -> None:
    if fields.get("status") in ("publish", "private", "future") and not call.can("publish_posts"):
        raise call.refuse("rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
    if not call.can("publish_posts"):
        fields.pop("slug", None)  # a contributor does not choose the address


def _check_delete(call: Call, entry: Entry) -> None:
    if not call.may_edit(entry):
        raise call.refuse("rest_cannot_delete", "Sorry, you are not allowed to delete this post.")


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/posts"): list_posts,
    ("POST", "/posts"): create_post,
    ("GET", "/posts/{id:int}"): read_post,
    ("POST", "/posts/{id:int}"): update_post,
    ("PUT", "/posts/{id:int}"): update_post,
    ("PATCH", "/posts/{id:int}"): update_post,
    ("DELETE", "/posts/{id:int}"): delete_post,
    ("GET", "/media"): list_media,
    ("POST", "/media"): create_media,
    ("GET", "/media/{id:int}"): read_media,
    ("DELETE", "/media/{id:int}"): delete_media,
    ("GET", "/categories"): list_categories,
    ("POST", "/categories"): create_category,
    ("GET", "/users/me"): read_me,
}


def routes(archive: Archive, accounts: Accounts) -> list[Route]:
    """The REST routes over one archive; whatever is not among them is WordPress' own 404."""

    def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                return await handler(Call(request, archive, accounts))
            except WordPressError as error:
                return error.response()
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it

        return answer

    async def index(request: Request) -> Response:
        origin = str(request.base_url).rstrip("/")
        authorize = {"endpoints": {"authorization": f"{origin}/wp-admin/authorize-application.php"}}
        body = {
            "name": "Archive des partenaires (bac à sable)",
            "description": "",
            "url": origin,
            "home": origin,
            "gmt_offset": 0,
            "timezone_string": "Africa/Bamako",
            "namespaces": ["wp/v2"],
            "authentication": {"application-passwords": authorize},
            "routes": {f"/wp/v2{path}": {} for _, path in HANDLERS},
        }
        return JSONResponse(body, media_type=JSON_TYPE)

    async def no_route(_: Request) -> Response:
        message = "No route was found matching the URL and request method."
        return WordPressError(404, "rest_no_route", message).response()

    found = [Route(f"{API}{path}", endpoint(one), methods=[method]) for (method, path), one in HANDLERS.items()]
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [Route("/wp-json/", index), *found, Route("/wp-json/{rest:path}", no_route, methods=every)]
