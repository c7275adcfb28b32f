# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Where the time of a step or an answer goes: the engine's own profile (LORA_PROFILE), each part with
its FLOPs or bytes, stated as shares of what the machine can do in this minute."""
import json
import pathlib
import tempfile

import fixtures
import runner

GFLOP, GB = "GFLOP", "GB"
SIZES = {"float32": 4, "bfloat16": 2}
RATES = {GFLOP: {"float32": "GFLOP/s fp32", "bfloat16": "GFLOP/s bf16"},
         GB: dict.fromkeys(SIZES, "GB/s read")}


def profile_of(command, threads):
    """(the engine's profile document, the disturbance) of one run of that command."""
    with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
        file = pathlib.Path(folder) / "profile.json"
        output = runner.run_program(command, environment={"LORA_PROFILE": str(file)}, threads=threads)
        return json.loads(file.read_text()), output.disturbance


class Shape:
    """Widths of a Llama model."""

    def __init__(self, model):
        config = json.loads((model / "config.json").read_text())
        self.layers, self.width, self.inner, self.vocabulary = (config[key] for key in (
            "num_hidden_layers", "hidden_size", "intermediate_size", "vocab_size"))
        head = config.get("head_dim") or self.width // config["num_attention_heads"]
        self.queries = head * config["num_attention_heads"]
        self.keys = head * config["num_key_value_heads"]
        attend = self.queries + 2 * self.keys
        # Of each product of a block: input, output, and the outputs of its linear layers.
        self.products = {
            "qkv_product": (self.width, attend, 3), "output_product": (self.queries, self.width, 1),
            "gate_up_product": (self.width, 2 * self.inner, 2),
            "down_product": (self.inner, self.width, 1)}


def pairs(lengths):
    """Query and key pairs of causal attention."""
    return sum(n * (n + 1) / 2 for n in lengths)


def training_work(model, dtype, lengths, trained, full=False):
    """{(part, backward): (amount, GFLOP or GB)} of a step with sequences of these lengths. Rank
    columns that ride on a product are not counted; recomputed rows are, as bytes. `full`: every
    weight is trained instead of low-rank updates."""
    shape, size, tokens, rank = Shape(model), SIZES[dtype], sum(lengths), fixtures.RANK
    layers, width, inner = shape.layers, shape.width, shape.inner
    flops, row_bytes = {}, {}
    down = up = 0  # of x Aᵀ, and of what has the outputs' width
    for part, (inputs, outputs, linears) in shape.products.items():
        flops[part, False] = 2 * tokens * inputs * outputs * layers
        # Where the embedding is frozen the first block's input needs no gradient.
        frozen = not full and part == "qkv_product"
        flops[part, True] = 2 * tokens * inputs * outputs * (layers - frozen)
        down += 2 * tokens * rank * inputs * linears * layers
        up += 2 * tokens * rank * outputs * layers
    if full:
        flops["weight_gradient", True] = (
            sum(flops[part, True] for part in shape.products)
            + 2 * trained * shape.vocabulary * width)
    else:
        flops["low_rank", False], flops["low_rank", True] = down, down + 2 * up
    attention = 4 * pairs(lengths) * shape.queries * layers
    flops["attention", False], flops["attention", True] = attention, 2.5 * attention
    flops["head", False] = 4 * trained * shape.vocabulary * width
    norms, rotated = 2 * layers + 1, shape.queries + shape.keys
    row_bytes["embedding", False] = 2 * width
    row_bytes["copy", False], row_bytes["copy", True] = 4 * width, 2 * width
    row_bytes["norm", False], row_bytes["norm", True] = 2 * norms * width, 6 * norms * width
    row_bytes["rotation", False] = row_bytes["rotation", True] = 2 * rotated * layers
    row_bytes["activation", False], row_bytes["activation", True] = (
        3 * inner * layers, 8 * inner * layers)
    numbers = fixtures.matmul_weights(model)[0 if full else 1]
    return {**{key: (1e-9 * value, GFLOP) for key, value in flops.items()},
            **{key: (1e-9 * tokens * size * value, GB) for key, value in row_bytes.items()},
            # Norm of the gradient, its scaling, AdamW: float32 throughout.
            ("optimizer", False): (1e-9 * numbers * 4 * (1 + 2 + 7), GB)}


def reading_work(model, length):
    """The same of a prompt of so many tokens that is read; of the last block only its last row goes
    further than keys and values."""
    shape = Shape(model)
    rows = length * (shape.layers - 1) + 1
    flops = {(part, False): 2 * inputs * outputs * (
                 length * shape.layers if part == "qkv_product" else rows)
             for part, (inputs, outputs, _) in shape.products.items()}
    flops["attention", False] = 4 * shape.queries * (pairs([length]) * (shape.layers - 1) + length)
    flops["head", False] = 2 * shape.vocabulary * shape.width
    return {key: (1e-9 * value, GFLOP) for key, value in flops.items()}


def writing_work(model, dtype, prompt, count):
    """The same of an answer of `count` tokens: every token reads the weights and all keys and values."""
    shape, size = Shape(model), SIZES[dtype]
    numbers = {(part, False): inputs * outputs * shape.layers * count
               for part, (inputs, outputs, _) in shape.products.items()}
    numbers["attention", False] = (
        pairs([prompt + count]) - pairs([prompt])) * 2 * shape.keys * shape.layers
    numbers["head", False] = shape.vocabulary * shape.width * count
    return {key: (1e-9 * size * value, GB) for key, value in numbers.items()}


def rows_of(document, work, dtype, rates):
    """The parts of a unit, the longest first: name, milliseconds, share, amount with its unit, the
    amount a second, and that as a share of the machine's. Milliseconds add up to the unit's."""
    share = 1e3 / (document["threads"] * document["units"])
    rows = []
    for part in document["parts"]:
        amount, unit = work.get((part["part"], part["backward"]), (None, None))
        name = part["part"].replace("_", " ") + (" backward" if part["backward"] else "")
        row = {"part": name, "milliseconds": part["seconds"] * share}
        if amount:
            rate = amount * 1e3 / row["milliseconds"]
            row.update(amount=amount, unit=unit, rate=rate, of_machine=rate / rates[RATES[unit][dtype]])
        rows.append(row)
    rows += [{"part": name, "milliseconds": document[key] * share} for key, name in (
        ("idle", "idle beside serial work"), ("elsewhere", "elsewhere"))]
    total = sum(row["milliseconds"] for row in rows)
    for row in rows:
        row["share"] = row["milliseconds"] / total
    return sorted(rows, key=lambda row: -row["milliseconds"])
