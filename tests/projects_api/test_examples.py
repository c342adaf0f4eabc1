"""The examples of the API's documentation are requests that pass."""

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from services.projects_api.main import ROUTERS

BODIES = sorted(
    {
        parameter.field_info.annotation
        for routes in ROUTERS
        for route in routes.routes
        if isinstance(route, APIRoute) and route.methods == {"POST"}
        for parameter in route.dependant.body_params
    },
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", BODIES)
def test_each_command_has_examples_that_pass(model: type[BaseModel]):
    examples = model.model_config["json_schema_extra"]["examples"]
    assert examples
    for example in examples:
        model.model_validate(example)
