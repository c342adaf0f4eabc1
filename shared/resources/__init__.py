"""What clients list, count and open: one file a noun, each declaring what its rows show, and by what they are found."""

from importlib import import_module
from pkgutil import iter_modules

from shared.reading.resource import Resource


def every_resource() -> list[Resource]:
    """All that the modules beside this one declare."""
    modules = [import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__)]
    return [one for module in modules for one in vars(module).values() if isinstance(one, Resource)]
