"""SmoothQuant: activations and weights of 8 bits, scales fixed by a calibration text, by fbgemm's kernels.

Xiao et al., SmoothQuant, 2023: outliers of activations are divided away and multiplied into the weights."""

from __future__ import annotations

import torch
from worker.calibration import calibration_tokens
from worker.instructions import has_vnni, processor
from worker.methods import Audit, Loaded, LoadRequest, weight_bytes
from worker.pretrained import from_pretrained
from worker.protocol import Refused
from worker.quantizing import linears, swap
from worker.vocabulary import load_tokenizer

LEAST = 1e-5

# By layer: the greatest and the least value of each input.
Ranges = dict[str, tuple[torch.Tensor, torch.Tensor]]


class SmoothLinear(torch.nn.Module):
    """`y = x W' + b`: x in `bits` with one scale, W in 8 bits with a scale a row, sums in 32 bits."""

    def __init__(
        self, linear: torch.nn.Linear, range_: tuple[torch.Tensor, torch.Tensor], alpha: float, bits: int
    ) -> None:
        super().__init__()
        high, low = range_
        weight = linear.weight.detach().float()
        reach = torch.maximum(high.abs(), low.abs()).clamp(min=LEAST)
        smooth = (reach**alpha / weight.abs().amax(0).clamp(min=LEAST) ** (1 - alpha)).clamp(min=LEAST)
        self.register_buffer("inverse", 1 / smooth)
        weight = weight * smooth
        self.top = 2**bits - 1
        most, least = max((high / smooth).max().item(), 0.0), min((low / smooth).min().item(), 0.0)
        self.scale = max((most - least) / self.top, 1e-8)
        self.zero = round(-least / self.scale)
        scales = (weight.abs().amax(1) / 127).double().clamp(min=1e-12)
        zeros = torch.zeros(len(scales), dtype=torch.int64)
        codes = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        bias = None if linear.bias is None else linear.bias.detach().float()
        self.packed = torch.ops.quantized.linear_prepack(codes, bias)
        # Packed weights are no tensors: the audit must hear of them.
        self.packed_bytes = weight.numel() + 8 * len(scales)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x * self.inverse).clamp(-self.zero * self.scale, (self.top - self.zero) * self.scale)
        return torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            x, self.scale, self.zero, self.packed
        )


def load(request: LoadRequest) -> Loaded:
    if request.device != "cpu":
        raise Refused("smoothquant: fbgemm's kernels are for the CPU; use --device cpu")
    torch.backends.quantized.engine = "fbgemm"
    model = from_pretrained(request)
    tokenizer = load_tokenizer(request.path, request.trust_remote_code)
    ranges = watch(model, calibration_tokens(tokenizer, request.options))
    # Where products are summed in 16 bits, 8 bits of activation overflow.
    bits = 8 if has_vnni() else 7

    def make(name: str, linear: torch.nn.Linear) -> torch.nn.Module | str:
        range_ = ranges.get(name)
        return "the calibration text never reached it" if range_ is None else SmoothLinear(linear, range_, request.options["alpha"], bits)

    quantized, skipped = swap(model, make)
    audit = Audit(
        quantized=quantized,
        skipped=skipped,
        bytes=weight_bytes(model) + sum(getattr(one, "packed_bytes", 0) for one in model.modules()),
        kernel=f"fbgemm, weights qint8 a row, activations static quint8 of {bits} bits",
        instructions=processor(),
        notes=[] if bits == 8 else ["this processor has no VNNI: activations have 7 bits, since fbgemm overflows with 8"],
    )
    return Loaded(model, audit)


def watch(model: torch.nn.Module, texts: list[list[int]]) -> Ranges:
    """Runs the texts and keeps what each linear layer's inputs reach."""
    seen: Ranges = {}

    def watcher(name: str):
        def hook(_module, args, _output) -> None:
            flat = args[0].reshape(-1, args[0].shape[-1])
            high, low = flat.amax(0), flat.amin(0)
            old = seen.get(name, (high, low))
            seen[name] = torch.maximum(high, old[0]), torch.minimum(low, old[1])

        return hook

    handles = [module.register_forward_hook(watcher(name)) for name, module in linears(model)]
    with torch.inference_mode():
        for tokens in texts:
            model(input_ids=torch.tensor([tokens]), use_cache=False)
    for handle in handles:
        handle.remove()
    return {name: (high.clone(), low.clone()) for name, (high, low) in seen.items()}
