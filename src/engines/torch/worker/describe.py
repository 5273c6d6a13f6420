"""Says whether transformers can run a folder and whether its model keeps a state, by its config alone.

Prints one line of JSON.

`describe.py FOLDER [--trust-remote-code]`"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}


def problem(config: dict[str, Any], trusts: bool) -> str | None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    kind = config.get("model_type")
    if "auto_map" in config:
        return None if trusts else "it brings code of its own; --trust-remote-code runs it"
    if kind not in CONFIG_MAPPING_NAMES:
        return f"transformers does not know models of the type {kind!r}; name another model"
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return f"transformers' models of the type {kind!r} do not generate text; name another model"
    return None


def keeps_state(config: dict[str, Any]) -> bool:
    """Whether transformers marks its class as one with a recurrent state: read, since importing it takes seconds."""
    from transformers.models.auto.configuration_auto import model_type_to_module_name

    name = model_type_to_module_name(str(config.get("model_type")))
    spec = importlib.util.find_spec(f"transformers.models.{name}.modeling_{name}")
    if spec is None or spec.origin is None:
        return False
    return "_is_stateful = True" in Path(spec.origin).read_text("utf-8")


out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # libraries print
read = json.loads((Path(sys.argv[1]) / "config.json").read_text("utf-8"))
found = problem(read, "--trust-remote-code" in sys.argv[2:])
own = "auto_map" in read
answer = {"keepsState": not own and keeps_state(read)} if found is None else {"problem": found}
print(json.dumps(answer), file=out)
