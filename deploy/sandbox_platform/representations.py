"""How the sandbox platform shows its posts, files and errors over REST: the members that WordPress 6.1 answers."""

import re
from typing import Any

from starlette.responses import JSONResponse

from deploy.sandbox_platform.archive import CATEGORIES, Entry, slug_of

PERMALINKS = "/plateforme-gt"
JSON_TYPE = "application/json; charset=UTF-8"
_BLOCK = re.compile(r"\s*<(p|div|h\d|ul|section|!--)")


class WordPressError(Exception):
    """An answer of WordPress that refuses: its code, sentence, status and further data."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.data = status, code, message, data

    def response(self) -> JSONResponse:
        """The error object as WordPress prints it."""
        body = {"code": self.code, "message": self.message, "data": {"status": self.status} | self.data}
        return JSONResponse(body, self.status, media_type=JSON_TYPE)


def invalid_parameter(name: str, message: str, code: str, data: Entry | None = None) -> WordPressError:
    """The 400 of a query parameter; a forbidden one is a 400 too, with a 401 inside."""
    details = {name: {"code": code, "message": message, "data": data}}
    sentence = f"Invalid parameter(s): {name}"
    return WordPressError(400, "rest_invalid_param", sentence, params={name: message}, details=details)


def paragraphs(text: str) -> str:
    """A rough `wpautop`: text that is not yet in blocks becomes a paragraph."""
    return text if _BLOCK.match(text) else f"<p>{text}</p>\n" if text else ""


def permalink(origin: str, post: Entry) -> str:
    """Where readers find a post: its day and name; a draft has only its number."""
    if post["status"] != "publish":
        return f"{origin}/?p={post['id']}"
    year, month, day = post["date"][:10].split("-")
    return f"{origin}{PERMALINKS}/{year}/{month}/{day}/{post['slug']}/"


def source_url(origin: str, media: Entry) -> str:
    """Where the bytes of a file are served."""
    return f"{origin}/wp-content/uploads/{media['file']}"


def _text(value: str, context: str, rendered: str | None = None, **more: Any) -> Entry:
    raw = {"raw": value} if context == "edit" else {}
    return raw | {"rendered": value if rendered is None else rendered} | more


def post_body(origin: str, post: Entry, context: str) -> Entry:
    """A post as `/wp/v2/posts` shows it in this context; unregistered meta is nowhere."""
    guid = f"{origin}/?p={post['id']}"
    body = {
        "id": post["id"],
        "date": post["date"],
        "date_gmt": post["date"],
        "guid": _text(guid, context),
        "modified": post["modified"],
        "modified_gmt": post["modified"],
        "slug": post["slug"],
        "status": post["status"],
        "type": "post",
        "link": permalink(origin, post),
        "title": _text(post["title"], context),
        "content": _text(post["content"], context, paragraphs(post["content"]), protected=False),
        "excerpt": _text(post["excerpt"], context, paragraphs(post["excerpt"]), protected=False),
        "author": post["author"],
        "featured_media": 0,
        "comment_status": "open",
        "ping_status": "open",
        "sticky": False,
        "template": "",
        "format": "standard",
        "meta": [],
        "categories": post["categories"],
        "tags": [],
        "_links": {"self": [{"href": f"{origin}/wp-json/wp/v2/posts/{post['id']}"}]},
    }
    if context == "edit":
        year, month, day = post["date"][:10].split("-")
        template = f"{origin}{PERMALINKS}/{year}/{month}/{day}/%postname%/"
        body |= {"password": "", "permalink_template": template, "generated_slug": slug_of(post["title"])}
    return body


def media_body(origin: str, media: Entry, context: str) -> Entry:
    """A file as `/wp/v2/media` shows it in this context."""
    url = source_url(origin, media)
    body = {
        "id": media["id"],
        "date": media["date"],
        "date_gmt": media["date"],
        "guid": _text(url, context),
        "modified": media["modified"],
        "modified_gmt": media["modified"],
        "slug": media["slug"],
        "status": "inherit",
        "type": "attachment",
        "link": f"{origin}/{media['slug']}/",
        "title": _text(media["title"], context),
        "author": media["author"],
        "comment_status": "open",
        "ping_status": "closed",
        "template": "",
        "meta": [],
        "description": _text("", context, f"<p class=\"attachment\"><a href='{url}'>{media['title']}</a></p>\n"),
        "caption": _text("", context, f"<p>{media['title']}</p>\n"),
        "alt_text": "",
        "media_type": "file",
        "mime_type": "application/pdf",
        "media_details": {"filesize": media["size"], "sizes": {}},
        "post": None,
        "source_url": url,
        "_links": {"self": [{"href": f"{origin}/wp-json/wp/v2/media/{media['id']}"}]},
    }
    if context == "edit":
        template = f"{origin}/?attachment_id={media['id']}"
        body |= {"permalink_template": template, "generated_slug": media["slug"], "missing_image_sizes": []}
    return body


def category_body(origin: str, number: int, posts: list[Entry]) -> Entry:
    """A category of the partner's, with how many published posts it holds."""
    slug, name = CATEGORIES[number]
    return {
        "id": number,
        "count": sum(number in post["categories"] for post in posts),
        "description": "",
        "link": f"{origin}/category/{slug}/",
        "name": name,
        "slug": slug,
        "taxonomy": "category",
        "parent": 0,
        "meta": [],
        "_links": {"self": [{"href": f"{origin}/wp-json/wp/v2/categories/{number}"}]},
    }
