"""Which plugins there are: ours, those of installed packages, and those that fail to import."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar, cast

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
    from collections.abc import Iterator
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


@dataclass
class Registry:
    """The plugins of every kind, and what could not be imported (module: reason)."""

    plugins: dict[str, dict[str, Plugin]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def discover() -> Registry:
        """Import every plugin module and read its ``plugin`` constant; heavy libraries stay out."""
        registry = Registry()
        installed = entry_points()
        for kind in KINDS:
            registry.plugins[kind.kind] = {}
            theirs = [point.module for point in installed.select(group=f"embexplorer.{kind.kind}")]
            for name, module in registry._modules(kind.kind, theirs):
                registry._add(kind, name, module)
        return registry

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
                self.broken[name] = f"{type(error).__name__}: {error}"
                _log.info("plugin %s does not import: %s", name, error)

    def _add(self, kind: type[Plugin], name: str, module: ModuleType) -> None:
        plugin = getattr(module, "plugin", None)
        if not isinstance(plugin, kind):
            self.broken[name] = f"it defines no `plugin` of the kind {kind.__name__}"
            return
        if plugin.id in self.plugins[kind.kind]:
            raise ValueError(f"two {kind.kind} plugins have the id {plugin.id!r}")
        self.plugins[kind.kind][plugin.id] = plugin
