# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Small tokenizers in the forms of older checkpoints, trained here: a SentencePiece tokenizer.model alone, and
vocab.json with merges.txt alone. Each maker writes a folder; reference(folder) is what other libraries read from it."""
import json
import pathlib

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
import tokenizers
import transformers

SHARED_TEXTS = ["multilingual_text/corpus.en", "multilingual_text/german.txt", "korean/ChatbotData.csv"]
# Rewritten as SentencePiece's own tables do, in few lines: half of a table, so that it stays small.
REWRITTEN = {"ﬁ": "fi", "ﬂ": "fl", "Ａ": "A", "Ｂ": "B", "①": "1", "…": "...", "\u00a0": " ", "\u3000": " ",
             "\t": " ", "e\u0301": "é", "\u200b": "", "ㅎ": "ᄒ", "㈜": "(주)"}


def lines(data, count):
    """Lines to train on, the same each time."""
    found = []
    for name in SHARED_TEXTS:
        with open(data / name, encoding="utf-8") as file:
            found += [line.strip()[:500] for _, line in zip(range(count), file) if line.strip()]
    return found


def write(folder, name, value):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def train_sentencepiece(folder, texts, size, **options):
    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_prefix=str(folder / "tokenizer"), vocab_size=size,
        num_threads=1, minloglevel=2, **options)
    (folder / "tokenizer.vocab").unlink()
    path = folder / "tokenizer.model"
    proto = sentencepiece_model_pb2.ModelProto.FromString(path.read_bytes())
    proto.trainer_spec.model_prefix = "tokenizer"  # not where it was trained
    proto.normalizer_spec.ClearField("normalization_rule_tsv")
    path.write_bytes(proto.SerializeToString())


LLAMA = dict(model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
             remove_extra_whitespaces=False, split_digits=True, character_coverage=0.99,
             allow_whitespace_only_pieces=True)


def llama(folder, texts, size, legacy=True):
    train_sentencepiece(folder, texts, size, **LLAMA)
    write(folder, "tokenizer_config.json", {
        "tokenizer_class": "LlamaTokenizer", "legacy": legacy, "add_bos_token": True, "add_eos_token": False,
        "bos_token": {"__type": "AddedToken", "content": "<s>", "lstrip": False, "normalized": False,
                      "rstrip": False, "single_word": False},
        "eos_token": "</s>", "unk_token": "<unk>", "pad_token": None})
    write(folder, "added_tokens.json", {"<|assistant|>": size, "<|pad|>": size + 1})


def llama_new(folder, texts, size):
    llama(folder, texts, size, legacy=False)


def gemma(folder, texts, size):
    train_sentencepiece(
        folder, texts, size, **LLAMA, pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>",
        eos_piece="<eos>", bos_piece="<bos>", add_dummy_prefix=False,
        user_defined_symbols=["<mask>", "<start_of_turn>", "<end_of_turn>", "\n\n"])
    write(folder, "tokenizer_config.json", {
        "tokenizer_class": "GemmaTokenizer", "add_bos_token": True, "bos_token": "<bos>", "eos_token": "<eos>",
        "pad_token": "<pad>", "unk_token": "<unk>", "extra_special_tokens": ["<start_of_turn>", "<end_of_turn>"]})


def unigram(folder, texts, size, table=None):
    """No configuration at all: the model file decides. `table`: a name of SentencePiece's own."""
    options = {"normalization_rule_name": table}
    if table is None:
        rules = folder / "rules.tsv"
        folder.mkdir(parents=True, exist_ok=True)
        code = lambda text: " ".join(f"{ord(letter):X}" for letter in text)
        rules.write_text("".join(f"{code(a)}\t{code(b)}\n" for a, b in REWRITTEN.items()), "utf-8")
        options = {"normalization_rule_tsv": str(rules)}
    train_sentencepiece(folder, texts, size, model_type="unigram", character_coverage=0.98, **options)
    (folder / "rules.tsv").unlink(missing_ok=True)


def unigram_nmt_nfkc(folder, texts, size):
    unigram(folder, texts, size, "nmt_nfkc")


def unigram_bytes(folder, texts, size):
    train_sentencepiece(folder, texts, size, model_type="unigram", byte_fallback=True, character_coverage=0.98,
                        normalization_rule_name="identity", remove_extra_whitespaces=False,
                        control_symbols=["<ctrl>"], user_defined_symbols=["<user>"])


def train_bytes(folder, texts, size, special):
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(texts, tokenizers.trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, show_progress=False,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet()))
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.model.save(str(folder))


def gpt2(folder, texts, size):
    train_bytes(folder, texts, size, ["<|endoftext|>"])


def gpt2_prefixed(folder, texts, size):
    """A space in front, BOS and a pad token that the vocabulary lacks."""
    train_bytes(folder, texts, size, ["<|endoftext|>"])
    write(folder, "tokenizer_config.json", {
        "tokenizer_class": "GPT2Tokenizer", "add_prefix_space": True, "add_bos_token": True, "pad_token": "<pad>"})
    write(folder, "special_tokens_map.json", {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
                                              "unk_token": "<|endoftext|>", "pad_token": "<pad>"})


def qwen2(folder, texts, size):
    train_bytes(folder, texts, size, [])
    names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>"]
    write(folder, "tokenizer_config.json", {
        "tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": False, "bos_token": None,
        "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None,
        "additional_special_tokens": names[1:3],
        "added_tokens_decoder": {str(size + i): {
            "content": name, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
            "special": i < 3} for i, name in enumerate(names)}})


def gpt_neox(folder, texts, size):
    train_bytes(folder, texts, size, ["<|endoftext|>", "<|padding|>"])
    write(folder, "config.json", {"model_type": "gpt_neox"})


MAKERS = [llama, llama_new, gemma, unigram, unigram_bytes, gpt2, gpt2_prefixed, qwen2, gpt_neox]


def pieces_of(folder, text):
    """The ids that SentencePiece itself gives, with BOS where the configuration wants it."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    config = folder / "tokenizer_config.json"
    add_bos = config.exists() and json.loads(config.read_text("utf-8")).get("add_bos_token", False)
    return [model.bos_id()] * add_bos + model.encode(text)


def reader(folder):
    """Text → ids as the reference reads the folder: SentencePiece for tokenizer.model, except where only
    transformers knows what is meant (legacy: false); transformers for vocab.json."""
    config = folder / "tokenizer_config.json"
    config = json.loads(config.read_text("utf-8")) if config.exists() else {}
    if (folder / "tokenizer.model").exists() and config.get("legacy", True):
        return lambda text: pieces_of(folder, text)
    names = {"gpt_neox": "GPTNeoXTokenizer"}
    name = config.get("tokenizer_class", names.get(folder.name, "GPT2Tokenizer"))
    tokenizer = getattr(transformers, name).from_pretrained(folder)
    return lambda text: tokenizer(text)["input_ids"]


def knows_marks(folder):
    """Whether the reference reads the text of special tokens as the tokens; SentencePiece has no such rule."""
    return not (folder / "tokenizer.model").exists() or folder.name == "llama_new"


def around(folder):
    """BOS and EOS, and the texts that other libraries than SentencePiece take for tokens."""
    if (folder / "tokenizer.model").exists():
        model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
        marks = [model.id_to_piece(i) for i in range(model.get_piece_size())
                 if model.is_control(i) or model.is_unknown(i)]
        return model.bos_id(), model.eos_id(), marks + ["<|assistant|>", "<|pad|>"]
    config = folder / "tokenizer_config.json"
    config = json.loads(config.read_text("utf-8")) if config.exists() else {}
    added = {token["content"]: int(i) for i, token in config.get("added_tokens_decoder", {}).items()}
    vocabulary = {**json.loads((folder / "vocab.json").read_text("utf-8")), **added}
    end = vocabulary.get(config.get("eos_token", "<|endoftext|>"))
    return (end if config.get("add_bos_token") else None), end, []


def unigram_score(folder):
    """Id → score of a unigram model; None of other tokenizers."""
    path = folder / "tokenizer.model"
    if not path.exists():
        return None
    proto = sentencepiece_model_pb2.ModelProto.FromString(path.read_bytes())
    return (lambda i: proto.pieces[i].score) if proto.trainer_spec.model_type == 1 else None


def split_tokenizer_json(path, folder):
    """The vocab.json and merges.txt of a tokenizer.json of byte pairs."""
    model = json.loads(path.read_text("utf-8"))["model"]
    write(folder, "vocab.json", model["vocab"])
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(merge + "\n" for merge in merges), "utf-8")


def model_of_tokenizer_json(path, folder):
    """The tokenizer.model that a converted tokenizer.json of Llama's kind comes from: pieces in their order, scores
    by the order of the merges."""
    source = json.loads(path.read_text("utf-8"))
    added = {token["content"] for token in source["added_tokens"]}
    rank = {}
    for i, merge in enumerate(source["model"]["merges"]):
        rank.setdefault("".join(merge.split(" ") if isinstance(merge, str) else merge), i)
    proto = sentencepiece_model_pb2.ModelProto()
    kinds = proto.SentencePiece
    for text, i in sorted(source["model"]["vocab"].items(), key=lambda item: item[1]):
        is_byte = len(text) == 6 and text.startswith("<0x")
        kind = (kinds.UNKNOWN if text == "<unk>" else kinds.CONTROL if text in added else
                kinds.BYTE if is_byte else kinds.NORMAL)
        proto.pieces.add(piece=text, score=-float(rank.get(text, 1e6)) if kind == kinds.NORMAL else 0.0, type=kind)
    proto.trainer_spec.model_type = proto.trainer_spec.BPE
    proto.trainer_spec.byte_fallback = True
    proto.normalizer_spec.name = "identity"
    proto.normalizer_spec.remove_extra_whitespaces = False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.model").write_bytes(proto.SerializeToString())
    write(folder, "tokenizer_config.json", {
        "tokenizer_class": "LlamaTokenizer", "legacy": source["pre_tokenizer"] is None, "add_bos_token": True,
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})


def make_all(root, shared, count, size):
    texts = lines(pathlib.Path(shared) / "data", count)
    for maker in MAKERS:
        maker(root / maker.__name__, texts, size)
