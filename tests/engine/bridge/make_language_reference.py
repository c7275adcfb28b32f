# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes language_reference.json: what transformers' template environment makes of small templates.

    python make_language_reference.py

Run it with the oracle's Python. The templates are the lines of language_cases.txt, in which ⏎ stands for a newline
and ␍ for a carriage return. Where the reference refuses a template only that is kept, for the words are ours.
"""
import json
import pathlib

from transformers.utils.chat_template_utils import _compile_jinja_template, _render_with_assistant_indices

HERE = pathlib.Path(__file__).parent

MESSAGES = [
    {"role": "system", "content": "You are. "},
    {"role": "user", "content": "  Hello wörld 한글 <b> & 'q' \"d\"\n", "items": [1, 2], "n": 1.0,
     "extra": {"b": 1, "a": [True, None, 0.5, 1e20, "é\n"]}},
    {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {
        "name": "f", "arguments": {"city": "서울", "days": 2, "ok": True, "x": None, "f": 21.50, "l": [1, "a"]}}}]},
    {"role": "tool", "content": "res", "name": "f"},
    {"role": "assistant", "content": "Bye — done\u200b\x7f\u00a0"},
]
TOOLS = [{"type": "function", "function": {"name": "w", "parameters": {
    "type": "object", "required": ["items"],
    "properties": {"items": {"type": "array", "items": {"type": "string"}}, "keys": {"type": "number"}}}}}]
VARIABLES = {"bos_token": "<s>", "eos_token": "</s>"}


def rendered(source):
    """The text and the marked bytes, or None where the reference refuses."""
    try:
        text, marks = _render_with_assistant_indices(
            _compile_jinja_template(source), MESSAGES, TOOLS, None, True, **VARIABLES)
    except Exception:  # pylint: disable=broad-except - templates raise whatever Python does
        return None
    assert " at 0x" not in text, source
    return {"text": text, "marks": [[len(text[:at].encode()) for at in mark] for mark in marks]}


if __name__ == "__main__":
    lines = (HERE / "language_cases.txt").read_text("utf-8").splitlines()
    sources = [line.replace("⏎", "\n").replace("␍", "\r") for line in lines if not line.startswith("##")]
    reference = {"messages": MESSAGES, "tools": TOOLS, "variables": VARIABLES,
                 "cases": [{"template": source, "rendered": rendered(source)} for source in sources]}
    (HERE / "language_reference.json").write_text(json.dumps(reference, indent=0) + "\n")
    print(len(sources), "templates,", sum(case["rendered"] is None for case in reference["cases"]), "refused")
