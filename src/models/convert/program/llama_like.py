"""Llama and Qwen2: the same blocks; Llama's queries and keys lie in another order in llama.cpp."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from family import Array, Change, Plan, Tensor, head_of, linear
from refusal import Refusal
from rope import rope_of
from settings import Settings


@dataclass(frozen=True)
class Shape:
    """Sizes of the blocks."""

    width: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    head_width: int


def llama(settings: Settings) -> Plan:
    if settings.number("pretraining_tp", 1) != 1:
        raise Refusal("pretraining_tp of config.json is not 1: its matrices are cut")
    shape = _shape(settings)
    bias = settings.truth("attention_bias", False)
    return _plan("llama", settings, shape, (bias, bias, settings.truth("mlp_bias", False)))


def qwen2(settings: Settings) -> Plan:
    """Every published model has `use_sliding_window` false; llama.cpp has no such window here."""
    shape = _shape(settings)
    if settings.truth("use_sliding_window", False):
        first = settings.count("max_window_layers", 28)
        window = settings.integer("sliding_window", 4096)
        if first < shape.layers and window < settings.integer("max_position_embeddings"):
            raise Refusal("use_sliding_window of config.json is true, which llama.cpp's qwen2 has not")
    return _plan("qwen2", settings, shape, (True, False, False))


def _shape(settings: Settings) -> Shape:
    settings.demand("hidden_act", ("silu",), "silu", "llama.cpp computes this family with")
    heads = settings.integer("num_attention_heads")
    width = settings.integer("hidden_size")
    kv_heads = settings.integer("num_key_value_heads", heads)
    head_width = settings.integer("head_dim", width // heads)
    if heads % kv_heads != 0 or head_width % 2 != 0:
        raise Refusal(f"{heads} heads over {kv_heads} of keys, each {head_width} wide, do not fit")
    inner, layers = settings.integer("intermediate_size"), settings.integer("num_hidden_layers")
    return Shape(width, inner, layers, heads, kv_heads, head_width)


def _plan(architecture: str, settings: Settings, shape: Shape, biases: tuple[bool, bool, bool]) -> Plan:
    rope = rope_of(settings, shape.head_width)
    metadata = rope.metadata | {
        "context_length": settings.integer("max_position_embeddings"),
        "embedding_length": shape.width,
        "block_count": shape.layers,
        "feed_forward_length": shape.inner,
        "attention.head_count": shape.heads,
        "attention.head_count_kv": shape.kv_heads,
        "attention.key_length": shape.head_width,
        "attention.value_length": shape.head_width,
        "attention.layer_norm_rms_epsilon": settings.number("rms_norm_eps", 1e-6),
    }
    vocabulary = settings.integer("vocab_size")
    tensors = [
        Tensor("model.embed_tokens.weight", "token_embd.weight", (vocabulary, shape.width)),
        *[t for layer in range(shape.layers) for t in _block(architecture, layer, shape, biases)],
        Tensor("model.norm.weight", "output_norm.weight", (shape.width,)),
        *head_of(settings, shape.width, False),
    ]
    return Plan(architecture, metadata, tensors, rope.made)


def _block(architecture: str, layer: int, shape: Shape, biases: tuple[bool, bool, bool]) -> list[Tensor]:
    qkv_bias, out_bias, mlp_bias = biases
    here, there = f"model.layers.{layer}", f"blk.{layer}"
    width, inner = shape.width, shape.inner
    queries, keys = shape.heads * shape.head_width, shape.kv_heads * shape.head_width
    is_llama = architecture == "llama"
    by_query: Change | None = partial(interleave, heads=shape.heads) if is_llama else None
    by_key: Change | None = partial(interleave, heads=shape.kv_heads) if is_llama else None
    return [
        Tensor(f"{here}.input_layernorm.weight", f"{there}.attn_norm.weight", (width,)),
        *_changed(linear(f"{here}.self_attn.q_proj", f"{there}.attn_q", (queries, width), qkv_bias), by_query),
        *_changed(linear(f"{here}.self_attn.k_proj", f"{there}.attn_k", (keys, width), qkv_bias), by_key),
        *linear(f"{here}.self_attn.v_proj", f"{there}.attn_v", (keys, width), qkv_bias),
        *linear(f"{here}.self_attn.o_proj", f"{there}.attn_output", (width, queries), out_bias),
        Tensor(f"{here}.post_attention_layernorm.weight", f"{there}.ffn_norm.weight", (width,)),
        *linear(f"{here}.mlp.gate_proj", f"{there}.ffn_gate", (inner, width), mlp_bias),
        *linear(f"{here}.mlp.up_proj", f"{there}.ffn_up", (inner, width), mlp_bias),
        *linear(f"{here}.mlp.down_proj", f"{there}.ffn_down", (width, inner), mlp_bias),
    ]


def _changed(tensors: list[Tensor], change: Change | None) -> list[Tensor]:
    return [Tensor(t.source, t.target, t.shape, change) for t in tensors]


def interleave(values: Array, heads: int) -> Array:
    """transformers turns the halves of a head against each other, llama.cpp's Llama neighbours."""
    halves = values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:])
    return halves.swapaxes(1, 2).reshape(values.shape)
