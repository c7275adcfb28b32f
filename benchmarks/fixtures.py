# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Models, adapters and data that both sides read: made once from seeds, kept in the cache."""
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import claim
import runner

SMALL = claim.SHARED / "models" / "stories260K"
SAMPLE = claim.ROOT / "resources" / "samples"
# Its libraries, where ./studio bench has put them: the package's version is the folder's.
LLAMA_CPP = runner.CACHE / ("llama.cpp-" + re.search(
    r"^@\S+ (\S+)", (claim.ROOT / "benchmarks/llama_cpp.txt").read_text(), re.M)[1])
RANK, ALPHA, SEED = 8, 16, 20260301
TOKENS_PER_WORD = 2.6
SHAPES = {  # configurations for random weights, of Llamas unless they say otherwise
    "50M": {"hidden_size": 512, "intermediate_size": 1408, "num_hidden_layers": 12,
            "num_attention_heads": 8, "num_key_value_heads": 8, "vocab_size": 16000,
            "max_position_embeddings": 2048},
    "600M": {"hidden_size": 1536, "intermediate_size": 4096, "num_hidden_layers": 18,
             "num_attention_heads": 12, "num_key_value_heads": 12, "vocab_size": 32000,
             "max_position_embeddings": 2048},
    "qwen3-50M": {"model_type": "qwen3", "hidden_size": 512, "intermediate_size": 1408,
                  "num_hidden_layers": 12, "num_attention_heads": 8, "num_key_value_heads": 8,
                  "head_dim": 64, "vocab_size": 16000, "max_position_embeddings": 2048},
    "gemma3-50M": {"model_type": "gemma3_text", "hidden_size": 512, "intermediate_size": 1408,
                   "num_hidden_layers": 12, "num_attention_heads": 8, "num_key_value_heads": 8,
                   "head_dim": 64, "query_pre_attn_scalar": 64, "sliding_window": 512,
                   "vocab_size": 16000, "max_position_embeddings": 2048},
    "gemma2-50M": {"model_type": "gemma2", "hidden_size": 512, "intermediate_size": 1408,
                   "num_hidden_layers": 12, "num_attention_heads": 8, "num_key_value_heads": 8,
                   "head_dim": 64, "query_pre_attn_scalar": 64, "sliding_window": 512,
                   "vocab_size": 16000, "max_position_embeddings": 2048},
    "phi3-50M": {"model_type": "phi3", "hidden_size": 512, "intermediate_size": 1408,
                 "num_hidden_layers": 12, "num_attention_heads": 8, "num_key_value_heads": 8,
                 "vocab_size": 16000, "max_position_embeddings": 2048},
    "pythia-50M": {"model_type": "gpt_neox", "hidden_size": 512, "intermediate_size": 2048,
                   "num_hidden_layers": 12, "num_attention_heads": 8, "vocab_size": 16000,
                   "max_position_embeddings": 2048},
}


def made_once(name, make, *arguments):
    """The folder of that name in the cache; `make(folder, …)` fills it aside, once, in a process of
    its own: what this one holds would count as its children's peak memory."""
    folder = runner.BENCH_CACHE / name
    if not folder.exists():
        print(f"  · making {name} in {runner.BENCH_CACHE}", flush=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}.part-", dir=folder.parent))
        subprocess.run([sys.executable, __file__, make.__name__, aside, *map(str, arguments)],
                       check=True, stderr=subprocess.DEVNULL)
        try:
            aside.rename(folder)
        except OSError:  # another benchmark made it meanwhile
            shutil.rmtree(aside)
    return folder


def make_model(folder, shape):
    import torch
    import transformers
    torch.manual_seed(SEED)
    config = transformers.AutoConfig.for_model(**{
        "model_type": "llama", **SHAPES[shape], "tie_word_embeddings": False, "rms_norm_eps": 1e-5,
        "bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0})
    model = transformers.AutoModelForCausalLM.from_config(config)
    model.to(torch.bfloat16).save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(SAMPLE / "model" / file, folder)


def make_adapter(folder, model, dropout, seed, random_b, dora):
    import peft
    import torch
    import transformers
    torch.manual_seed(int(seed))
    base = transformers.AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    peft.get_peft_model(base, peft.LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=float(dropout), target_modules="all-linear",
        init_lora_weights=random_b != "True", use_dora=dora == "True",
        task_type="CAUSAL_LM")).save_pretrained(folder)


def make_gguf(folder, model, dtype):
    import gguf
    import safetensors.torch
    import torch
    config = json.loads((pathlib.Path(model) / "config.json").read_text())
    heads, layers = config["num_attention_heads"], config["num_hidden_layers"]
    width, head = config["hidden_size"], config.get("head_dim") or config["hidden_size"] // heads
    kind = {"float32": gguf.GGMLQuantizationType.F32, "float16": gguf.GGMLQuantizationType.F16,
            "bfloat16": gguf.GGMLQuantizationType.BF16}
    file = gguf.GGUFWriter(pathlib.Path(folder) / "model.gguf", "llama")
    file.add_context_length(config["max_position_embeddings"])
    file.add_embedding_length(width)
    file.add_block_count(layers)
    file.add_feed_forward_length(config["intermediate_size"])
    file.add_head_count(heads)
    file.add_head_count_kv(config["num_key_value_heads"])
    file.add_key_length(head)
    file.add_value_length(head)
    file.add_rope_dimension_count(head)
    rope = config.get("rope_parameters") or config
    file.add_rope_freq_base(rope["rope_theta"])
    file.add_layer_norm_rms_eps(config["rms_norm_eps"])
    file.add_vocab_size(config["vocab_size"])
    file.add_tokenizer_model("none")  # it is given ids
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, layers)
    for name, tensor in safetensors.torch.load_file(pathlib.Path(model) / "model.safetensors").items():
        if name.endswith(("q_proj.weight", "k_proj.weight")):  # pairs of a rotation side by side
            tensor = tensor.view(-1, 2, head // 2, width).transpose(1, 2).reshape(-1, width)
        taken = dtype if tensor.dim() > 1 else "float32"
        tensor = tensor.to(getattr(torch, taken)).contiguous()
        file.add_tensor(names.get_name(name, try_suffixes=(".weight",)),
                        tensor.view(torch.uint8).numpy(), raw_dtype=kind[taken])
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


def random_model(shape):
    """A model of that shape with random bfloat16 weights and the sample model's tokenizer."""
    kind = "" if "model_type" in SHAPES[shape] else "llama-"
    return made_once(f"{kind}{shape}", make_model, shape)


def adapter(model, dropout=0.0, seed=SEED, random_b=False, dora=False):
    """A PEFT adapter over all linear layers: as a training starts (B = 0), or wholly random."""
    kind = f"d{dropout}" + ("-random" if random_b else "") + ("-dora" if dora else "")
    return made_once(f"adapter-{model.name}-r{RANK}-{kind}-{seed}", make_adapter, model, dropout,
                     seed, random_b, dora)


def gguf_model(model, dtype):
    """The same weights as llama.cpp reads them, a GGUF file without a vocabulary."""
    return made_once(f"gguf-{model.name}-{dtype}", make_gguf, model, dtype) / "model.gguf"


def matmul_weights(model):
    """Weights that every token meets in a product, and those of an adapter over all linear layers
    but the head: (N, N_lora, attention's FLOPs per token and position)."""
    config = json.loads((model / "config.json").read_text())
    width, inner, heads = (config[key] for key in (
        "hidden_size", "intermediate_size", "num_attention_heads"))
    head = config.get("head_dim") or width // heads
    queries, keys = heads * head, config["num_key_value_heads"] * head
    linears = [(width, queries), (width, keys), (width, keys), (queries, width),
               (width, inner), (width, inner), (inner, width)]
    layers = config["num_hidden_layers"]
    return (layers * sum(i * o for i, o in linears) + width * config["vocab_size"],
            layers * RANK * sum(i + o for i, o in linears), 4 * queries * layers)


def training_flops(model, length, full=False):
    """FLOPs per token of a step at that length, causal: of LoRA 4 N + 3 A + 6 N_lora, of full
    fine-tuning 6 N + 3 A."""
    weights, lora, attention = matmul_weights(model)
    return 3 * attention * length / 2 + (6 * weights if full else 4 * weights + 6 * lora)


def words():
    """The words of the sample conversations, again and again in seeded disorder."""
    text = (SAMPLE / "pirate.jsonl").read_text().splitlines()
    vocabulary = [word for line in text for turn in json.loads(line)["messages"]
                  for word in turn["content"].split()]
    source = random.Random(SEED)
    while True:
        source.shuffle(vocabulary)
        yield from vocabulary


def take(source, count):
    return " ".join(next(source) for _ in range(count))


def dense_rows():
    """One text that the engine cuts into windows of full length, more of them than a run takes."""
    return [{"text": take(words(), 60000)}]


def ragged_rows(count, median=180, spread=0.9, longest=2048, masked=0.6):
    """Prompts and completions of log-normal length; the prompt, 60 % of it, is not trained on.
    Lengths are in tokens, at the 2.6 tokens a word of the small models' tokenizer."""
    source, lengths = words(), random.Random(SEED)
    rows = []
    for _ in range(count):
        tokens = min(longest, max(16, round(lengths.lognormvariate(0, spread) * median)))
        prompt = max(1, round(tokens * masked / TOKENS_PER_WORD))
        rows.append({"prompt": take(source, prompt),
                     "completion": " " + take(source, max(1, round(tokens / TOKENS_PER_WORD) - prompt))})
    return rows


def data_file(name, rows):
    """The rows as JSON lines, in the cache."""
    file = runner.BENCH_CACHE / f"{name}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def tokens_of(model, data, max_length):
    """The data's samples as token ids with the mask of trained tokens: the one token file that
    the peers read, by the engine's own rendering."""
    output = subprocess.run(
        [claim.ENGINE, "preview", "--model", model, "--data", data, "--rows", "1000000",
         "--template", "none", "--mask", "answers", "--truncate", "right", "--max-length",
         str(max_length), "--json"], capture_output=True, text=True, check=True).stdout
    samples = [json.loads(line) for line in output.splitlines()]
    file = pathlib.Path(data).with_suffix(f".{model.name}.{max_length}.tokens.json")
    file.write_text(json.dumps([{"ids": s["ids"], "mask": s["mask"]} for s in samples]))
    return file


def steps_of(samples, batch_size, accumulate, count):
    """The micro-batches of every optimiser step: samples in their order, epoch after epoch."""
    batches = [samples[i:i + batch_size] for i in range(0, len(samples), batch_size)]
    epoch = [batches[i:i + accumulate] for i in range(0, len(batches), accumulate)]
    return [epoch[step % len(epoch)] for step in range(count)]


def trained_tokens(step):
    """Tokens of an optimiser step that have a loss: the first of a sample has none."""
    return sum(sum(sample["mask"][1:]) for batch in step for sample in batch)


def all_tokens(step):
    """Tokens of an optimiser step without padding."""
    return sum(len(sample["ids"]) for batch in step for sample in batch)


if __name__ == "__main__":
    {make.__name__: make for make in (make_model, make_adapter, make_gguf)}[sys.argv[1]](
        pathlib.Path(sys.argv[2]), *sys.argv[3:])
