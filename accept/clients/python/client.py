"""A consumer of the generated Python package."""

import sys
import uuid

from djoliba_client import AuthenticatedClient, Client
from djoliba_client.api.enumerations import list_enumerations
from djoliba_client.api.organisations import create_organisation
from djoliba_client.api.projects import list_projects, read_project
from djoliba_client.models import Problem


def main(origin: str, officer: str, manager: str) -> None:
    programme = AuthenticatedClient(base_url=origin, token=officer, headers={"Accept-Language": "fr"})
    enumerations = list_enumerations.sync(client=Client(base_url=origin))
    states = next(one for one in enumerations.items if one.key == "project_state")
    handed_over = next(one for one in states.values if one.value == "handed_over")
    assert handed_over.label["fr"] == "remis", handed_over

    projects = list_projects.sync(client=programme, limit=5)
    assert projects.items == [], projects

    missing = read_project.sync(client=programme, project="QIP-1999-XXX-001")
    assert isinstance(missing, Problem), missing
    assert (missing.status, missing.title) == (404, "Introuvable"), missing

    refused = list_projects.sync_detailed(client=AuthenticatedClient(base_url=origin, token="nonsense"))
    assert refused.status_code == 401, refused

    command = create_organisation.OrganisationCreate.from_dict(
        {
            "slug": f"client-{uuid.uuid4().hex[:6]}",
            "kind": "state",
            "names": [{"name": {"fr": "Pays client", "en": "Client land"}, "valid_from": "2000-01-01"}],
        }
    )
    created = create_organisation.sync_detailed(
        client=AuthenticatedClient(base_url=origin, token=manager), body=command, idempotency_key=str(uuid.uuid4())
    )
    assert created.status_code == 201, created
    print("python client: ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
