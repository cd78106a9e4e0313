"""Which encoder a name means, and the encoders that stay loaded between two calls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Encoder
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, build, fields_of
from embexplorer.engines.torch_device import check_device_name
from embexplorer.storage.paths import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.contracts import LoadedEncoder
    from embexplorer.core.space import Provenance
    from embexplorer.plugins import Registry

ANY_MODEL = "sentence-transformers"  # the plugin for what is no plugin's id: a folder or a hub id
KEPT = "encoders"  # under this name a process keeps its pool
MODELS = "models"  # folder in the cache of what is made of models
BATCH_SIZE = 1024  # for an encoder that has no such parameter, or where it is unset
MODEL = "model"  # the parameter of an encoder that says which model
HOW_FAST = ("batch_size", "download")
MOST = 2  # encoders that stay loaded: one to encode with, one to ask with


@dataclass(frozen=True, slots=True)
class ChosenEncoder:
    """An encoder with its parameters; `revision` says what its vectors depend on."""

    plugin: Encoder
    params: Any
    revision: str

    @property
    def batch_size(self) -> int:
        """Texts given to the encoder at once, at most."""
        return int(getattr(self.params, "batch_size", None) or BATCH_SIZE)

    @property
    def splits_long_texts(self) -> bool:
        """Whether texts that are too long are encoded in parts, not cut."""
        return bool(getattr(self.params, "too_long", "cut") == "split")

    @property
    def settings(self) -> dict[str, Any]:
        """The parameters by name, without the leave to download."""
        return {name: value for name, value in as_dict(self.params).items() if name != "download"}


def choose_encoder(
    registry: Registry,
    name: str,
    params: Mapping[str, Any] | None = None,
    *,
    download: bool = False,
) -> ChosenEncoder:
    """Return the encoder that an id, a model folder or a hub id means.

    Raises
    ------
    UserError
        When its library or model is not here, or a parameter is wrong.
    """
    values = dict(params or {})
    if name not in registry.plugins[Encoder.kind]:
        folder = Path(name).expanduser()
        values["model"] = str(folder.resolve()) if folder.is_dir() else name
        name = ANY_MODEL
    plugin = registry.get(Encoder, name)
    if download and any(field.name == "download" for field in fields_of(plugin.params)):
        values["download"] = True
    chosen: Any = build(plugin.params, values)
    if plugin.fingerprint is None:
        raise UserError(
            "The encoder is incomplete", f"{plugin.id} has no fingerprint.", "Update it."
        )
    return ChosenEncoder(plugin, chosen, plugin.fingerprint(chosen))


def named_encoder(made: Provenance) -> tuple[str, dict[str, Any]]:
    """Return the name of the encoder that made a space, as `choose_encoder` takes it, and the rest.

    What changes how fast it works and nothing of what it makes is left out.
    """
    params = {name: value for name, value in made.params.items() if name not in HOW_FAST}
    return str(params.pop(MODEL, "") or made.encoder), params


class EncoderPool:
    """The encoders that were loaded last, ready for the next call."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str, str], LoadedEncoder] = {}

    @staticmethod
    def of(kept: dict[str, Any] | None) -> EncoderPool:
        """Return the pool among the things a process keeps, or a new one."""
        pool = EncoderPool() if kept is None else kept.setdefault(KEPT, EncoderPool())
        assert isinstance(pool, EncoderPool)
        return pool

    def get(self, chosen: ChosenEncoder, device: str) -> LoadedEncoder:
        """Return the encoder, loaded on a device (auto, cpu, cuda or mps).

        Raises
        ------
        UserError
            When it does not load, or the device is not here.
        """
        check_device_name(device)
        key = (chosen.plugin.id, chosen.revision, device)
        loaded = self._loaded.pop(key, None)
        if loaded is None:
            while len(self._loaded) >= MOST:
                del self._loaded[next(iter(self._loaded))]
            assert chosen.plugin.load is not None  # the contract tests say so
            files = {"folder": cache_folder() / MODELS} if chosen.plugin.keeps_files else {}
            loaded = chosen.plugin.load(chosen.params, device, **files)
        self._loaded[key] = loaded
        return loaded
