"""transformers' own loading, with its silent failures made loud."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM
from worker.faults import first_line, is_machine
from worker.methods import LoadRequest
from worker.protocol import Refused


def from_pretrained(request: LoadRequest, **more: Any) -> Any:
    """The model in evaluation mode; refused where weights are missing, or the architecture is not known."""
    config = load_config(request)
    trust = request.trust_remote_code
    try:
        model, info = AutoModelForCausalLM.from_pretrained(
            request.path,
            config=config,
            dtype=request.dtype,
            attn_implementation=request.attention,
            trust_remote_code=trust,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            **more,
        )
    except ImportError as error:
        raise Refused(f"{request.path}: {first_line(error)}", "environment") from error
    except (ValueError, OSError, KeyError, TypeError) as error:
        kind = "environment" if is_machine(error) else "usage"
        raise Refused(f"{request.path} cannot be loaded: {first_line(error)}", kind) from error
    except Exception as error:
        if type(error).__name__ == "SafetensorError":
            raise Refused(f"{request.path}: its weights cannot be read: {first_line(error)}") from error
        raise
    missing = sorted(info["missing_keys"])
    if missing:
        raise Refused(f"{request.path}: its weights lack {missing[0]}{_more(len(missing) - 1)}")
    return model.eval()


def _more(count: int) -> str:
    return "" if count == 0 else f" and {count} more tensors"


def load_config(request: LoadRequest) -> Any:
    try:
        return AutoConfig.from_pretrained(
            request.path, trust_remote_code=request.trust_remote_code, local_files_only=True
        )
    except (ValueError, OSError, KeyError) as error:
        text = str(error)
        if "custom code" in text or "trust_remote_code" in text:
            raise Refused(f"{request.path} brings code of its own; --trust-remote-code runs it") from error
        raise Refused(f"{request.path}: transformers does not know this model: {first_line(error)}") from error


DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
