"""GPTBigCode (StarCoder, SantaCoder) and StarCoder2."""

from __future__ import annotations

from functools import partial

from family import Array, Change, Plan, Tensor, head_of, linear
from refusal import Refusal
from rope import rope_of
from settings import Settings

_GELU = ("gelu_pytorch_tanh", "gelu_new", "gelu_fast")
"""Names of the approximation by tanh, which is the one that llama.cpp computes."""


def gpt_bigcode(settings: Settings) -> Plan:
    settings.demand("activation_function", _GELU, "gelu_pytorch_tanh", "llama.cpp computes this family with")
    if not settings.truth("scale_attn_weights", True):
        raise Refusal("scale_attn_weights of config.json is false, which llama.cpp's starcoder has not")
    width, heads = settings.integer("n_embd"), settings.integer("n_head")
    inner = settings.integer("n_inner", 4 * width)
    is_multi_query = settings.truth("multi_query", True)
    layers, positions = settings.integer("n_layer"), settings.integer("n_positions")
    metadata = {
        "context_length": positions,
        "embedding_length": width,
        "block_count": layers,
        "feed_forward_length": inner,
        "attention.head_count": heads,
        "attention.head_count_kv": 1 if is_multi_query else heads,
        "attention.layer_norm_epsilon": settings.number("layer_norm_epsilon", 1e-5),
    }
    sizes = (width, inner, heads, is_multi_query)
    tensors = [
        Tensor("transformer.wte.weight", "token_embd.weight", (settings.integer("vocab_size"), width)),
        Tensor("transformer.wpe.weight", "position_embd.weight", (positions, width), always_f32=True),
        *[t for layer in range(layers) for t in _bigcode_block(layer, sizes)],
        *_norm("transformer.ln_f", "output_norm", width),
        *head_of(settings, width, True),
    ]
    return Plan("starcoder", metadata, tensors)


def _bigcode_block(layer: int, sizes: tuple[int, int, int, bool]) -> list[Tensor]:
    width, inner, heads, is_multi_query = sizes
    here, there = f"transformer.h.{layer}", f"blk.{layer}"
    fused = width + 2 * (width // heads) if is_multi_query else 3 * width
    change: Change | None = None if is_multi_query else partial(unmix, heads=heads)
    attention = linear(f"{here}.attn.c_attn", f"{there}.attn_qkv", (fused, width), True)
    return [
        *_norm(f"{here}.ln_1", f"{there}.attn_norm", width),
        *[Tensor(t.source, t.target, t.shape, change) for t in attention],
        *linear(f"{here}.attn.c_proj", f"{there}.attn_output", (width, width), True),
        *_norm(f"{here}.ln_2", f"{there}.ffn_norm", width),
        *linear(f"{here}.mlp.c_fc", f"{there}.ffn_up", (inner, width), True),
        *linear(f"{here}.mlp.c_proj", f"{there}.ffn_down", (width, inner), True),
    ]


def unmix(values: Array, heads: int) -> Array:
    """transformers keeps query, key and value of a head together; llama.cpp all queries first."""
    apart = values.reshape(heads, 3, values.shape[0] // heads // 3, *values.shape[1:])
    return apart.swapaxes(0, 1).reshape(values.shape)


def starcoder2(settings: Settings) -> Plan:
    settings.demand("hidden_act", _GELU, "gelu_pytorch_tanh", "llama.cpp computes this family with")
    settings.demand("mlp_type", ("default",), "default", "llama.cpp knows")
    settings.demand("norm_type", ("layer_norm",), "layer_norm", "llama.cpp knows")
    if not settings.truth("use_bias", True):
        raise Refusal("use_bias of config.json is false, which llama.cpp's starcoder2 has not")
    width, heads = settings.integer("hidden_size"), settings.integer("num_attention_heads")
    layers, inner = settings.integer("num_hidden_layers"), settings.integer("intermediate_size")
    kv_heads = settings.integer("num_key_value_heads", 2)
    rope = rope_of(settings, width // heads)
    context, notes = _context(settings)
    metadata = rope.metadata | {
        "context_length": context,
        "embedding_length": width,
        "block_count": layers,
        "feed_forward_length": inner,
        "attention.head_count": heads,
        "attention.head_count_kv": kv_heads,
        "attention.layer_norm_epsilon": settings.number("norm_epsilon", 1e-5),
    }
    sizes = (width, inner, kv_heads * (width // heads))
    tensors = [
        Tensor("model.embed_tokens.weight", "token_embd.weight", (settings.integer("vocab_size"), width)),
        *[t for layer in range(layers) for t in _starcoder2_block(layer, sizes)],
        *_norm("model.norm", "output_norm", width),
        *head_of(settings, width, True),
    ]
    return Plan("starcoder2", metadata, tensors, rope.made, notes)


def _starcoder2_block(layer: int, sizes: tuple[int, int, int]) -> list[Tensor]:
    width, inner, keys = sizes
    here, there = f"model.layers.{layer}", f"blk.{layer}"
    return [
        *_norm(f"{here}.input_layernorm", f"{there}.attn_norm", width),
        *linear(f"{here}.self_attn.q_proj", f"{there}.attn_q", (width, width), True),
        *linear(f"{here}.self_attn.k_proj", f"{there}.attn_k", (keys, width), True),
        *linear(f"{here}.self_attn.v_proj", f"{there}.attn_v", (keys, width), True),
        *linear(f"{here}.self_attn.o_proj", f"{there}.attn_output", (width, width), True),
        *_norm(f"{here}.post_attention_layernorm", f"{there}.ffn_norm", width),
        *linear(f"{here}.mlp.c_fc", f"{there}.ffn_up", (inner, width), True),
        *linear(f"{here}.mlp.c_proj", f"{there}.ffn_down", (width, inner), True),
    ]


def _context(settings: Settings) -> tuple[int, list[str]]:
    """Up to the window's length a window changes nothing."""
    longest = settings.integer("max_position_embeddings")
    if "sliding_window" not in settings or settings.integer("sliding_window") >= longest:
        return longest, []
    window = settings.integer("sliding_window")
    return window, [
        f"each token sees the {window} before it, and llama.cpp's starcoder2 has no such window:"
        f" the file says that it was trained on {window} tokens, not {longest}"
    ]


def _norm(source: str, target: str, width: int) -> list[Tensor]:
    return [
        Tensor(f"{source}.weight", f"{target}.weight", (width,)),
        Tensor(f"{source}.bias", f"{target}.bias", (width,)),
    ]
