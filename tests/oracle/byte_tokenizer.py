# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""A tokenizer with a token per byte: what templates write can be compared id by id without a model."""
import json

import tokenizers
import transformers


def byte_tokenizer(folder, special, marks=()):
    """Writes it into `folder`; `special` are its named tokens, `marks` further tokens of their own."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(sorted({"<|im_start|>", "<|im_end|>", *special.values(), *marks}))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(special))
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
