# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What is trained: ids and masks of `preview` against transformers' assistant masks over the training templates
that TRL ships, and against the samples, labels and losses that TRL's own trainer makes of the same rows."""
import collections
import json
import pathlib
import re

import datasets
import torch
import trl
from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

import engine
import tiny_models
from byte_tokenizer import byte_tokenizer

TEMPLATES = pathlib.Path(trl.__file__).parent / "chat_templates"
# What the families begin and end texts with; the rest are ChatML or end in <|im_end|>.
ENDS = {"llama3": ("<|begin_of_text|>", "<|eot_id|>"), "gemma": ("<bos>", "<eos>"),
        "phi3": ("<s>", "<|endoftext|>"), "cohere": ("<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>"),
        "deepseek": ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")}
MARK = re.compile(r"<[|｜][^<>|｜\s'\"{}]+[|｜]>|<(?:start|end)_of_[a-z]+>|<(?:turn|channel)\||\|turn>|<\|turn>")
# What stands around an answer beside marks: empty thoughts and the name of who speaks.
THOUGHTS = re.compile(r"</?think>|assistant")
# No answer ends in a character of several bytes: transformers masks only the first of them there.
CHATS = [
    [("user", "Hello"), ("assistant", "Hi there.")],
    [("system", "Be brief."), ("user", "Say hello in Korean."), ("assistant", "안녕 😀!")],
    [("user", "Say yes"), ("assistant", "yes"), ("user", "Again"), ("assistant", "yes, yes"), ("user", "é 漢字?"),
     ("assistant", "Bye")],
    [("user", "What is the answer?"), ("assistant", "The answer\n\nhas two lines.")],
]
GENERATION_TEMPLATE = (
    "{% for message in messages %}{{ '<|start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}")


def messages(chat):
    return [{"role": role, "content": content} for role, content in chat]


class TrainingTemplates(engine.OracleTest):
    """Families whose training template TRL ships with {% generation %}, and their templates as released."""

    def preview(self, template, chats):
        data = self.folder / "chats.jsonl"
        data.write_text("".join(json.dumps({"messages": messages(chat)}) + "\n" for chat in chats), "utf-8")
        return engine.run("preview", "--model", self.folder, "--data", data, "--rows", len(chats),
                          "--template", template, "--max-length", 100000, "--format", "messages")

    def rendered(self, tokenizer, source, chats):
        """The chats that the template accepts, with their ids and masks."""
        accepted = []
        for chat in chats:
            try:
                accepted.append((chat, tokenizer.apply_chat_template(
                    messages(chat), chat_template=source, tokenize=True, return_dict=True,
                    return_assistant_tokens_mask=True)))
            except Exception:  # pylint: disable=broad-except - templates raise whatever Python does
                continue
        return [(chat, ids) for chat, ids in accepted if any(ids["assistant_masks"])]

    def compare(self, name, answer, expected, bos):
        """Ids and mask. Ours has one BOS where the reference has two, and closes an answer that is left open."""
        ids, mask = expected["input_ids"], expected["assistant_masks"]
        first = int(bos is not None and ids[:2] == 2 * [bos])
        count = len(ids) - first
        self.assertLessEqual(len(answer["ids"]) - count, 1, name)
        self.assert_same_ids(f"ids of {name}", answer["ids"][:count], ids[first:])
        self.assert_same_ids(f"mask of {name}", answer["mask"][:count], mask[first:])

    def test_marked_answers_are_what_transformers_masks(self):
        masks = 0
        for path in sorted(TEMPLATES.glob("*_training.jinja")):
            source = path.read_text("utf-8")
            bos, eos = next((ends for name, ends in ENDS.items() if path.stem.startswith(name)), (None, "<|im_end|>"))
            special = {name: text for name, text in (("bos_token", bos), ("eos_token", eos)) if text}
            tokenizer = byte_tokenizer(self.folder, special, MARK.findall(source))
            rows = self.rendered(tokenizer, source, CHATS)
            if not rows:
                print(f"{path.stem}: no mask for these chats")
                continue
            with self.subTest(path.stem):
                answers = self.preview(path, [chat for chat, _ in rows])
                self.assertEqual(len(answers), len(rows))
                for answer, (chat, ids) in zip(answers, rows):
                    self.compare(f"{path.stem} {chat[0][1]}", answer, ids, tokenizer.bos_token_id)
                    masks += 1
        self.assertGreater(masks, 40)
        print(f"{self.id().split('.', 1)[1]}: {masks} masks equal")

    def test_answers_that_no_template_marks(self):
        """The template as released, whose answers we find ourselves: what is trained there holds all that the
        training template marks, beyond it at most white space, the end of the turn and empty thoughts."""
        masks = exact = 0
        differences = collections.Counter()
        for path in sorted(TEMPLATES.glob("*_training.jinja")):
            released = path.with_name(path.name.replace("_training", ""))
            if not released.exists():
                continue
            source = path.read_text("utf-8")
            bos, eos = next((ends for name, ends in ENDS.items() if path.stem.startswith(name)), (None, "<|im_end|>"))
            special = {name: text for name, text in (("bos_token", bos), ("eos_token", eos)) if text}
            tokenizer = byte_tokenizer(self.folder, special, MARK.findall(source))
            rows = self.rendered(tokenizer, source, CHATS)
            rows = [(chat, ids) for chat, ids in rows if self.same_text(tokenizer, released, chat, ids)]
            if not rows:
                print(f"{path.stem}: the training template writes other texts")
                continue
            with self.subTest(path.stem):
                for answer, (chat, ids) in zip(self.preview(released, [chat for chat, _ in rows]), rows):
                    name = f"{path.stem} {chat[0][1]}"
                    first = int(bos is not None and ids["input_ids"][:2] == 2 * [tokenizer.bos_token_id])
                    expected = ids["assistant_masks"][first:]
                    mask = answer["mask"][:len(expected)]
                    self.assert_same_ids(f"ids of {name}", answer["ids"][:len(expected)], ids["input_ids"][first:])
                    for name_of, ours, theirs in (("only here", 1, 0), ("only there", 0, 1)):
                        places = [i for i, pair in enumerate(zip(mask, expected)) if pair == (ours, theirs)]
                        text = tokenizer.decode([answer["ids"][i] for i in places])
                        left = THOUGHTS.sub("", MARK.sub("", text.replace(eos, "")))
                        differences[name_of, path.stem, text] += 1
                        self.assertEqual(left.strip(), "", f"{name}: trained {name_of}: {text!r}")
                    masks += 1
                    exact += mask == expected
        for (where, family, text), count in sorted(differences.items()):
            if text:
                print(f"trained {where}, {family}: {text!r} in {count} chats")
        self.assertGreater(masks, 40)
        print(f"{self.id().split('.', 1)[1]}: {exact} of {masks} masks equal without a mark")

    @staticmethod
    def same_text(tokenizer, released, chat, ids):
        try:
            text = tokenizer.apply_chat_template(
                messages(chat), chat_template=released.read_text("utf-8"), tokenize=True, return_dict=True)
        except Exception:  # pylint: disable=broad-except
            return False
        written = tokenizer.decode(ids["input_ids"])
        return text["input_ids"] == ids["input_ids"] and all(content in written for _, content in chat)


class Trainer(engine.OracleTest):
    """TRL's SFTTrainer over a tiny model: the samples it makes, the labels it collates, the loss it reads off."""

    def trainer(self, rows, **options):
        model, tokenizer = self.reference
        if "prompt" in rows[0]:
            tokenizer.chat_template = None
        config = trl.SFTConfig(
            output_dir=str(self.folder / "trl"), use_cpu=True, bf16=False, report_to=[], max_length=96,
            gradient_checkpointing=False, shuffle_dataset=False, disable_tqdm=True, **options)
        return trl.SFTTrainer(model=model, args=config, train_dataset=datasets.Dataset.from_list(rows),
                              processing_class=tokenizer)

    def setUp(self):
        super().setUp()
        datasets.disable_progress_bars()
        self.model = self.folder / "model"
        tiny_models.save(tiny_models.FAMILIES["llama"](), self.model)
        tiny_models.save_tokenizer(self.model)
        self.template = self.folder / "marked.jinja"
        self.template.write_text(GENERATION_TEMPLATE)
        tokenizer = engine.transformers.AutoTokenizer.from_pretrained(self.model)
        tokenizer.chat_template = GENERATION_TEMPLATE
        tokenizer.pad_token = tokenizer.eos_token
        self.reference = (engine.load_reference(self.model), tokenizer)

    def compare(self, rows, trainer, options):
        data = self.folder / "rows.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        options = ["--model", self.model, "--data", data, "--max-length", 96, *options]
        answers = engine.run("preview", "--rows", len(rows), *options)
        samples = list(trainer.train_dataset)
        self.assertEqual(len(answers), len(samples))
        for answer, sample in zip(answers, samples):
            self.assert_same_ids("ids", answer["ids"], sample["input_ids"])
            labels = [token if trained else -100 for token, trained in zip(answer["ids"], answer["mask"])]
            self.assert_same_ids("labels", labels, sample["labels"])
        # The loss over TRL's padded batch, as its trainer weighs tokens, is what evaluate says of packed samples.
        batch = trainer.data_collator(samples)
        count = (batch["labels"][:, 1:] != -100).sum()
        with torch.no_grad():
            loss = trainer.model(**batch, num_items_in_batch=count).loss.item()
        evaluated = engine.run("evaluate", *options)[0]
        self.assertEqual(evaluated["tokens"], count.item())
        self.measured("loss", abs(evaluated["metrics"]["loss"] - loss), 1e-5 * loss)
        self.assertLessEqual(abs(evaluated["metrics"]["loss"] - loss), 1e-5 * loss)
        # Laid end to end, as TRL's padding-free batch: the same targets at the same places.
        flat = DataCollatorForLanguageModeling(
            pad_token_id=self.reference[1].pad_token_id, padding_free=True)(samples)
        expected = [label for answer in answers for label in
                    [-100, *(token if trained else -100
                             for token, trained in list(zip(answer["ids"], answer["mask"]))[1:])]]
        self.assert_same_ids("flat labels", expected, flat["labels"][0].tolist())

    def test_exported_templates_write_what_was_trained(self):
        """An export carries the template of its run: transformers' tokenizer gives the ids that were trained."""
        data = self.folder / "chats.jsonl"
        data.write_text("".join(json.dumps({"messages": messages(chat)}) + "\n" for chat in CHATS), "utf-8")
        for name in ("none", "plain", "alpaca", "chatml"):
            with self.subTest(name):
                run, out = self.folder / f"run-{name}", self.folder / f"out-{name}"
                engine.train(self.model, data, run, {"training.max_steps": 1, "data.template": name,
                                                     "data.validation.fraction": 0})
                engine.run("export", "--format", "merged", "--model", self.model, "--adapter",
                           run / "output/adapter", "--out", out)
                tokenizer = engine.transformers.AutoTokenizer.from_pretrained(out)
                answers = engine.run("preview", "--model", self.model, "--data", data, "--rows", len(CHATS),
                                     "--template", name)
                for answer, chat in zip(answers, CHATS):
                    ids = tokenizer.apply_chat_template(messages(chat), tokenize=True, return_dict=True)["input_ids"]
                    self.assertLessEqual(len(answer["ids"]) - len(ids), 1)  # EOS behind an open answer
                    self.assert_same_ids(name, answer["ids"][:len(ids)], ids)
                    prompt = tokenizer.apply_chat_template(messages(chat[:-1]), tokenize=True, return_dict=True,
                                                           add_generation_prompt=True)["input_ids"]
                    self.assert_same_ids(f"prompt of {name}", answer["ids"][:len(prompt)], prompt)
                    self.assertEqual(answer["mask"][len(prompt) - 1:len(prompt) + 1], [0, 1], name)

    def test_assistant_only_loss(self):
        rows = [{"messages": messages(chat)} for chat in CHATS]
        self.compare(rows, self.trainer(rows, assistant_only_loss=True), ["--template", self.template])

    def test_whole_conversations(self):
        rows = [{"messages": messages(chat)} for chat in CHATS]
        self.compare(rows, self.trainer(rows, assistant_only_loss=False),
                     ["--template", self.template, "--mask", "all"])

    def test_completion_only_loss(self):
        rows = [{"prompt": f"Question {i}: " + "word " * i, "completion": "answer " * (i + 1)} for i in range(5)]
        self.compare(rows, self.trainer(rows, completion_only_loss=True), ["--template", "none"])

    def test_long_rows_keep_their_start(self):
        rows = [{"messages": messages([("user", "Hello"), ("assistant", "Hi there. " * i)])} for i in (1, 9, 20)]
        self.compare(rows, self.trainer(rows, assistant_only_loss=True, truncation_mode="keep_start"),
                     ["--template", self.template, "--truncate", "right"])

    def test_long_rows_keep_their_end(self):
        rows = [{"messages": messages([("user", "Hello " * i), ("assistant", "Hi there.")])} for i in (1, 9, 20)]
        self.compare(rows, self.trainer(rows, assistant_only_loss=True, truncation_mode="keep_end"),
                     ["--template", self.template, "--truncate", "left"])


if __name__ == "__main__":
    engine.main()
