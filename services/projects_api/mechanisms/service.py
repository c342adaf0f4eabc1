"""Mechanisms with their buckets and sectors: data that registers and administrators bring."""

from services.projects_api.contents import BucketContent, MechanismContent, SectorContent
from services.projects_api.directory import Directory
from services.projects_api.records import Columns, Kind
from shared.models import Bucket, Mechanism, Sector


def _mechanism(content: MechanismContent, _directory: Directory) -> Columns:
    return content.model_dump(include={"name", "is_external", "since", "position"})


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
BUCKET = Kind("bucket", Bucket, ("mechanism_code", "bucket", "valid_from"), _bucket)
SECTOR = Kind("sector", Sector, ("slug",), _sector)
