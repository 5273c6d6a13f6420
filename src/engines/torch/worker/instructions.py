"""What a processor has for numbers of few bits."""

from __future__ import annotations

import torch


def has_vnni() -> bool:
    """Products of 8-bit numbers summed in 32 bits; without it they are summed in 16, which overflow."""
    return bool(getattr(torch.cpu, "_is_vnni_supported", lambda: False)())


def has_bf16() -> bool:
    """Arithmetic of bfloat16, beside conversions."""
    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, lambda: False)() for name in names)


def processor() -> str:
    """As `AVX512 with VNNI and bf16`."""
    more = [name for name, is_there in (("VNNI", has_vnni()), ("bf16", has_bf16())) if is_there]
    capability = torch.backends.cpu.get_cpu_capability()
    return capability if not more else f"{capability} with {' and '.join(more)}"
