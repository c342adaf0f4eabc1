"""What every operation of the contract shares: problems, headers, warnings, the meaning of each status."""

from collections.abc import Mapping

from shared.web.examples import Document
from shared.web.problems import TYPE_PREFIX

FAULT: Document = {
    "title": "Fault",
    "type": "object",
    "required": ["detail", "code"],
    "properties": {
        "pointer": {"type": "string", "description": "RFC 6901 pointer into the body."},
        "parameter": {"type": "string", "description": "Name of the parameter or header, instead of a pointer."},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
    },
}
PROBLEM: Document = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. `type` is stable; `detail` says what to do.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": [TYPE_PREFIX + "invalid-input"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        "request_id": {"type": "string", "description": "That of the log lines; quote it when you report."},
    },
    "examples": [
        {
            "type": TYPE_PREFIX + "invalid-input",
            "title": "Invalid input",
            "status": 422,
            "detail": "The request has 1 fault; nothing was recorded.",
            "errors": [
                {
                    "pointer": "/amount",
                    "detail": 'An amount is written between quotes ("64636472"): a JSON number would lose decimals.',
                    "code": "amount_not_text",
                }
            ],
            "request_id": "0193b1a2-7a52-7cc0-8f7a-0c8c6f2f9d11",
        }
    ],
}

WARNINGS: Document = {
    "type": "array",
    "items": {"$ref": "#/components/schemas/Fault"},
    "description": "After a write: what was accepted and is probably a slip; absent where there is no doubt.",
    "examples": [[]],
}

ERRORS: Mapping[int, str] = {
    400: "The request cannot be read, or lacks a required `Idempotency-Key`.",
    401: "The token is missing or not valid.",
    403: "The roles or scopes do not grant the permission in `x-permission`.",
    404: "Nothing of that name is visible to the caller.",
    409: "The state or a rule forbids it, or the first request with this key is still in work.",
    412: "`If-Match` names another version than the current one, which stands in the answer.",
    406: "Nothing that `Accept` lists can be served here.",
    408: "The request did not arrive in time.",
    413: "The body is too large.",
    415: "The body is of another media type than this operation reads.",
    422: "Values or parameters are wrong, or a rule of the field is not met; every fault is listed.",
    428: "`If-Match` is required; the answer carries the current ETag.",
    429: "Too many of these at once from you; `Retry-After` says when to try again.",
    431: "The headers are too large.",
    500: "Something failed on our side; nothing was recorded.",
    503: "A dependency does not answer, or all connections are at work; nothing was recorded; try again after "
    "`Retry-After`, with the same key.",
}

PARAMETERS: Mapping[str, Document] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A UUID, the same at each retry: the effect happens once and the stored answer is replayed.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "RequiredIdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A UUID, the same at each retry: money and publications never happen twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the representation that was read.",
        "schema": {"type": "string"},
    },
    "DryRun": {
        "name": "dry_run",
        "in": "query",
        "required": False,
        "description": "`true` only tries: all is checked and answered as if it were done, and nothing stays.",
        "schema": {"type": "boolean", "default": False},
    },
    "Reason": {
        "name": "X-Reason",
        "in": "header",
        "required": False,
        "description": "Why; kept in the audit.",
        "schema": {"type": "string"},
    },
}

ANSWER_HEADERS: Mapping[str, Document] = {
    "ETag": {
        "description": "The version of the row, for `If-Match` and `If-None-Match`.",
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where what was created is read.", "schema": {"type": "string"}},
    "Dry-Run": {"description": "`true` where nothing stays.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "string"}},
}

TAGS: Mapping[str, str] = {
    "activities": "Launches, handovers, visits, meetings, trainings: what the section did, with whom, where.",
    "allocations": "Money of contributions set aside for projects.",
    "amounts": "Requested, estimated, approved, revised and final amounts of projects.",
    "announcements": "Projects announced together, with the amount of the whole.",
    "assignments": "Sectors and places of projects, with their shares.",
    "attachments": "Outputs, parties, quoted figures and links of projects.",
    "audit": "Who did what, when and why.",
    "beneficiaries": "People planned and reached, by unit and sex.",
    "calendars": "Activities for calendar programs, and the secret addresses at which they read them.",
    "contributions": "Donors' agreements and what was received of them.",
    "deliveries": "Documents on their way to partner platforms, with receipts.",
    "donors": "Who gives.",
    "editions": "The bulletin: drafted, checked, approved, frozen, printed.",
    "history": "What became of each row, in words and as a feed.",
    "registers": "A register of projects as an office keeps it: workbook or CSV.",
    "permissions": "Who may do what, as the permission table says it.",
    "enumerations": "Every value with its words in French and English.",
    "exchange rates": "Dated rates with their source, and conversions.",
    "figures": "Numbers as of a date, as known at a moment, with the rows behind them.",
    "journal": "Entries of the ledger with their postings.",
    "mechanisms": "QIP, TF, FP and others, with their dated policies.",
    "monitoring": "What third parties found.",
    "organisations": "Sections, partners, donors, authorities, under the name of the day.",
    "places": "Regions, cercles, communes and villages, with their validity.",
    "platforms": "Partners' archives that documents are delivered to.",
    "projects": "Projects with their states, amounts, sectors, places, people and outputs.",
    "proposals": "What moves money or sets a rate by hand, and waits for a second person.",
    "transitions": "Changes of a project's state, and what may follow.",
    "worklists": "What waits to be done, by whom, and the act that does it.",
    "vocabulary": "Sectors and reporting areas.",
}
"""What the groups of operations are about."""
