"""Makes a folder of safetensors of a GGUF's weights: `unpack.py GGUF FOLDER`, one line of JSON.

transformers dequantizes; what it computes is kept in the smallest type that holds every value."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
sys.path.insert(0, str(Path(__file__).parent.parent))

import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig  # noqa: E402
from worker.faults import first_line, is_machine  # noqa: E402
from worker.parent import end_with_parent  # noqa: E402

HALVES = (torch.float16, torch.bfloat16)


def unpack(gguf: Path, folder: Path) -> None:
    where = {"gguf_file": gguf.name, "local_files_only": True}
    loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **where)
    weights = loaded.state_dict()
    dtype = smallest(weights)
    # `save_pretrained` refuses a model that came from a GGUF: a new one takes its weights.
    config = AutoConfig.from_pretrained(gguf.parent, **where)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    model.load_state_dict({name: value.to(dtype) for name, value in weights.items()}, assign=True)
    model.tie_weights()
    model.config.dtype = dtype
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **where)
    model.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def smallest(weights: dict[str, torch.Tensor]) -> torch.dtype:
    floats = [value for value in weights.values() if value.is_floating_point()]
    for dtype in HALVES:
        if all(bool(torch.equal(value.to(dtype).float(), value)) for value in floats):
            return dtype
    return torch.float32


out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # libraries print
end_with_parent()
try:
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
    answer = {"tool": f"transformers {transformers.__version__}"}
except Exception as error:  # whatever went wrong is the answer
    answer = {"problem": f"{type(error).__name__}: {first_line(error)}", "isMachine": is_machine(error)}
print(json.dumps(answer), file=out)
