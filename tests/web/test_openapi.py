"""The three services as their OpenAPI describes them: no open route, one write path, one origin, owners by the table."""

import importlib
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.routing import BaseRoute
from starlette.routing import Route as PlainRoute

from shared.domain.lifecycle import MOVES
from shared.identity import Role
from shared.models.naming import NAMES
from shared.paths import SEGMENTS, owner_of
from shared.permissions import ANONYMOUS_PERMISSION, PERMISSIONS
from shared.resources import every_resource
from shared.settings import Settings
from shared.web.app import check_routes, create_app
from shared.web.examples import Document
from shared.web.merging import merge, merged_openapi
from shared.web.problems import MEDIA_TYPE
from shared.web.refusals import by_status
from shared.web.route import READING, Route, permission, router
from shared.web.sentences import FORMS
from tests.serving import PACKAGES

ANONYMOUS_PATHS = {"/v1/enumerations", "/v1/enumerations/{enumeration}", "/v1/calendars/{secret}/activities.ics"}
"""Every address under /v1 that answers without a token; adding one is a decision."""
OPERATIONAL = {"/openapi.json", "/livez", "/readyz", "/metrics"}


RESOURCES = every_resource()


class Applications(dict[Any, FastAPI]):
    """The three, each built when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def __missing__(self, service: str) -> FastAPI:
        main = importlib.import_module(f"services.{PACKAGES[service]}.main")  # type: ignore[index]
        self[service] = main.create_app(self._settings)
        return self[service]

    def all(self) -> dict[Any, FastAPI]:
        return {service: self[service] for service in PACKAGES}


@pytest.fixture(scope="module")
def applications(development_keys: Any) -> Applications:
    return Applications(
        Settings(
            DATABASE_URL="postgresql://nowhere/x",
            REDIS_URL="redis://nowhere",
            environment="test",
            development_keys=development_keys,
        )
    )


def routes(app: FastAPI) -> list[BaseRoute]:
    return [route for route in app.routes if getattr(route, "path", None) not in OPERATIONAL]


def operations(document: Document) -> list[tuple[str, str, Document]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("service", PACKAGES)
class TestEachService:
    def test_no_route_lacks_a_permission(self, applications: Any, service: str) -> None:
        for path, method, operation in operations(applications[service].openapi()):
            wanted = operation["x-permission"]
            if wanted == ANONYMOUS_PERMISSION:
                assert path in ANONYMOUS_PATHS, f"{method} {path} answers without a token"
                assert method == "get", f"{method} {path} writes without a token"
                assert operation["security"] == []
            else:
                assert wanted in PERMISSIONS, f"{method} {path}"
                assert "security" not in operation, f"{method} {path} needs the document's bearer token"

    def test_nothing_under_v1_hides_from_the_document(self, applications: Any, service: str) -> None:
        app = applications[service]
        described = set(app.openapi()["paths"])
        for route in routes(app):
            path = getattr(route, "path_format", getattr(route, "path", ""))
            assert path in described or not path.startswith("/v1"), path

    def test_every_write_is_of_the_one_route_class(self, applications: Any, service: str) -> None:
        for route in routes(applications[service]):
            methods = getattr(route, "methods", None)
            assert methods is not None, f"{route} is neither a page nor an operation"
            if isinstance(route, Route):
                continue
            assert isinstance(route, PlainRoute), route
            assert not isinstance(route, APIRoute), route
            assert set(methods) <= READING, f"{route.path} writes outside the unit of work"

    def test_its_routes_lie_in_its_own_segments(self, applications: Any, service: str) -> None:
        for path, _, _ in operations(applications[service].openapi()):
            assert owner_of(path) == service, path

    def test_every_operation_says_what_it_does_and_how_it_fails(self, applications: Any, service: str) -> None:
        document = applications[service].openapi()
        errors = document["components"]["responses"]
        refused = {
            route.name: route.access.refuses for route in applications[service].routes if isinstance(route, Route)
        }
        for path, method, operation in operations(document):
            name = f"{method} {path}"
            assert operation["summary"], name
            assert operation["description"], name
            statuses = set(operation["responses"])
            assert {"422", "500", "503"} <= statuses, name
            assert operation["x-permission"] == ANONYMOUS_PERMISSION or {"401", "403"} <= statuses, name
            assert any(status.startswith(("2", "3")) for status in statuses), name
            for status in statuses:
                if status[0] in "45":
                    answer = operation["responses"][status]
                    own = by_status(refused[operation["operationId"]]).get(int(status))
                    assert own or answer == {"$ref": f"#/components/responses/{status}"}, name
                    told = answer if own else errors[status]
                    assert list(told["content"]) == [MEDIA_TYPE]
                    assert own is None or all(kind in str(told["content"]) for kind in own), name

    def test_every_example_is_valid(self, applications: Any, service: str) -> None:
        document = applications[service].openapi()
        wrong = []
        for path, method, operation in operations(document):
            answers = [answer for status, answer in operation["responses"].items() if status[0] == "2"]
            for part in (operation.get("requestBody", {}), *answers):
                content = part.get("content", {}).get("application/json", {})
                if content.get("schema"):
                    schema = {**content["schema"], "components": document["components"]}
                    wrong += [
                        f"{method} {path} {fault.json_path}: {fault.message[:200]}"
                        for fault in Draft202012Validator(schema).iter_errors(content["example"])
                    ]
        assert not wrong, "give the field an example: Field(examples=[...])"

    def test_every_post_takes_an_idempotency_key(self, applications: Any, service: str) -> None:
        for path, method, operation in operations(applications[service].openapi()):
            given = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation.get("parameters", [])}
            if method == "post":
                assert given & {"IdempotencyKey", "RequiredIdempotencyKey"}, path
            if operation["x-permission"] in {"allocations:create", "contributions:create", "deliveries:create"}:
                assert "RequiredIdempotencyKey" in given, f"{path} moves money or publishes"


@pytest.mark.whole
def test_one_document_describes_the_origin(applications: Any) -> None:
    merged = merged_openapi(applications.all())
    validate(merged)  # takes seconds, so once for all three
    assert merged["openapi"].startswith("3.1")
    assert merged["info"]["title"] == "Djoliba"
    each = [set(app.openapi()["paths"]) for app in applications.all().values()]
    assert set(merged["paths"]) == set().union(*each)
    assert len(merged["paths"]) == sum(len(paths) for paths in each)
    names = [operation["operationId"] for _, _, operation in operations(merged)]
    assert len(names) == len(set(names)), "generated clients need one name for each operation"


OTHER_PARAMETERS = {
    "figure",
    "enumeration",
    "control",
    "language",
    "format",
    "export_format",
    "policy",
    "slug",
    "worklist",
    "secret",
}
"""Path parameters that name no row: keys of definitions, and parts of an edition."""


def test_path_parameters_bear_the_noun_of_what_they_name(applications: Any) -> None:
    for app in applications.all().values():
        for path, method, _ in operations(app.openapi()):
            unknown = set(re.findall(r"{(\w+)}", path)) - set(NAMES) - OTHER_PARAMETERS
            assert not unknown, f"{method} {path}"


def test_can_offers_only_actions_that_a_route_has(applications: Any) -> None:
    offered, routed = set(), set()
    for resource in RESOURCES:
        offered |= {f"{resource.name}:{action}" for action in resource.actions}
    for app in applications.all().values():
        for path, method, operation in operations(app.openapi()):
            if "{" in path and method != "get":
                routed.add(operation["x-permission"])
    within_a_transition = {move.permission for move in MOVES.values()}
    assert within_a_transition <= offered
    assert offered <= routed | within_a_transition
    assert {one for one in routed if one.partition(":")[2] != "create"} <= offered


def described(path: str, name: str, schemas: dict[str, Any]) -> Document:
    used = {"responses": {"200": {"schema": {"$ref": "#/components/schemas/Outer"}}}}
    return {
        "info": {"title": "x"},
        "paths": {path: {"get": {"operationId": name, **used}}},
        "components": {"schemas": schemas},
    }


OUTER = {"properties": {"inner": {"$ref": "#/components/schemas/Inner"}}}


def test_two_services_cannot_describe_one_path_or_one_operation() -> None:
    with pytest.raises(ValueError, match="/v1/a"):
        merge({"left": described("/v1/a", "read", {}), "right": described("/v1/a", "look", {})})
    with pytest.raises(ValueError, match="named read too"):
        merge({"left": described("/v1/a", "read", {}), "right": described("/v1/b", "read", {})})


def test_schemas_that_differ_are_told_apart_with_all_that_use_them() -> None:
    text, number = {"type": "string"}, {"type": "integer"}
    left = described("/v1/a", "read_a", {"Outer": OUTER, "Inner": text, "Same": text})
    right = described("/v1/b", "read_b", {"Outer": OUTER, "Inner": number, "Same": text})
    merged = merge({"left": left, "right": right})
    schemas = merged["components"]["schemas"]
    assert set(schemas) == {"LeftOuter", "LeftInner", "RightOuter", "RightInner", "Same"}
    assert schemas["RightInner"] == {**number, "title": "RightInner"}
    assert schemas["RightOuter"]["properties"] == {"inner": {"$ref": "#/components/schemas/RightInner"}}
    answer = merged["paths"]["/v1/b"]["get"]["responses"]["200"]["schema"]
    assert answer == {"$ref": "#/components/schemas/RightOuter"}
    assert left["components"]["schemas"]["Outer"] == OUTER, "the services' own documents stay"


def test_an_application_with_an_open_route_is_not_built(settings_without_servers: Settings) -> None:
    routes = router("/projects", "projects")

    async def read() -> None:
        """Read."""

    with pytest.raises(TypeError, match="declares no permission"):
        routes.get("")(read)
    permission("projects:paint")(read)
    routes.get("")(read)
    with pytest.raises(ValueError, match="projects:paint"):
        create_app("projects", settings_without_servers, [routes])


def test_an_application_with_a_foreign_route_class_is_not_built(settings_without_servers: Settings) -> None:
    app = create_app("projects", settings_without_servers, [])

    async def write() -> None:
        """Write."""

    app.post("/v1/projects")(write)
    with pytest.raises(ValueError, match=r"is not of shared\.web\.route\.Route"):
        check_routes(app.routes)


@pytest.fixture
def settings_without_servers(settings_for: Any) -> Settings:
    built: Settings = settings_for("postgresql://nowhere/x", "redis://nowhere")
    return built


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "service"),
        [
            ("/v1/projects", "projects"),
            ("/v1/projects/x/transitions", "projects"),
            ("/v1/donors", "funds"),
            ("/v1/figures/qip.total", "reporting"),
            ("/", "reporting"),
            ("/bulletins/2022-02", "reporting"),
            ("/v1", None),
            ("/v1/", None),
            ("/v1/unicorns", None),
            ("/v1/Projects", None),
            ("/v1//projects", None),
            ("/v10/projects", "reporting"),
        ],
    )
    def test_each_path_has_one_owner(self, path: str, service: str | None) -> None:
        assert owner_of(path) == service

    def test_no_segment_is_listed_for_nobody(self, applications: Any) -> None:
        served = {
            path.split("/")[2].partition(".")[0]
            for app in applications.all().values()
            for path in app.openapi()["paths"]
        }
        assert set(SEGMENTS) >= served


def test_every_role_has_a_use() -> None:
    assert {role.value for role in Role} == {
        "viewer", "sponsor_editor", "programme_officer", "fund_manager", "reporting_officer", "approver", "admin",
        "service",
    }  # fmt: skip


def test_every_form_that_a_text_must_have_is_said_in_words(applications: Any) -> None:
    def patterns(part: Any) -> set[str]:
        if isinstance(part, list):
            return set().union(*map(patterns, part))
        if not isinstance(part, dict):
            return set()
        own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
        return own.union(*map(patterns, part.values()))

    document = merged_openapi(applications.all())
    numbers = {pattern for pattern in patterns(document) if re.fullmatch(pattern, "1")}
    assert patterns(document) - numbers - set(FORMS) == set()
