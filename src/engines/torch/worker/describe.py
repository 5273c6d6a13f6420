"""Says whether transformers can run a folder, by its config alone, in one line of JSON.

`describe.py FOLDER [--trust-remote-code]`"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}


def problem(folder: str, trusts: bool) -> str | None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    config = json.loads((Path(folder) / "config.json").read_text("utf-8"))
    kind = config.get("model_type")
    if "auto_map" in config:
        return None if trusts else "it brings code of its own; --trust-remote-code runs it"
    if kind not in CONFIG_MAPPING_NAMES:
        return f"transformers does not know models of the type {kind!r}; name another model"
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return f"transformers' models of the type {kind!r} do not generate text; name another model"
    return None


out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # libraries print
found = problem(sys.argv[1], "--trust-remote-code" in sys.argv[2:])
print(json.dumps({} if found is None else {"problem": found}), file=out)
