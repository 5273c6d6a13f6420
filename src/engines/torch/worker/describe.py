"""Says whether transformers can run a folder, by its config alone: `describe.py FOLDER`, one line of JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}


def problem(folder: str) -> str | None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    config = json.loads((Path(folder) / "config.json").read_text("utf-8"))
    kind = config.get("model_type")
    if "auto_map" in config:
        return None  # code of its own, which a flag allows
    if kind not in CONFIG_MAPPING_NAMES:
        return f"transformers does not know models of the type {kind!r}"
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return f"transformers' models of the type {kind!r} do not generate text"
    return None


out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # libraries print
found = problem(sys.argv[1])
print(json.dumps({} if found is None else {"problem": found}), file=out)
