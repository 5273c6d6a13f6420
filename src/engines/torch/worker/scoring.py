"""Log-probabilities of given tokens, by docs/perplexity.md's definition: softmax over the whole vocabulary."""

from __future__ import annotations

from typing import Any

import torch
from worker.channel import Channel
from worker.choosing import refuse_nan
from worker.model import Model

# Logits of so many places are in memory at once: 256 of 152,000 tokens are 0.3 GB as doubles.
PLACES = 256


def score(model: Model, windows: list[dict[str, Any]], top: int, channel: Channel) -> int:
    """Tells the scores of each window; gives the number of tokens that were scored."""
    scored = 0
    for window in windows:
        count = _score_window(model, window, top, channel, scored)
        scored += count
    return scored


def _score_window(model: Model, window: dict[str, Any], top: int, channel: Channel, before: int) -> int:
    tokens, score_from = window["tokens"], window["scoreFrom"]
    follow = window.get("follow")
    cache = model.new_cache()
    own: list[float] = []
    likeliest: list[int] = []
    ids: list[list[int]] = []
    probabilities: list[list[float]] = []
    # Nothing comes after the last token, so the model need not see it. Where scoring begins changes
    # no pass, and so no probability.
    for start in range(0, len(tokens) - 1, PLACES):
        piece = tokens[start : min(start + PLACES, len(tokens) - 1)]
        logits = model.step(torch.tensor([piece], device=model.device), cache, keep=len(piece))[0]
        refuse_nan(logits)
        first = max(0, score_from - 1 - start)
        if first >= len(piece):
            channel.tell("scoring", tokens=before)
            continue
        log_probs = logits[first:].double().log_softmax(-1)
        places = range(start + first + 1, start + len(piece) + 1)
        targets = torch.tensor([tokens[place] for place in places], device=model.device)
        own += log_probs.gather(1, targets[:, None])[:, 0].tolist()
        likeliest += log_probs.argmax(-1).tolist()
        wanted = _wanted(log_probs, follow, top, len(ids))
        if wanted is not None:
            ids += wanted
            # Rows may follow different numbers of tokens.
            probabilities += [row[torch.tensor(one, device=row.device)].tolist() for row, one in zip(log_probs, wanted)]
        channel.tell("scoring", tokens=before + len(own))
    scores: dict[str, Any] = {"id": window["id"], "logProbs": own, "likeliest": likeliest}
    if follow is not None or top > 0:
        scores["distributions"] = {"ids": ids, "logProbs": probabilities}
    channel.tell("scores", scores=scores)
    return len(own)


def _wanted(
    log_probs: torch.Tensor, follow: list[list[int]] | None, top: int, done: int
) -> list[list[int]] | None:
    if follow is not None:
        return follow[done : done + len(log_probs)]
    return log_probs.topk(min(top, log_probs.shape[-1])).indices.tolist() if top > 0 else None
