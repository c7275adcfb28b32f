# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy decoding and prompt processing, one prompt at a time, against transformers and llama.cpp.

In float32 all ids must be the peer's. In bfloat16 near-ties fall either way: up to the first
difference, and at it, the chosen tokens' log-probabilities must agree within 0.1.
"""
import itertools
import json
import statistics
import sys
import tempfile

import claim
import fixtures
import runner
import stages

NEW_TOKENS = 208
LOGPROB_TOLERANCE = 0.1


class Case:
    """Prompts for a model: the first warms up, each of the others is a timed step."""

    def __init__(self, model, dtype, prompts, new_tokens, threads):
        self.model, self.dtype, self.threads = model, dtype, threads
        self.prompts, self.new_tokens = prompts, new_tokens

    def amounts(self, results):
        """Tokens of every timed step: written, or read where only reading is timed."""
        key = "ids" if self.new_tokens else "prompts"
        return [len(ids) for ids in results[key][1:]]

    def check(self, run, reference):
        ours, theirs = reference.results, run.results
        if ours["prompts"] != theirs["prompts"]:
            raise runner.Disagreement("the prompts' tokens differ")
        same = sum(a == b for a, b in zip(ours["ids"], theirs["ids"]))
        run.facts["same_answers"] = f"{same} of {len(self.prompts)}"
        if theirs["dtype"] == "float32" and ours["dtype"] == "float32":
            if same < len(self.prompts):
                raise runner.Disagreement(f"only {same} of {len(self.prompts)} answers are equal")
        elif self.new_tokens and theirs["logprobs"]:
            for position, (a, b, p, q) in enumerate(zip(
                    ours["ids"][0], theirs["ids"][0], ours["logprobs"], theirs["logprobs"])):
                if abs(p - q) > LOGPROB_TOLERANCE:
                    raise runner.Disagreement(
                        f"log-probability of token {position}: {p:.4f}, {q:.4f}")
                if a != b:
                    break

    def share(self):
        """Every token written reads the weights once."""
        size = {"float32": 4, "bfloat16": 2}[self.dtype]
        return "GB/s read", 1e-9 * size * fixtures.matmul_weights(self.model)[0]

    def engine(self):
        def with_command(run):
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
                file.writelines(json.dumps(prompt) + "\n" for prompt in self.prompts)
                file.flush()
                return run(
                    [claim.ENGINE, "generate", "--model", self.model, "--prompts", file.name,
                     "--no-chat-template", "--temperature", "0", "--dtype", self.dtype,
                     "--max-new-tokens", self.new_tokens or 1, "--threads", self.threads, "--json"],
                    threads=self.threads)

        def measure():
            output = with_command(runner.run_program)
            answers = [line for line in output.lines if "ids" in line]
            results = {"prompts": [a["prompt_ids"] for a in answers], "dtype": self.dtype,
                       "ids": [a["ids"] for a in answers], "logprobs": answers[0]["logprobs"]}
            seconds = [len(a["ids"]) / a["tokens_per_second"] for a in answers[1:]]
            return runner.Run([n / s for n, s in zip(self.amounts(results), seconds)], results,
                              {"start_seconds": output.stamps[0] - output.started,
                               "memory_bytes": output.memory_bytes}, output.disturbance)

        def profile(rates):
            document, disturbance = with_command(stages.profile_of)
            length = statistics.fmean(map(len, self.prompt_ids()[1:]))
            work = stages.writing_work(self.model, self.dtype, length, self.new_tokens) \
                if self.new_tokens else stages.reading_work(self.model, length)
            return stages.rows_of(document, work, self.dtype, rates), disturbance
        return runner.Contender("lora-engine", measure, profile=profile)

    def prompt_ids(self):
        import tokenizers
        tokenizer = tokenizers.Tokenizer.from_file(str(self.model / "tokenizer.json"))
        return [tokenizer.encode(prompt).ids for prompt in self.prompts]

    def peer(self, name, program, dtype, python=sys.executable, **more):
        spec = {"model": str(self.model), "dtype": dtype, "prompts": self.prompts,
                "new_tokens": self.new_tokens, "threads": self.threads, **more}

        def measure():
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(spec, file)
                file.flush()
                output = runner.run_program([python, claim.PEERS / program, file.name], waits=True,
                                            threads=self.threads)
            answer = {**output.lines[-1], "dtype": dtype}
            ready = next(s for line, s in zip(output.lines, output.stamps) if "ready" in line)
            return runner.Run(
                [n / s for n, s in zip(self.amounts(answer), answer["seconds"])], answer,
                {"start_seconds": ready - output.started, "memory_bytes": output.memory_bytes},
                output.disturbance)
        return runner.Contender(name, measure, self.check)

    def llama_cpp(self, dtype):
        config = json.loads((self.model / "config.json").read_text())
        return self.peer(
            f"llama.cpp {dtype}", "llama_cpp_generate.py", dtype, libraries=str(fixtures.LLAMA_CPP),
            gguf=str(fixtures.gguf_model(self.model, dtype)), vocabulary=config["vocab_size"],
            head_width=config["head_dim"], stops=[config["eos_token_id"]])

    def peers(self):
        for dtype in ("float32", "bfloat16"):
            yield self.peer(f"transformers {dtype}", "hf_generate.py", dtype)
        if fixtures.LLAMA_CPP.exists():
            for dtype in ("float32", "bfloat16", "float16"):
                yield self.llama_cpp(dtype)


def prompts_of(words, count):
    """That many different prompts, and one more to warm up."""
    source = fixtures.words()
    return [fixtures.take(source, words) for _ in range(count + 1)]


def main():
    bench = claim.Claim("generate", __doc__, profiles=True)
    threads = bench.options.threads
    if not fixtures.LLAMA_CPP.exists():
        bench.skip("llama.cpp", f"its libraries are not in {fixtures.LLAMA_CPP}")
    tasks = {"greedy": (6, NEW_TOKENS), "prompt": (150, 0)}
    models = {"stories260K": (("float32",), (8, 30)), "50M": (("bfloat16", "float32"), (4, 15))}
    for (name, (dtypes, counts)), (task, (words, new)) in itertools.product(
            models.items(), tasks.items()):
        for dtype in dtypes:
            title = f"{name} {task} {dtype}"
            if not bench.wants(title):
                continue
            if name == "stories260K" and not fixtures.SMALL.exists():
                bench.skip(title, f"{fixtures.SMALL} is not on this machine")
                continue
            model = fixtures.SMALL if name == "stories260K" else fixtures.random_model(name)
            case = Case(model, dtype, prompts_of(words, counts[task == "prompt"]), new, threads)
            bench.run(title, "tokens/s", lambda case=case: [case.engine(), *case.peers()],
                      f"{NEW_TOKENS} tokens written after a prompt of {words} words" if new else
                      f"prompts of {words} words are read, one token follows",
                      case.share() if new and name == "50M" else None)  # the small one stays in caches
    bench.finish()


if __name__ == "__main__":
    main()
