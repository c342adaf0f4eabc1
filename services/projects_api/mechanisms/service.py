"""Mechanisms with their dated policies, buckets and sectors: data that registers and administrators bring."""

from services.projects_api.contents import BucketContent, MechanismContent, PolicyContent, SectorContent
from services.projects_api.directory import Directory, look_up
from services.projects_api.records import Columns, Kind, existing, record, write
from shared.errors import Conflict, Fault
from shared.models import Bucket, Mechanism, Policy, Sector
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


def _mechanism(content: MechanismContent, _directory: Directory) -> Columns:
    return content.model_dump(include={"name", "is_external", "since", "position"})


def _policy(content: PolicyContent, _directory: Directory) -> Columns:
    return {
        "mechanism_code": content.mechanism,
        **content.model_dump(include={"kind", "value", "currency", "valid_from", "source"}),
    }


def _bucket(content: BucketContent, _directory: Directory) -> Columns:
    return {
        "mechanism_code": content.mechanism,
        "bucket": content.bucket,
        "states": list(content.states),
        "ever_states": None if content.ever_states is None else list(content.ever_states),
        "valid_from": content.valid_from,
    }


def _sector(content: SectorContent, _directory: Directory) -> Columns:
    return {
        "mechanism_code": content.mechanism,
        "name": content.name,
        "position": content.position,
    }


MECHANISM = Kind("mechanism", Mechanism, ("code",), _mechanism)
POLICY = Kind("policy", Policy, ("mechanism_code", "kind", "valid_from"), _policy)
BUCKET = Kind("bucket", Bucket, ("mechanism_code", "bucket", "valid_from"), _bucket)
SECTOR = Kind("sector", Sector, ("slug",), _sector)


class PolicyStands(Conflict):
    """A policy of that kind holds from that date already."""

    kind = "policy-stands"

    def __init__(self, content: PolicyContent) -> None:
        told = sentence(
            "Une règle « {kind} » de {mechanism} vaut déjà à partir du {on} ; prenez une autre date.",
            "A policy '{kind}' of {mechanism} holds from {on} already; take another date.",
            kind=content.kind,
            mechanism=content.mechanism,
            on=content.valid_from,
        )
        super().__init__(told, [Fault("/valid_from", told, "policy_stands")])


async def create_policy(unit: UnitOfWork, content: PolicyContent) -> Policy:
    """Record a policy that holds from its date on; those recorded stay as they are.

    Raises:
        PolicyStands: one of that kind and date was recorded before.
        UnknownKeys: there is no such mechanism.
    """
    directory = await look_up(unit.session, content)
    if await existing(unit.session, POLICY, [(content.mechanism, content.kind, content.valid_from)]):
        raise PolicyStands(content)
    written = await write(unit, POLICY, [(content, {})], directory)
    record(unit, POLICY, written)
    row: Policy = written[0].row
    return row
