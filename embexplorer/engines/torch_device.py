"""Which device PyTorch computes on, what it is called, and when its memory is full."""

from __future__ import annotations

import warnings

from embexplorer.core.errors import UserError
from embexplorer.core.memory import is_want_of_memory

DEVICES = ("auto", "cpu", "cuda", "mps")


def check_device_name(asked: str) -> None:
    """Refuse a device that no computer has; nothing is imported.

    Raises
    ------
    UserError
        Listing the names there are.
    """
    if asked not in DEVICES:
        raise UserError(
            "Unknown device", f"“{asked}” is no device.", f"Choose one of: {', '.join(DEVICES)}."
        )


def choose_device(asked: str) -> tuple[str, str]:
    """Return the name of the device to use, for PyTorch and for a person.

    Raises
    ------
    UserError
        When the device asked for is unknown or not here.
    """
    import torch

    check_device_name(asked)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a driver that is too old says so as a warning
        here = {
            "cuda": torch.cuda.is_available(),
            "mps": torch.backends.mps.is_available(),
            "cpu": True,
        }
    device = next(name for name, is_here in here.items() if is_here) if asked == "auto" else asked
    if not here[device]:
        built = "this PyTorch was built without it" if _lacks(device) else "PyTorch finds none"
        raise UserError(
            f"No {device.upper()} device here",
            f"The device {device} was asked for, but {built}.",
            "Choose auto or cpu.",
        )
    if device == "cuda":
        maker = "ROCm" if torch.version.hip else "CUDA"
        return device, f"{maker}: {torch.cuda.get_device_name()}"
    if device == "mps":
        return device, "MPS: Apple GPU"
    threads = torch.get_num_threads()
    return device, f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def describe_bfloat16(device: str) -> tuple[str, ...]:
    """Return a note where the device computes bfloat16 without instructions for it."""
    import torch

    if device == "cpu":
        if not hasattr(torch.cpu, "get_capabilities"):  # a PyTorch that does not know
            return ()
        able = torch.cpu.get_capabilities()
        is_able = any(able.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))  # Arm: bf16
        what = "CPU"
    else:
        is_able = device != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False)
        what = "GPU"
    if is_able:
        return ()
    return (f"This {what} has no instructions for bfloat16: float32 is likely faster.",)


def is_out_of_memory(error: Exception) -> bool:
    """Return whether PyTorch failed for want of memory, on any device."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or is_want_of_memory(error)


def free_device_memory() -> None:
    """Give the memory that PyTorch keeps for later back to the device."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def _lacks(device: str) -> bool:
    import torch

    return torch.version.cuda is None if device == "cuda" else not torch.backends.mps.is_built()
