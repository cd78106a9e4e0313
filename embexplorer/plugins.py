"""Which plugins there are: ours, those of installed packages, and those that fail to import."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from functools import cached_property
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, TypeVar, cast

from embexplorer.core.contracts import (
    Clustering,
    Debiasing,
    Encoder,
    Format,
    Plugin,
    Probe,
    ProjectionMethod,
)
from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

P = TypeVar("P", bound=Plugin)
KINDS: tuple[type[Plugin], ...] = (
    Format,
    Encoder,
    ProjectionMethod,
    Clustering,
    Probe,
    Debiasing,
)

_log = logging.getLogger(__name__)


class Registry:
    """The plugins of every kind; those of a kind are imported when it is first asked for.

    Parameters
    ----------
    plugins
        Kinds that are there already, by kind and id.
    """

    def __init__(self, plugins: Mapping[str, dict[str, Plugin]] | None = None) -> None:
        self.plugins: dict[str, dict[str, Plugin]] = _Kinds(self._import, plugins or {})
        self._broken: dict[str, str] = {}

    @staticmethod
    def discover() -> Registry:
        """Return the plugins of this installation; heavy libraries stay out."""
        return Registry()

    @property
    def broken(self) -> dict[str, str]:
        """What could not be imported (module: reason), of all kinds."""
        for kind in KINDS:
            self.plugins[kind.kind]
        return self._broken

    @cached_property
    def _installed(self) -> Any:
        return entry_points()

    def _import(self, name: str) -> dict[str, Plugin]:
        """Import every plugin module of a kind and read its ``plugin`` constant."""
        kind = next((kind for kind in KINDS if kind.kind == name), None)
        if kind is None:
            raise KeyError(name)
        group = self._installed.select(group=f"embexplorer.{name}")
        found: dict[str, Plugin] = {}
        for module_name, module in self._modules(name, [point.module for point in group]):
            plugin = getattr(module, "plugin", None)
            if not isinstance(plugin, kind):
                self._broken[module_name] = f"it defines no `plugin` of the kind {kind.__name__}"
            elif plugin.id in found:
                raise ValueError(f"two {name} plugins have the id {plugin.id!r}")
            else:
                found[plugin.id] = plugin
        return found

    def all(self, kind: type[P]) -> list[P]:
        """Return the plugins of a kind, in the order of their ids."""
        return cast(
            "list[P]", [self.plugins[kind.kind][key] for key in sorted(self.plugins[kind.kind])]
        )

    def get(self, kind: type[P], plugin_id: str) -> P:
        """Return one plugin.

        Raises
        ------
        UserError
            When there is none with this id (what exists is listed), or its library is missing.
        """
        found = self.plugins[kind.kind].get(plugin_id)
        if found is None:
            known = ", ".join(sorted(self.plugins[kind.kind]))
            raise UserError(
                "Unknown name",
                f"“{plugin_id}” is not among the {kind.kind}.",
                f"Choose one of: {known}.",
            )
        if not found.is_available:
            extra = (
                f'pip install "embexplorer[{found.needs}]"'
                if found.needs
                else "reinstall embexplorer"
            )
            raise UserError(
                f"{found.title} is not installed"[:60],
                f"It needs {', '.join(found.modules)}.",
                f"Run: {extra}",
            )
        return cast("P", found)

    def _modules(self, kind: str, theirs: list[str]) -> Iterator[tuple[str, ModuleType]]:
        package = importlib.import_module(f"embexplorer.{kind}")
        names = [
            f"{package.__name__}.{info.name}" for info in pkgutil.iter_modules(package.__path__)
        ]
        for name in names + theirs:
            try:
                yield name, importlib.import_module(name)
            except Exception as error:  # noqa: BLE001  a broken plugin never stops the start
                self._broken[name] = f"{type(error).__name__}: {error}"
                _log.info("plugin %s does not import: %s", name, error)


class _Kinds(dict[str, dict[str, Plugin]]):
    """Plugins by kind and id; `load` gets those of a kind that is not there yet."""

    def __init__(
        self, load: Callable[[str], dict[str, Plugin]], there: Mapping[str, dict[str, Plugin]]
    ) -> None:
        super().__init__(there)
        self._load = load

    def __missing__(self, kind: str) -> dict[str, Plugin]:
        return self.setdefault(kind, self._load(kind))
