"""A sentence-transformers model as an ONNX file, and ONNX Runtime or OpenVINO computing it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.engines.model_folder import first_line, model_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch
    from sentence_transformers import SentenceTransformer

    Features = dict[str, Any]
    Session = Callable[[Features], torch.Tensor]

TORCH, ONNX, OPENVINO = "torch", "onnx", "openvino"
LIBRARIES = {TORCH: "PyTorch", ONNX: "ONNX Runtime", OPENVINO: "OpenVINO"}
MODULES = {TORCH: ("torch",), ONNX: ("onnx", "onnxruntime"), OPENVINO: ("onnx", "openvino")}
VERSION = 1  # changes when the same model would be exported differently
OPSET = 18
FILE = "model.onnx"
OUTPUT = "token_embeddings"
KEPT_DAYS = 90  # after which an export that was not used is removed
# Of the model that is traced, and of two others that show whether its axes are free.
TRACED = ("one", "a text of a few more words")
TRIED = (("a",), ("a", "some words in a row", "and a longer text " * 12))
TOLERANCE = 1e-3  # of token vectors, relative to the largest: far above rounding, far below faults


def library_of(backend: str) -> str:
    """Return the name of the library that computes."""
    return LIBRARIES[backend]


def check_backend(backend: str, precision: str, device: str) -> None:
    """Refuse a backend that is not installed or cannot do what is asked; nothing is imported.

    Raises
    ------
    UserError
        Saying which extra to install, or what to choose instead.
    """
    library = library_of(backend)
    if missing := [module for module in MODULES[backend] if find_spec(module) is None]:
        raise UserError(
            f"{library} is not installed",
            f"The module {missing[0]} is missing.",
            f'Run: pip install "embexplorer[{backend}]"',
        )
    if backend != TORCH and device not in ("auto", "cpu"):
        raise UserError(
            f"{library} computes on the CPU",
            f"The device {device} was asked for.",
            "Choose the device auto or cpu, or PyTorch.",
        )
    if backend == ONNX and precision != "float32":
        raise UserError(
            f"{library} has no {precision}",
            f"On the CPU {library} computes in float32.",
            "Choose float32, or OpenVINO or PyTorch.",
        )


@contextmanager
def export_model(
    model: SentenceTransformer, folder: Path, exports: Path | None = None
) -> Iterator[Path]:
    """Give the ONNX file of a model's first module, made if it is not in `exports` yet.

    The user's model folder is only read. Without `exports` the file is gone afterwards.

    Raises
    ------
    UserError
        When the model cannot be exported, or the exported one computes other vectors.
    """
    import torch
    import transformers

    made_of = [VERSION, OPSET, model_digest(folder), torch.__version__, transformers.__version__]
    key = hashlib.blake2b(json.dumps(made_of).encode(), digest_size=16).hexdigest()
    if exports is not None and (exports / key / FILE).is_file():
        (exports / key).touch()
        yield exports / key / FILE
        return
    if exports is not None:
        exports.mkdir(parents=True, exist_ok=True)
        _discard_old(exports)
    scratch = Path(tempfile.mkdtemp(prefix=".export-", dir=exports))
    try:
        _export(model, folder, scratch / FILE)
        if exports is None:
            yield scratch / FILE
            return
        with suppress(OSError):  # another process has made the same
            scratch.rename(exports / key)
        yield exports / key / FILE
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def open_session(path: Path, backend: str, precision: str) -> Session:
    """Load an ONNX file into ONNX Runtime or OpenVINO, on as many threads as PyTorch has."""
    import torch

    run = {ONNX: _onnx_runtime, OPENVINO: _openvino}[backend](path, precision)

    def session(features: Features) -> torch.Tensor:
        try:
            return torch.from_numpy(run(features))
        except Exception as error:  # the border to a library, whose errors have no common class
            raise RuntimeError(str(error)) from error

    return session


def _onnx_runtime(path: Path, precision: str) -> Callable[[Features], Any]:
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3  # errors only
    opened = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [one.name for one in opened.get_inputs()]
    return lambda features: opened.run([OUTPUT], {name: features[name].numpy() for name in names})[
        0
    ]


def _openvino(path: Path, precision: str) -> Callable[[Features], Any]:
    # OpenVINO does without its telemetry where that cannot be imported.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as Python allows
    import openvino
    import torch

    # Left to itself, OpenVINO computes in bfloat16 wherever the CPU can.
    settings = {
        "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[precision],
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        "PERFORMANCE_HINT": "LATENCY",
    }
    core = openvino.Core()
    request = core.compile_model(core.read_model(path), "CPU", settings).create_infer_request()
    names = [one.any_name for one in request.model_inputs]
    return lambda features: request.infer({name: features[name].numpy() for name in names})[OUTPUT]


def _export(model: SentenceTransformer, folder: Path, path: Path) -> None:
    """Write the ONNX file, and hold what it computes against the model."""
    import numpy as np
    import onnx
    import torch

    first = model[0]
    traced = _tensors(model.preprocess(list(TRACED)))

    class TokenVectors(torch.nn.Module):
        """The model's first module with its features as arguments, which is what is traced."""

        def __init__(self) -> None:
            super().__init__()
            self.first = first

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.first(dict(zip(traced, values, strict=True)))[OUTPUT]
            return vectors

    try:
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                TokenVectors().eval(),
                tuple(traced.values()),
                str(path),
                input_names=list(traced),
                output_names=[OUTPUT],
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in (*traced, OUTPUT)},
                opset_version=OPSET,
                dynamo=False,  # the other exporter needs a third library and gives the same
            )
            onnx.checker.check_model(str(path))
            run = _reference(path)
            for texts in TRIED:
                features = _tensors(model.preprocess(list(texts)))
                expected = first(dict(features))[OUTPUT].numpy()
                error = np.abs(run(features) - expected).max() / np.abs(expected).max()
                if not error <= TOLERANCE:
                    raise ValueError(f"its vectors differ by {error:.1%}")
    except Exception as error:  # the border to an exporter, which may fail in any way
        raise UserError(
            "The model cannot be exported",
            f"{folder}: {first_line(error)}",
            "Compute with PyTorch, or choose another model.",
        ) from error


def _reference(path: Path) -> Callable[[Features], Any]:
    backend = ONNX if find_spec("onnxruntime") else OPENVINO
    return {ONNX: _onnx_runtime, OPENVINO: _openvino}[backend](path, "float32")


def _tensors(features: Features) -> Features:
    return {name: value for name, value in features.items() if hasattr(value, "shape")}


def _discard_old(exports: Path) -> None:
    """Remove exports that were not used for long, and what a crash left behind."""
    for folder in exports.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > KEPT_DAYS * 86400:
                shutil.rmtree(folder, ignore_errors=True)
