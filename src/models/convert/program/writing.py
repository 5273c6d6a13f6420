"""Writes a model as GGUF, one tensor in memory at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType

from family import Array, Tensor
from floats import read_f32, to_type
from reading import Model
from shards import Stored
from special_tokens import chat_template, frame_of, special_ids

_TYPES = {"F32": np.dtype(np.float32), "F16": np.dtype(np.float16), "BF16": np.dtype(np.uint16)}
_FILE_TYPES = {
    "F32": LlamaFileType.ALL_F32,
    "F16": LlamaFileType.MOSTLY_F16,
    "BF16": LlamaFileType.MOSTLY_BF16,
}

Matched = list[tuple[Tensor, Stored]]


def write_gguf(
    model: Model, matched: Matched, kind: str, output: Path, progress: Callable[[int], None]
) -> None:
    writer = GGUFWriter(None, model.plan.architecture)
    _describe(writer, model, kind)
    made = model.plan.made
    for name, values in made.items():
        writer.add_tensor_info(name, values.shape, values.dtype, values.nbytes)
    for tensor, _ in matched:
        own, dtype = _own_type(tensor, kind)
        size = int(np.prod(tensor.shape)) * dtype.itemsize
        raw = GGMLQuantizationType[own]
        writer.add_tensor_info(tensor.target, tensor.shape, dtype, size, raw)
    writer.write_header_to_file(output)
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for values in made.values():
        writer.write_tensor_data(values)
    for done, (tensor, stored) in enumerate(matched, 1):
        writer.write_tensor_data(_converted(tensor, stored, kind))
        progress(done)
    writer.close()


def _own_type(tensor: Tensor, kind: str) -> tuple[str, np.dtype[Any]]:
    own = "F32" if tensor.always_f32 or len(tensor.shape) < 2 else kind
    return own, _TYPES[own]


def _converted(tensor: Tensor, stored: Stored, kind: str) -> Array:
    values = read_f32(stored)
    ordered = values if tensor.change is None else tensor.change(values)
    return to_type(ordered, _own_type(tensor, kind)[0], tensor.source)


def _describe(writer: GGUFWriter, model: Model, kind: str) -> None:
    writer.add_type("model")
    writer.add_name(model.folder.name)
    writer.add_file_type(_FILE_TYPES[kind])
    writer.add_quantization_version(2)
    for name, value in model.plan.metadata.items():
        key = f"{model.plan.architecture}.{name}"
        if isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, float):
            writer.add_float32(key, value)
        else:
            writer.add_string(key, value)
    _describe_tokens(writer, model)


def _describe_tokens(writer: GGUFWriter, model: Model) -> None:
    vocabulary = model.vocabulary
    writer.add_tokenizer_model(vocabulary.model)
    writer.add_tokenizer_pre(vocabulary.pre)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    if vocabulary.model == "llama":
        writer.add_token_scores(vocabulary.scores)
    else:
        writer.add_token_merges(vocabulary.merges)
    if vocabulary.adds_space is not None:
        writer.add_add_space_prefix(vocabulary.adds_space)
    for word, index in special_ids(model.folder, vocabulary.tokens).items():
        writer.add_uint32(f"tokenizer.ggml.{word}_token_id", index)
    adds_bos, adds_eos = frame_of(model.tokenizer)
    writer.add_add_bos_token(adds_bos)
    writer.add_add_eos_token(adds_eos)
    template = chat_template(model.folder)
    if template is not None:
        writer.add_chat_template(template)
