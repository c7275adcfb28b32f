# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Chat templates of many families: what the fast tier keeps of transformers is what transformers renders today, and
`preview` gives the same text, ids and marked answers."""
import importlib.util
import json

import engine
from byte_tokenizer import byte_tokenizer

FOLDER = engine.ROOT / "tests/engine/text"
# Those that are rows of a file: no documents and no variables of their own.
ROWS = ["short", "system", "several turns", "question", "reasoning", "no thinking", "tools", "tools offered",
        "two answers", "special text"]


def reference_maker():
    spec = importlib.util.spec_from_file_location("make_chat_reference", FOLDER / "make_chat_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Templates(engine.OracleTest):
    """28 families; conversations with tools, thinking, system turns, and texts that look like marks."""

    def test_kept_reference_is_what_transformers_renders(self):
        kept = json.loads((FOLDER / "chat_reference.json").read_text("utf-8"))
        made = list(reference_maker().cases())
        self.assertEqual(len(made), len(kept["cases"]))
        for case, expected in zip(made, kept["cases"]):
            self.assertEqual(case, expected)
        print(f"{self.id().split('.', 1)[1]}: {3 * len(made)} renderings equal")

    def test_previews(self):
        maker = reference_maker()
        totals = {"texts": 0, "ids": 0, "masks": 0}
        for path in sorted((FOLDER / "chat_templates").glob("*.jinja")):
            source = path.read_text("utf-8")
            bos, eos = maker.SPECIAL.get(path.stem, ("<s>", "</s>"))
            special = {name: text for name, text in (("bos_token", bos), ("eos_token", eos)) if text}
            reference = byte_tokenizer(self.folder, special)
            expected, rows = [], []
            for name in ROWS:
                conversation = maker.CONVERSATIONS[name]
                options = dict(tools=conversation.get("tools"), chat_template=source)
                try:
                    text = reference.apply_chat_template(conversation["messages"], tokenize=False, **options)
                    ids = reference.apply_chat_template(
                        conversation["messages"], tokenize=True, return_dict=True,
                        return_assistant_tokens_mask="generation" in source, **options)
                except Exception:  # pylint: disable=broad-except - templates raise whatever Python does
                    continue
                rows.append({key: conversation[key] for key in ("messages", "tools") if key in conversation})
                expected.append((name, text, ids))
            if not rows:
                print(f"{path.stem}: transformers renders none of these rows")
                continue
            data = self.folder / "chats.jsonl"
            data.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
            answers = engine.run("preview", "--model", self.folder, "--data", data, "--rows", len(rows),
                                 "--template", path, "--max-length", 100000, "--format", "messages")
            with self.subTest(path.stem):
                self.assertEqual(len(answers), len(expected))
                for answer, (name, text, ids) in zip(answers, expected):
                    self.assertEqual(answer["text"], text, name)
                    count = len(ids["input_ids"])
                    # A template may leave the last answer open; then EOS is put behind it.
                    self.assertLessEqual(len(answer["ids"]) - count, 1)
                    first = int(ids["input_ids"][:2] == 2 * [reference.bos_token_id])
                    self.assert_same_ids(name, answer["ids"][:count - first], ids["input_ids"][first:])
                    totals["texts"] += 1
                    totals["ids"] += count
                    if "assistant_masks" in ids and any(ids["assistant_masks"]):
                        self.assert_same_ids(f"mask of {name}", answer["mask"][:count - first],
                                             ids["assistant_masks"][first:])
                        totals["masks"] += 1
        print(f"{self.id().split('.', 1)[1]}: {totals}")


if __name__ == "__main__":
    engine.main()
