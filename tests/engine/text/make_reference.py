# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes reference.json: what transformers and tokenizers make of conversations and texts.

    python make_reference.py <shared folder>

Run it with the oracle's Python. The shared texts are not copied: of each line only the hash of its ids is kept.
"""
import hashlib
import json
import pathlib
import sys

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent

CHATML = """{%- if tools %}
    {{- '<|im_start|>system\\n# Tools\\n' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'assistant' %}
        {{- '<|im_start|>assistant\\n' }}
        {%- generation %}
        {{- message.content }}
        {%- for call in message.tool_calls or [] %}
            {{- '\\n<tool_call>\\n' ~ (call.function | tojson(indent=2)) ~ '\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>' }}
        {%- endgeneration %}
        {{- '\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + message['content'].strip() + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

# Rewrites earlier answers: thinking is shown in the last one only.
THINKING = """{%- for message in messages %}
    {%- if message.role == 'assistant' %}
        {%- set answer = message.content %}
        {%- if '</think>' in answer and not loop.last %}
            {%- set answer = answer.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {{- '<|im_start|>assistant\\n' }}{% generation %}{{ answer + '<|im_end|>' }}{% endgeneration %}{{ '\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""

LLAMA3 = """{% set loop_messages = messages %}{% for message in loop_messages %}
{% if loop.index0 == 0 %}{{ bos_token }}{% endif %}
{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
{%- if message['role'] == 'assistant' %}{% generation %}{{ message['content'] | trim + '<|eot_id|>' }}{% endgeneration %}
{%- else %}{{ message['content'] | trim + '<|eot_id|>' }}{% endif %}
{% endfor %}
{%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"""

MISTRAL = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content'] %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set rest = messages %}
{%- endif %}
{%- for message in rest %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('Conversation roles must alternate') }}
    {%- endif %}
    {%- if message['role'] == 'user' %}
        {%- if loop.first and system is defined %}
            {{- '[INST] ' + system + '\\n\\n' + message['content'] + ' [/INST]' }}
        {%- else %}
            {{- '[INST] ' + message['content'] + ' [/INST]' }}
        {%- endif %}
    {%- else %}
        {%- generation %}{{ ' ' + message['content'] + eos_token }}{% endgeneration %}
    {%- endif %}
{%- endfor %}"""

ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n' }}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}

{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""

# What templates print and call, without a role in training.
PYTHONIC = """{%- set ns = namespace(count=0, items=[]) -%}
{%- for m in messages -%}
    {%- if m.skip is defined and m.skip -%}{%- continue -%}{%- endif -%}
    {%- set ns.count = ns.count + 1 -%}
    {{ loop.index }}|{{ m.content.upper() }}|{{ m.extra }}|{{ m.missing }}|{{ none }}|{{ true }}|{{ [1, 2.5, 'a"b', "it's"] }}
    {{ {'k': m.extra, 'n': none} | tojson }}|{{ m.extra | tojson(indent=2) }}|{{ m.content[:3] }}|{{ messages[::-1][0].role }}
    {{ m.content.split(' ') }}|{{ m.content.startswith('He') }}|{{ m.content.replace('l', 'L') | trim }}|{{ m.items() | list | length }}
    {%- if ns.count == 2 -%}{%- break -%}{%- endif -%}
{%- endfor -%}
{{ '%s' | string }}{{ ns.count }}{{ (messages | map(attribute='role') | list) | join(', ') }}
{%- macro twice(x) -%}{{ x ~ x }}{%- endmacro %}{{ twice('ab') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }}"""

TEMPLATES = {
    "chatml": (CHATML, {"eos_token": "<|im_end|>"}),
    "thinking": (THINKING, {"eos_token": "<|im_end|>"}),
    "llama3": (LLAMA3, {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"}),
    "mistral": (MISTRAL, {"bos_token": "<s>", "eos_token": "</s>"}),
    "zephyr": (ZEPHYR, {"bos_token": "<s>", "eos_token": "</s>"}),
    "pythonic": (PYTHONIC, {"bos_token": "<s>", "eos_token": "</s>"}),
}

TOOLS = [{"type": "function", "function": {"name": "weather", "description": "날씨 <now> & 'later'",
          "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]

CONVERSATIONS = {
    "single": ([("user", "What is 2 + 2?"), ("assistant", "4")], None),
    "system": ([("system", "Be brief."), ("user", "Say hello in Korean."), ("assistant", "안녕하세요 😀")], None),
    "turns": ([("user", "Say yes"), ("assistant", "yes"), ("user", "assistant?\n\nAgain, say yes"),
               ("assistant", "yes,\nyes"), ("user", "Bye"), ("assistant", "Bye")], None),
    "thinking": ([("user", "1+1?"), ("assistant", "<think>\nadd\n</think>\n\n2"), ("user", "2+2?"),
                  ("assistant", "<think>\nadd again\n</think>\n\n4")], None),
    "tools": ([("user", "Weather in Seoul?"),
               ("assistant", "", {"tool_calls": [{"type": "function", "function": {
                   "name": "weather", "arguments": {"city": "서울", "days": 2, "exact": True, "when": None}}}]}),
               ("user", "{\"t\": 21.5}"), ("assistant", "21.5 degrees.")], TOOLS),
    "extra": ([("user", "Hello there", {"extra": {"b": 1, "a": [True, None, 0.5, 1e20, "é\n"]}}),
               ("assistant", "  Hello all ", {"extra": [], "skip": False}), ("user", "x", {"skip": True})], None),
}

USES = {"chatml": ["single", "system", "turns", "tools"], "thinking": ["single", "thinking"],
        "llama3": ["single", "system", "turns"], "mistral": ["single", "system", "turns"],
        "zephyr": ["single", "system", "turns"], "pythonic": ["extra"]}

SPECIAL = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|start_header_id|>",
           "<|end_header_id|>", "<|eot_id|>"]


def byte_tokenizer():
    """One token per byte, the special tokens, no merges; <s> in front by its own rule."""
    vocabulary = {token: index for index, token in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])
    return tokenizer


def message(turn):
    role, content, *extra = turn
    return {"role": role, "content": content, **(extra[0] if extra else {})}


def cases():
    for name, (source, special) in TEMPLATES.items():
        reference = PreTrainedTokenizerFast(tokenizer_object=byte_tokenizer(), chat_template=source, **special)
        for use in USES[name]:
            turns, tools = CONVERSATIONS[use]
            messages = [message(turn) for turn in turns]
            case = {"name": f"{name}/{use}", "template": source, "special": special, "messages": messages,
                    "tools": tools,
                    "text": reference.apply_chat_template(messages, tools=tools, tokenize=False)}
            case["prompt"] = reference.apply_chat_template(messages[:-1], tools=tools, tokenize=False,
                                                           add_generation_prompt=True)
            if "generation" in source:
                marked = reference.apply_chat_template(messages, tools=tools, tokenize=True, return_dict=True,
                                                       return_assistant_tokens_mask=True)
                case["ids"] = marked["input_ids"]
                case["mask"] = marked["assistant_masks"]
            yield case


def digest(ids):
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]


def lines_of(shared):
    paths = sorted((shared / "data/multilingual_text").glob("*.*")) + sorted((shared / "data/korean").glob("*.*"))
    for path in paths:
        if path.suffix in (".md", ".py"):
            continue
        with open(path, encoding="utf-8", newline="\n") as file:
            lines = [line.rstrip("\n")[:2000] for _, line in zip(range(400), file)]
        step = max(1, len(lines) // 25)
        for number in range(0, len(lines), step):
            yield path.relative_to(shared).as_posix(), number, lines[number]


def texts(shared):
    for name in ("gpt2", "mistral7b_v0.3"):
        tokenizer = Tokenizer.from_file(str(shared / f"models/tokenizers/{name}_tokenizer.json"))
        tokenizer.no_truncation()
        rows = []
        for file, number, line in lines_of(shared):
            ids = tokenizer.encode(line).ids
            rows.append({"file": file, "line": number, "ids": digest(ids),
                         "decoded": hashlib.sha256(tokenizer.decode(ids).encode()).hexdigest()[:16]})
        yield {"tokenizer": name, "lines": rows}


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    reference = {"byte_tokenizer": json.loads(byte_tokenizer().to_str()), "cases": list(cases()),
                 "texts": list(texts(folder))}
    (HERE / "reference.json").write_text(json.dumps(reference, ensure_ascii=True, indent=0) + "\n")
