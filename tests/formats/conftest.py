"""How tests of formats read a file: straight, without the cache, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from embexplorer.core.contracts import Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def parse(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Parsed]:
    """Return ``parse(module, path, limit=None, **params)``.

    A format that parses in a process of its own is asked here, by its `parse_file`.
    """

    def run(module: ModuleType, path: Path, limit: int | None = None, **params: Any) -> Parsed:
        plugin = module.plugin
        scratch = tmp_path_factory.mktemp("scratch")
        settings = build(plugin.params, params)
        read = getattr(module, "parse_file", plugin.read)
        return read(Reading(path, settings, scratch, limit=limit))

    return run


@pytest.fixture
def refuse(parse: Callable[..., Parsed]) -> Callable[..., UserError]:
    """Return ``refuse(module, path, **params)``: the error that reading raises."""

    def run(module: ModuleType, path: Path, **options: Any) -> UserError:
        with pytest.raises(UserError) as caught:
            parse(module, path, **options)
        return caught.value

    return run


@pytest.fixture
def vectors() -> np.ndarray:
    """Five vectors of seven numbers with all their bits, one of them zero."""
    rng = np.random.default_rng(7)
    made = rng.normal(0, 0.3, (5, 7)).astype(np.float32)
    made[3] = 0
    made[1, 2], made[1, 3] = np.float32(1e-38), np.float32(-3.4e38)
    return made
