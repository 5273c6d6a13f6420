"""OpenVINO: the model as a graph of Intel's, its weights of 8 or 4 bits, or all of 8 bits by NNCF's SmoothQuant."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy
import torch
from openvino_telemetry.backend.backend_ga4 import GA4Backend
from optimum.intel import OVModelForCausalLM, OVQuantizationConfig, OVWeightQuantizationConfig
from worker.calibration import calibration_texts
from worker.faults import first_line
from worker.instructions import processor
from worker.methods import Audit, Loaded, LoadRequest
from worker.pretrained import load_config
from worker.protocol import Refused
from worker.quantizing import OUTPUT, tally

# It would tell Intel of each use, from a process of its own that outlives the worker.
GA4Backend.send = lambda *_: None

BITS = {"i8": 8, "u8": 8, "i4": 4, "u4": 4}
# Properties that decide what is computed, by what they are called here.
CHOSEN = {
    "INFERENCE_PRECISION_HINT": "arithmetic",
    "KV_CACHE_PRECISION": "cache",
    "DYNAMIC_QUANTIZATION_GROUP_SIZE": "activations quantized in groups of",
}
# What stands between a matrix of weights and the product that uses it.
ON_THE_WAY = {"Convert", "Multiply", "Subtract", "Reshape", "Transpose", "FakeConvert", "FakeQuantize"}


class Graph:
    """Called as a model of transformers is. Its cache lies in OpenVINO and cannot go back to an earlier length."""

    _is_stateful = True

    def __init__(self, model: Any) -> None:
        self.config = model.config
        self.generation_config = model.generation_config
        model.compile()
        self._request = model.request
        self._compiled = model.request.get_compiled_model()
        self._inputs = {name for one in model.model.inputs for name in one.get_names()}

    def settings(self) -> str:
        """What OpenVINO chose for this processor."""
        values = {name: self._compiled.get_property(name) for name in CHOSEN}
        return "OpenVINO's own choice: " + ", ".join(f"{CHOSEN[name]} {_plain(one)}" for name, one in values.items())

    def new_cache(self) -> Place:
        self._request.reset_state()
        return Place()

    def forward(
        self,
        input_ids: torch.Tensor,
        past_key_values: Place,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        use_cache: bool = True,
    ) -> SimpleNamespace:
        rows, width = input_ids.shape
        place, before = past_key_values, past_key_values.tokens
        mask = input_ids.new_ones(rows, before + width) if attention_mask is None else attention_mask
        positions = torch.arange(before, before + width).expand(rows, -1) if position_ids is None else position_ids
        order = numpy.arange(rows) if place.rows is None else place.rows
        given = {
            "input_ids": input_ids.numpy(),
            "attention_mask": mask.numpy(),
            "position_ids": positions.contiguous().numpy(),
            "beam_idx": order.astype(numpy.int32),
        }
        result = self._request.infer({name: one for name, one in given.items() if name in self._inputs})
        place.tokens, place.rows = before + width, None
        return SimpleNamespace(logits=torch.from_numpy(result["logits"].copy()))

    __call__ = forward


class Place:
    """Where a pass goes on: what stands for the cache that OpenVINO keeps."""

    def __init__(self) -> None:
        self.tokens = 0
        self.rows: Any = None

    def get_seq_length(self) -> int:
        return self.tokens

    def batch_select_indices(self, keep: torch.Tensor) -> None:
        self.rows = keep.numpy()


def load(request: LoadRequest) -> Loaded:
    if request.device != "cpu":
        raise Refused("OpenVINO computes on the CPU; use --device cpu")
    load_config(request)
    options = request.options
    try:
        model = OVModelForCausalLM.from_pretrained(
            request.path,
            export=True,
            compile=False,
            quantization_config=_config(request),
            trust_remote_code=request.trust_remote_code,
            local_files_only=True,
            ov_config={"INFERENCE_NUM_THREADS": torch.get_num_threads(), "CACHE_DIR": ""},
        )
    except ValueError as error:
        raise Refused(f"{request.path}: OpenVINO cannot take it: {first_line(error)}") from error
    layers = list(_layers(model.model, options))
    quantized, skipped = tally(layers)
    version = importlib.metadata.version("openvino")
    graph = Graph(model)
    audit = Audit(
        quantized=quantized,
        skipped=skipped,
        bytes=_bytes(model.model),
        kernel=f"OpenVINO {version.split('-')[0]}, {_what(options)}",
        instructions=processor(),
        notes=[graph.settings()],
    )
    return Loaded(graph, audit, generates=False)


def _config(request: LoadRequest) -> Any:
    options = request.options
    if options["way"] == "int8":
        return OVWeightQuantizationConfig(bits=8)
    if options["way"] == "int4":
        return OVWeightQuantizationConfig(
            bits=4, sym=False, group_size=options["group"], ratio=1.0, group_size_fallback="ignore"
        )
    texts = calibration_texts(options)
    return OVQuantizationConfig(
        dataset=texts, num_samples=len(texts), tokenizer=request.path, smooth_quant_alpha=options["alpha"]
    )


def _what(options: dict[str, Any]) -> str:
    return {
        "int8": "weights int8 a row",
        "int4": f"weights uint4 in groups of {options.get('group')}",
        "smoothquant": "NNCF SmoothQuant: weights int8 a row, activations static int8",
    }[options["way"]]


def _layers(graph: Any, options: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each product with a matrix of weights, and why it is not as it was asked for."""
    wanted = 4 if options["way"] == "int4" else 8
    for op in graph.get_ops():
        if op.get_type_name() != "MatMul":
            continue
        constant = _constant_of(op, 1)
        if constant is None:
            continue
        name = op.get_friendly_name()
        bits = BITS.get(constant.get_element_type().get_type_name())
        if bits == wanted and (options["way"] != "smoothquant" or _is_quantized_input(op)):
            yield name, None
        elif "lm_head" in name or "lm_head" in constant.get_friendly_name():
            yield name, OUTPUT if bits is None else f"the output layer, which has {bits} bits"
        elif wanted == 4:
            width = constant.get_output_shape(0)[-1]
            yield name, f"its width {width} does not divide by the group of {options['group']}: {_left(bits)}"
        else:
            yield name, "NNCF left it as it was"


def _left(bits: int | None) -> str:
    return "it stays as it is" if bits is None else f"it has {bits} bits"


def _constant_of(op: Any, index: int) -> Any:
    """The matrix that comes to an input; `None`: what comes is computed."""
    source = op.input_value(index).get_node()
    while source.get_type_name() in ON_THE_WAY:
        source = source.input_value(0).get_node()
    return source if source.get_type_name() == "Constant" else None


def _is_quantized_input(op: Any) -> bool:
    return op.input_value(0).get_node().get_type_name() == "FakeQuantize"


def _bytes(graph: Any) -> int:
    constants = [op for op in graph.get_ops() if op.get_type_name() == "Constant"]
    return sum(op.get_byte_size() for op in constants)


def _plain(value: Any) -> str:
    """As `bf16`, of `<Type: 'bfloat16'>`."""
    return str(getattr(value, "get_type_name", lambda: value)())
