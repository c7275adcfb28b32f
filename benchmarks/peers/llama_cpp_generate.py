# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""llama_cpp_generate.py SPEC: greedy generation, or prompt processing alone, with llama.cpp.

At its best: the library's own choice among its builds for this processor, threads that stay between
tokens and spin (without them it makes new ones for every token), flash attention but for narrow heads,
where it halves the speed, no sampler chain, keys and values in float16 but for float32 models.
With new_tokens = 0 a prompt is only read: one forward pass with the logits of its last token.
"""
import ctypes as c
import json
import pathlib
import sys
import time

import numpy
import tokenizers

# include/llama.h and ggml.h of the pinned release. What stands behind the named fields is the
# library's: room is left for it, more than it uses, and filled by the *_default_params functions.
ROOM = c.c_uint64 * 32
F32, THREADS_MOST = 0, 512
NARROW_HEAD = 32


class ModelParams(c.Structure):
    _fields_ = [("room", ROOM)]


class ContextParams(c.Structure):
    _fields_ = [(name, c.c_uint32) for name in (
        "n_ctx", "n_batch", "n_ubatch", "n_seq_max", "n_rs_seq", "n_outputs_max",
        "n_outputs_max_per_seq", "n_threads", "n_threads_batch", "ctx_type", "rope_scaling_type",
        "pooling_type", "attention_type", "flash_attn_type")] + [
        ("rope", c.c_float * 6), ("yarn_orig_ctx", c.c_uint32), ("defrag_thold", c.c_float),
        ("cb_eval", c.c_void_p), ("cb_eval_user_data", c.c_void_p), ("type_k", c.c_int32),
        ("type_v", c.c_int32), ("room", ROOM)]


class Batch(c.Structure):
    _fields_ = [("n_tokens", c.c_int32), ("token", c.POINTER(c.c_int32)), ("embd", c.c_void_p),
                ("pos", c.c_void_p), ("n_seq_id", c.c_void_p), ("seq_id", c.c_void_p),
                ("logits", c.c_void_p)]


class ThreadpoolParams(c.Structure):
    _fields_ = [("cpumask", c.c_bool * THREADS_MOST), ("n_threads", c.c_int32), ("prio", c.c_int32),
                ("poll", c.c_uint32), ("strict_cpu", c.c_bool), ("paused", c.c_bool)]


def bind(library, name, result, *arguments):
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


class Libraries:
    """The functions used, of the libraries in a folder."""

    def __init__(self, folder):
        def load(name):
            return c.CDLL(str(next(folder.glob(name))), mode=c.RTLD_GLOBAL)
        base, ggml, llama = (load(name) for name in (
            "libggml-base.so", "libggml.v*.so", "libllama.v*.so"))
        bind(ggml, "ggml_backend_load_all_from_path", None, c.c_char_p)(str(folder).encode())
        pointer, number = c.c_void_p, c.c_int32
        quiet = c.CFUNCTYPE(None, number, c.c_char_p, pointer)
        self.log = quiet(lambda level, text, _: sys.stderr.write(text.decode()) if level > 3 else None)
        bind(llama, "llama_log_set", None, quiet, pointer)(self.log, None)
        self.pool_params = bind(base, "ggml_threadpool_params_default", ThreadpoolParams, number)
        self.context_params = bind(llama, "llama_context_default_params", ContextParams)
        self.model_params = bind(llama, "llama_model_default_params", ModelParams)
        self.load_model = bind(llama, "llama_model_load_from_file", pointer, c.c_char_p, ModelParams)
        self.make_context = bind(llama, "llama_init_from_model", pointer, pointer, ContextParams)
        self.attach_pool = bind(llama, "llama_attach_threadpool", None, pointer, pointer, pointer)
        self.memory = bind(llama, "llama_get_memory", pointer, pointer)
        self.clear = bind(llama, "llama_memory_clear", None, pointer, c.c_bool)
        self.one = bind(llama, "llama_batch_get_one", Batch, c.POINTER(c.c_int32), number)
        self.decode = bind(llama, "llama_decode", number, pointer, Batch)
        self.logits = bind(llama, "llama_get_logits_ith", c.POINTER(c.c_float), pointer, number)
        self.system_info = bind(llama, "llama_print_system_info", c.c_char_p)
        find = bind(base, "ggml_backend_reg_get_proc_address", pointer, pointer, c.c_char_p)
        cpu = bind(ggml, "ggml_backend_reg_by_name", pointer, c.c_char_p)(b"CPU")
        self.new_pool = c.CFUNCTYPE(pointer, c.POINTER(ThreadpoolParams))(
            find(cpu, b"ggml_threadpool_new"))


class Session:
    """A model in memory and one sequence."""

    def __init__(self, spec):
        self.lib = Libraries(pathlib.Path(spec["libraries"]))
        self.vocabulary, self.stops = spec["vocabulary"], set(spec["stops"])
        self.model = self.lib.load_model(spec["gguf"].encode(), self.lib.model_params())
        params = self.lib.context_params()
        if (params.n_batch, params.n_ubatch, params.type_k, params.type_v) != (2048, 512, 1, 1):
            sys.exit("llama.cpp's structures are not those of the pinned release")
        params.n_ctx = spec["context"]
        params.n_threads = params.n_threads_batch = spec["threads"]
        params.flash_attn_type = int(spec["head_width"] >= NARROW_HEAD)
        if spec["dtype"] == "float32":
            params.type_k = params.type_v = F32
        self.context = self.lib.make_context(self.model, params)
        if not self.context:
            sys.exit(f"llama.cpp cannot open {spec['gguf']}")
        if spec["threads"] > 1:
            pool_params = self.lib.pool_params(spec["threads"])
            pool_params.poll = 100
            pool = self.lib.new_pool(c.byref(pool_params))
            self.lib.attach_pool(self.context, pool, pool)

    def next(self, ids):
        """The logits after these ids, float32 [vocabulary]."""
        tokens = (c.c_int32 * len(ids))(*ids)
        if self.lib.decode(self.context, self.lib.one(tokens, len(ids))) != 0:
            sys.exit("llama_decode failed")
        return numpy.ctypeslib.as_array(self.lib.logits(self.context, -1), (self.vocabulary,))

    def answer(self, ids, count, with_logprobs=False):
        """At most `count` ids, and their log-probabilities; with 0 only the next id."""
        self.lib.clear(self.lib.memory(self.context), True)
        written, logprobs = [], []
        logits = self.next(ids)
        while True:
            token = int(logits.argmax())
            if token in self.stops and count:
                break
            if with_logprobs:
                shifted = logits.astype(numpy.float64) - logits.max()
                logprobs.append(float(shifted[token] - numpy.log(numpy.exp(shifted).sum())))
            written.append(token)
            if len(written) >= count:
                break
            logits = self.next([token])
        return written, logprobs


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    tokenizer = tokenizers.Tokenizer.from_file(spec["model"] + "/tokenizer.json")
    prompts = [tokenizer.encode(text).ids for text in spec["prompts"]]
    count = spec["new_tokens"]
    spec["context"] = max(map(len, prompts)) + count + 1
    session = Session(spec)
    _, logprobs = session.answer(prompts[0], count, with_logprobs=bool(count))
    answers, seconds = [session.answer(prompts[0], count)[0]], []
    print(json.dumps({"ready": True, "system": session.lib.system_info().decode()}), flush=True)
    sys.stdin.readline()
    for ids in prompts[1:]:
        start = time.perf_counter()
        answers.append(session.answer(ids, count)[0])
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"prompts": prompts, "seconds": seconds, "logprobs": logprobs,
                      "ids": answers}), flush=True)


if __name__ == "__main__":
    main()
