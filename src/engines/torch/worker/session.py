"""A loaded model, and its answers to the parent's questions."""

from __future__ import annotations

import time
from typing import Any

import torch
from worker import pulse
from worker.benchmarking import benchmark
from worker.channel import Channel
from worker.drafting import generate_assisted, generate_lookup
from worker.generating import generate
from worker.memory import limit_memory, peak_rss_bytes, rss_bytes
from worker.model import Model
from worker.protocol import VERSION, Refused
from worker.rendering import Renderer
from worker.scoring import score
from worker.vocabulary import end_tokens, load_tokenizer, token_table

DRAFTING = ("assisted", "lookup")

# transformers' assisted generation is a method of its own models.
NO_DRAFTS = "this variant takes no drafts; use --decode greedy"


class Session:
    def __init__(self, model: Model, tokenizer: Any, channel: Channel) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._renderer = Renderer(tokenizer)
        self._channel = channel
        self._draft: Model | None = None
        model.ends = end_tokens(tokenizer, model.ends)

    @classmethod
    def open(cls, question: dict[str, Any], channel: Channel) -> Session:
        since = time.perf_counter()
        if "memoryBytes" in question and question["device"] == "cpu":
            limit_memory(question["memoryBytes"])
        torch.set_num_threads(question["threads"])
        torch.set_grad_enabled(False)
        with pulse.loading(channel):
            tokenizer = load_tokenizer(question["modelPath"], question["trustRemoteCode"])
            model = Model(question)
            session = cls(model, tokenizer, channel)
            size = model.config.get_text_config().vocab_size
            table = token_table(tokenizer, size)
        pulse.watch_layers(model.module, channel)
        for note in model.audit.notes:
            channel.tell("note", text=note)
        channel.tell(
            "opened",
            protocol=VERSION,
            loadMs=(time.perf_counter() - since) * 1e3,
            threads=torch.get_num_threads(),
            systemInfo=f"torch {torch.__version__}, {model.audit.instructions}",
            **_train_context(model),
            hasChatTemplate=tokenizer.chat_template is not None,
            isStateful=model.is_stateful,
            ends=sorted(model.ends),
            vocabulary=table,
            audit=model.audit.as_json() | {"attention": model.attention_text or question["attention"]},
        )
        return session

    def answer(self, question: dict[str, Any]) -> None:
        kind = question["kind"].replace("-", "_")
        cpu = time.process_time()
        getattr(self, f"_{kind}")(question, lambda: (time.process_time() - cpu) * 1e3)

    def _render(self, question: dict[str, Any], _cpu_ms: Any) -> None:
        since = time.perf_counter()
        prompts = [self._renderer.render(prompt) for prompt in question["prompts"]]
        self._channel.tell("rendered", prompts=prompts, ms=(time.perf_counter() - since) * 1e3)

    def _tokenize(self, question: dict[str, Any], _cpu_ms: Any) -> None:
        texts = [self._renderer.plain_tokens(text) for text in question["texts"]]
        bos = {} if self._renderer.bos is None else {"bos": self._renderer.bos}
        self._channel.tell("tokenized", texts=texts, **bos)

    def _generate(self, question: dict[str, Any], cpu_ms: Any) -> None:
        sequences = question["sequences"]
        mode = sequences[0]["decode"]["mode"]
        if mode in DRAFTING:
            self._refuse_drafts()
        if mode == "assisted":
            wall_ms = generate_assisted(self._model, self._draft, sequences[0], self._channel)
        elif mode == "lookup":
            wall_ms = generate_lookup(self._model, sequences[0], self._channel)
        else:
            wall_ms = generate(self._model, sequences, self._channel)
        self._channel.tell("generated", wallMs=wall_ms, cpuMs=cpu_ms(), peakRssBytes=peak_rss_bytes())

    def _refuse_drafts(self) -> None:
        if not self._model.generates:
            raise Refused(NO_DRAFTS)
        if self._model.is_stateful:
            raise Refused("a recurrent model's state cannot go back: it takes no drafts; use --decode greedy")

    def _score(self, question: dict[str, Any], _cpu_ms: Any) -> None:
        since = time.perf_counter()
        tokens = score(self._model, question["windows"], question["top"], self._channel)
        wall_ms = (time.perf_counter() - since) * 1e3
        self._channel.tell("scored", stats={"wallMs": wall_ms, "tokens": tokens, "peakRssBytes": peak_rss_bytes()})

    def _benchmark(self, question: dict[str, Any], _cpu_ms: Any) -> None:
        times = benchmark(self._model, question["prompts"], question["newTokens"], self._channel)
        self._channel.tell("benchmarked", **times, peakRssBytes=peak_rss_bytes())

    def _load_draft(self, question: dict[str, Any], _cpu_ms: Any) -> None:
        self._refuse_drafts()
        since, before = time.perf_counter(), rss_bytes()
        self._draft = None
        with pulse.loading(self._channel):
            tokenizer = load_tokenizer(question["modelPath"], question["trustRemoteCode"])
            draft = Model(question)
            if draft.is_stateful:
                raise Refused(f"{question['modelPath']}: a recurrent model cannot draft; name another --draft")
            # What it first computes reserves memory too.
            draft.step(torch.zeros(1, 1, dtype=torch.int64, device=draft.device), draft.new_cache())
            table = token_table(tokenizer, draft.config.get_text_config().vocab_size)
        pulse.watch_layers(draft.module, self._channel)
        self._draft = draft
        info = {"loadMs": (time.perf_counter() - since) * 1e3, "rssBeforeBytes": before, "rssAfterBytes": rss_bytes()}
        self._channel.tell("draft-loaded", info=info, vocabulary=table)


def _train_context(model: Model) -> dict[str, int]:
    size = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return {} if size is None else {"trainContextSize": size}
