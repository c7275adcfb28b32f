# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes converted/ and conversion_reference.json: small tokenizers in older forms, and what SentencePiece and
transformers make of texts with them.

    python make_conversion_reference.py <shared folder>

Run it with the oracle's Python. The tokenizers are trained again, so all of it changes together.
"""
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "oracle"))

import tiny_tokenizers  # noqa: E402
import transformers  # noqa: E402

TEXTS = ["", " ", "a", " a", "  two  spaces ", "tab\there", "line\nbreak\n\n", "don't it's we'll", "3.14159e-10",
         "naïve façade Ångström", "가나다라마바사 한글과 English 섞기", "ㅎㅎ ㅋㅋ 됐어?!", "漢字かな交じり文",
         "🙂👩‍👩‍👧‍👦🏳️‍🌈", "e\u0301 vs é", "\u00a0nbsp\u2003em", "مرحبا بالعالم", "a\u200bb", "x" * 40,
         "ﬁﬂ ＡＢ ①②… ㈜", "a▁b ▁", "▁", " \n ", "He said: “no”.", "    if (a < b) { return 12345; }",
         "The cat sat on the mat, and the other cats of the house were there."]
MARKED = ["<s>a", "a</s> <unk>", "hi<|endoftext|> there", " <|im_start|>user\nhi<|im_end|>\n", "<tool_call> x",
          "<|assistant|>yes", "<pad> pad"]


def rows(folder):
    ids_of = tiny_tokenizers.reader(folder)
    for text in TEXTS + MARKED * tiny_tokenizers.knows_marks(folder):
        yield {"text": text, "ids": ids_of(text)}


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    shutil.rmtree(HERE / "converted", ignore_errors=True)
    tiny_tokenizers.make_all(HERE / "converted", sys.argv[1], 300, 700)
    reference = {folder.name: list(rows(folder)) for folder in sorted((HERE / "converted").iterdir())}
    (HERE / "conversion_reference.json").write_text(json.dumps(reference, indent=0) + "\n")
    print({name: len(kept) for name, kept in reference.items()})
