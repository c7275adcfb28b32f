# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Token ids against the tokenizers library (T29), and chat templates against transformers."""
import json

import sentencepiece
import tokenizers
import transformers

import engine
import tiny_models
import tiny_tokenizers

HARD = ["a", " a", "  two  spaces ", "tab\there", "line\nbreak\n\n", "don't it's we'll",
        "3.14159e-10", "naïve façade Ångström", "가나다라마바사 한글과 English 섞기", "ㅎㅎ ㅋㅋ 됐어?!",
        "漢字かな交じり文", "🙂👩‍👩‍👧‍👦🏳️‍🌈", "e\u0301 vs é", "\u00a0nbsp\u2003em", "مرحبا بالعالم",
        "a\u200bb", "<s>", "</s> <unk>", "<|endoftext|>", "[INST] hi [/INST]", "x" * 300,
        "#include <a.h> // code();"]
CORPORA = [("multilingual_text/corpus.en", 250), ("multilingual_text/german.txt", 20),
           ("korean/ChatbotData.csv", 400), ("korean/korsts_dev.tsv", 250),
           ("korean/klue-nli-v1.1_dev.json", 250)]


class Texts(engine.OracleTest):
    """The corpora and the hard strings, and what `preview` makes of them."""

    def texts(self):
        texts = list(HARD)
        with open(self.require(engine.SHARED / "data/nasty/41_special_token_text.jsonl"), "rb") as file:
            rows = [json.loads(line) for line in file if line.strip()]
        texts += sorted({text for row in rows for text in row.values() if isinstance(text, str) and text.strip()})
        for name, count in CORPORA:
            path = self.require(engine.SHARED / "data" / name)
            lines = [line for line in path.read_text("utf-8").split("\n") if line.strip()]
            texts += lines[::max(1, len(lines) // count)][:count]
        return texts

    def previews(self, model, texts):
        data = self.folder / "texts.jsonl"
        data.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        answers = engine.run("preview", "--model", model, "--data", data, "--rows", len(texts),
                             "--max-length", 100000)
        self.assertEqual(len(answers), len(texts))
        return [answer["ids"] for answer in answers]

    def check_folder(self, model, reader, begin=None, end=None, score=None):
        """`reader`: text → ids. `begin`, `end`: BOS, of which one is kept, and EOS, which documents get.

        `score`: id → score, where two ways to cut a text may have the same sum: SentencePiece adds in float32, the
        tokenizers library in float64, so that rounding decides between them (000 as 0 00 or 00 0).
        """
        expected = {text: reader(text) for text in self.texts()}
        texts = [text for text, ids in expected.items() if len(ids) > 1 and ids[:2] != [begin, begin]]
        total = ties = 0
        for text, ids in zip(texts, self.previews(model, texts)):
            if end is not None and ids[-1] == end and expected[text][-1] != end:
                ids = ids[:-1]
            total += len(ids)
            if score is not None and ids != expected[text]:
                sums = [sum(map(score, way)) for way in (ids, expected[text])]
                self.assertAlmostEqual(*sums, delta=1e-5 * abs(sums[0]), msg=repr(text))
                ties += 1
            else:
                self.assert_same_ids(repr(text), ids, expected[text])
        self.assertLessEqual(ties, len(texts) // 50)
        print(f"{self.id().split('.', 1)[1]}: {model.name}: {len(texts)} texts, {total} ids equal"
              + f", {ties} texts cut in another way of the same score" * bool(ties), flush=True)


class TokenIds(Texts):
    """tokenizer.json by the tokenizer's own rule. The file decides: transformers 5 builds the tokenizers of some
    classes (Llama, …) anew from its vocabulary and then treats spaces at the beginning otherwise."""

    def check(self, tokenizer_json):
        self.require(tokenizer_json)
        reference = tokenizers.Tokenizer.from_file(str(tokenizer_json))
        # A text of one token has nothing to learn and is no sample.
        texts = [text for text in self.texts() if len(reference.encode(text).ids) > 1]
        model = self.folder / "model"
        model.mkdir()
        (model / "tokenizer.json").write_bytes(tokenizer_json.read_bytes())
        total = 0
        for text, ids in zip(texts, self.previews(model, texts)):
            expected = reference.encode(text).ids
            total += len(expected)
            self.assert_same_ids(repr(text), ids, expected)
        print(f"{self.id().split('.', 1)[1]}: {len(texts)} texts, {total} ids equal")

    def test_gpt2(self):
        self.check(engine.SHARED / "models/tokenizers/gpt2_tokenizer.json")

    def test_mistral(self):
        self.check(engine.SHARED / "models/tokenizers/mistral7b_v0.3_tokenizer.json")

    def test_stories(self):
        self.check(engine.REAL_MODELS[0] / "tokenizer.json")

    def test_stories_bfloat16(self):
        self.check(engine.REAL_MODELS[1] / "tokenizer.json")

    def test_stories_float16(self):
        self.check(engine.REAL_MODELS[2] / "tokenizer.json")

    def test_llama2xs(self):
        self.check(engine.REAL_MODELS[3] / "tokenizer.json")

    def test_sample_model(self):
        self.check(engine.SAMPLE_MODEL / "tokenizer.json")


class OlderForms(Texts):
    """Vocabularies without a tokenizer.json, converted on load."""

    def model(self, files):
        model = self.folder / "model"
        model.mkdir()
        for path in files:
            (model / path.name).write_bytes(self.require(path).read_bytes())
        return model

    def check_real(self, folder):
        """tokenizer.model alone: the ids of the tokenizer.json beside it, and SentencePiece's own."""
        model = self.model([folder / "tokenizer.model", folder / "tokenizer_config.json"])
        fast = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.check_folder(model, lambda text: fast.encode(text).ids, begin=1, end=2)
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
        # SentencePiece reads the text of special tokens as letters.
        marks = ("<s>", "</s>", "<unk>")
        self.check_folder(model, lambda text: [] if any(mark in text for mark in marks) else
                          [1] + pieces.encode(text), begin=1, end=2)

    def test_stories(self):
        self.check_real(engine.REAL_MODELS[0])

    def test_llama2xs(self):
        self.check_real(engine.REAL_MODELS[3])

    def test_gpt2_as_vocabulary_and_merges(self):
        path = self.require(engine.SHARED / "models/tokenizers/gpt2_tokenizer.json")
        model = self.folder / "model"
        tiny_tokenizers.split_tokenizer_json(path, model)
        fast = tokenizers.Tokenizer.from_file(str(path))
        self.check_folder(model, lambda text: fast.encode(text).ids, end=fast.token_to_id("<|endoftext|>"))

    def test_mistral_as_a_model_file(self):
        path = self.require(engine.SHARED / "models/tokenizers/mistral7b_v0.3_tokenizer.json")
        model = self.folder / "model"
        tiny_tokenizers.model_of_tokenizer_json(path, model)
        fast = tokenizers.Tokenizer.from_file(str(path))
        self.check_folder(model, lambda text: fast.encode(text).ids, begin=1, end=2)

    def test_trained_here(self):
        """Every kind, and SentencePiece's whole table of characters. Models are small, so that texts fall apart."""
        lines = tiny_tokenizers.lines(engine.SHARED / "data", 2000)
        for maker in [*tiny_tokenizers.MAKERS, tiny_tokenizers.unigram_nmt_nfkc]:
            with self.subTest(maker.__name__):
                model = self.folder / maker.__name__
                maker(model, lines, 3000)
                read = tiny_tokenizers.reader(model)
                begin, end, marks = tiny_tokenizers.around(model)
                if not tiny_tokenizers.knows_marks(model):
                    plain = read
                    read = lambda text: [] if any(mark in text for mark in marks) else plain(text)
                self.check_folder(model, read, begin, end, tiny_tokenizers.unigram_score(model))


class ScoredText(engine.OracleTest):
    """`score --text`: the ids, and no more of them than the tokenizer's own rule makes."""

    def test_real_models(self):
        for folder in [*engine.REAL_MODELS, engine.SAMPLE_MODEL]:
            self.require(folder)
            reference = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            for text in ("Once upon a time", "한글 🙂 naïve", " two  spaces"):
                with self.subTest(folder.name, text=text):
                    ids = engine.run("score", "--model", folder, "--text", text)[0]["ids"]
                    self.assert_same_ids(text, ids, reference.encode(text).ids)


CHATML = """{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}
{%- if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}
{%- else %}{{ message['content'] + '<|im_end|>' }}{% endif %}{{ '\\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""
LLAMA3 = """{{ bos_token }}{% for message in messages %}
{%- set header = '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' %}
{{- header }}{% if message.role == 'assistant' %}{% generation %}{{ message.content | trim }}{{ '<|end|>' }}{% endgeneration %}
{%- else %}{{ message.content | trim + '<|end|>' }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"""
GEMMA = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set first = messages[0]['content'] + '\\n\\n' %}
{%- set loop_messages = messages[1:] %}{% else %}{% set first = '' %}{% set loop_messages = messages %}{% endif %}
{%- for message in loop_messages %}
{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}
{%- set role = 'model' if message['role'] == 'assistant' else message['role'] %}
{{- '<start_of_turn>' + role + '\\n' + (first if loop.first else '') }}
{%- if role == 'model' %}{% generation %}{{ message['content'] | trim }}{{ '<|end|>' }}{% endgeneration %}
{%- else %}{{ message['content'] | trim }}{{ '<|end|>' }}{% endif %}{{ '\\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"""
MISTRAL = """{%- set ns = namespace(count=0, system='') %}{{ bos_token }}
{%- for message in messages %}{% if message.role == 'system' %}{% set ns.system = message.content ~ '\\n\\n' %}
{%- elif message.role == 'user' %}{{ ' [INST] ' ~ ns.system ~ message.content ~ ' [/INST] ' }}{% set ns.system = '' %}
{%- else %}{% generation %}{{ message.content ~ eos_token }}{% endgeneration %}{% set ns.count = ns.count + 1 %}{% endif %}{% endfor %}"""

CHATS = [
    [("user", "Hello"), ("assistant", "Hi there.")],
    [("system", "Be brief."), ("user", "What is it?"), ("assistant", "A stone."),
     ("user", "And <b>this</b> & 'that'?"), ("assistant", "The \"other\" one.\nLonger.")],
    [("user", "무엇을 찾니?"), ("assistant", "바다를 찾아요 🙂"), ("user", "정말?"),
     ("assistant", "네, naïve façade.")],
    [("user", "Again"), ("assistant", "Hi there."), ("user", "Hi there."), ("assistant", "Again")],
]


class ChatTemplates(engine.OracleTest):
    """Ids and trained tokens of conversations. The templates mark the answers for transformers;
    the engine finds them without the marks."""

    def check(self, model, template, reference):
        data = self.folder / "chats.jsonl"
        chats = [[{"role": role, "content": content} for role, content in chat] for chat in CHATS]
        data.write_text("".join(json.dumps({"messages": chat}) + "\n" for chat in chats))
        options = []
        if template is not None:
            file = self.folder / "template.jinja"
            file.write_text(template)
            options = ["--template", file]
        answers = engine.run("preview", "--model", model, "--data", data, "--rows", len(chats),
                             *options)
        self.assertEqual(len(answers), len(chats))
        for chat, answer in zip(chats, answers):
            expected = reference.apply_chat_template(
                chat, chat_template=template, tokenize=True, return_dict=True,
                return_assistant_tokens_mask=template is not None)
            self.assertEqual(answer["text"], reference.apply_chat_template(
                chat, chat_template=template, tokenize=False))
            self.assert_same_ids(answer["text"], answer["ids"], list(expected["input_ids"]))
            if template is not None:
                self.assert_same_ids(f"mask of {answer['text']}", answer["mask"],
                                     list(expected["assistant_masks"]))

    def bytes_model(self):
        tiny_models.save_tokenizer(self.folder)
        (self.folder / "tokenizer_config.json").write_text(json.dumps({
            "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|end|>",
            "bos_token": "<|start|>"}))
        return self.folder, transformers.AutoTokenizer.from_pretrained(self.folder)

    def check_bytes(self, template):
        model, reference = self.bytes_model()
        self.check(model, template, reference)

    def test_sample_model(self):
        reference = transformers.AutoTokenizer.from_pretrained(engine.SAMPLE_MODEL)
        self.check(engine.SAMPLE_MODEL, None, reference)

    def test_sample_model_with_marked_answers(self):
        reference = transformers.AutoTokenizer.from_pretrained(engine.SAMPLE_MODEL)
        self.check(engine.SAMPLE_MODEL, CHATML, reference)

    def test_headers(self):
        self.check_bytes(LLAMA3)

    def test_folded_system_turn(self):
        self.check_bytes(GEMMA)

    def test_namespace(self):
        self.check_bytes(MISTRAL)


if __name__ == "__main__":
    engine.main()
