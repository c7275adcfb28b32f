# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Families beside Llama and GPT-2 at 50 M weights: training, greedy decoding and reading prompts in
bfloat16 against transformers + PEFT, eager."""
import claim
import fixtures
import generate
import train

DTYPE = "bfloat16"
FAMILIES = {"Qwen 3": "qwen3-50M", "Gemma 2": "gemma2-50M", "Gemma 3": "gemma3-50M",
            "Phi 3": "phi3-50M", "Pythia": "pythia-50M"}


def race_training(bench, name, model, threads):
    dense = fixtures.data_file("dense", fixtures.dense_rows())
    case = train.Case(model, dense, 4, 256, threads=threads)
    check = case.checker(DTYPE)
    bench.run(name, "tokens/s", lambda: [
        case.engine("lora-engine", DTYPE), case.peft(f"PEFT {DTYPE}", DTYPE, check=check)],
        case.note())


def race_generation(bench, name, model, threads, words, count, new_tokens):
    case = generate.Case(
        model, DTYPE, generate.prompts_of(words, count), new_tokens, threads)
    bench.run(name, "tokens/s", lambda: [
        case.engine(), case.peer(f"transformers {DTYPE}", "hf_generate.py", DTYPE)])


def main():
    bench = claim.Claim("families", __doc__, profiles=True)
    threads = bench.options.threads
    for family, shape in FAMILIES.items():
        names = {task: f"{family} {task}" for task in ("training", "greedy", "prompts")}
        if not any(map(bench.wants, names.values())):
            continue
        model = fixtures.random_model(shape)
        race_training(bench, names["training"], model, threads)
        race_generation(bench, names["greedy"], model, threads, 6, 4, generate.NEW_TOKENS)
        race_generation(bench, names["prompts"], model, threads, 150, 15, 0)
    bench.finish()


if __name__ == "__main__":
    main()
