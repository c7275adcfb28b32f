# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Options of LoRA against PEFT, twenty training steps each: DoRA, rsLoRA, LoRA+ and PEFT's initial
values (T14, T16, T17), LoftQ among them, and their files in PEFT."""
import json
from unittest import mock

import peft
import torch
from peft.utils import loftq_utils
from safetensors.torch import load_file

import engine
import peft_side
import test_bitsandbytes
import test_training
import tiny_models

TWENTY = {"training.max_steps": 20}


def deltas(folder):
    """ΔW of every module of a plain LoRA folder, by its name."""
    tensors = load_file(folder / "adapter_model.safetensors")
    config = peft.LoraConfig.from_pretrained(folder)
    found = {}
    for name, a in tensors.items():
        if name.endswith(".lora_A.weight"):
            module = name.removesuffix(".lora_A.weight")
            rank = a.shape[0]
            scale = config.lora_alpha / (rank ** 0.5 if config.use_rslora else rank)
            found[module] = scale * tensors[module + ".lora_B.weight"] @ a
    return found


class Options(test_training.TrainingTest):
    """From the engine's start, loaded in PEFT."""

    def check(self, make_model, slices=None, **changes):
        self.prepare(make_model, **TWENTY, **changes)
        self.compare(make_model, slices)

    def test_llama_dora(self):
        self.check(lambda: tiny_models.llama(attention_bias=True),
                   **{"method.targets": "all-linear", "method.use_dora": True})

    def test_llama_dora_of_embedding_and_head(self):
        """PEFT stores the untouched weights of both beside the update: they are left out here."""
        self.prepare(tiny_models.llama, **TWENTY,
                     **{"method.targets": ["embed_tokens", "q", "down", "lm_head"],
                        "method.use_dora": True, "method.use_rslora": True,
                        "method.rank_pattern": {"q": 2}})
        start = self.start()
        steps, run = self.train("run")
        adapted = peft.PeftModel.from_pretrained(tiny_models.llama(), start, is_trainable=True)
        self.compare_steps(steps, adapted)
        expected = peft_side.state(adapted)
        for name, tensor in load_file(run / "output/last/adapter_model.safetensors").items():
            self.assert_norm_close(name, tensor, expected[name], 1e-4)

    def test_llama_dora_loraplus(self):
        self.check(tiny_models.llama,
                   **{"method.targets": ["q", "v", "up"], "method.use_dora": True,
                      "method.lora_plus_ratio": 8, "training.learning_rate": 2e-3,
                      "training.weight_decay": 0})

    def test_gpt2_dora(self):
        self.check(tiny_models.gpt2, **{"method.targets": "all-linear", "method.use_dora": True,
                                        "method.bias": "lora_only"})

    def test_llama_rank_stabilised(self):
        self.check(tiny_models.llama, **{"method.targets": ["q", "v", "down"], "method.rank": 6,
                                         "method.use_rslora": True})

    def test_llama_loraplus(self):
        self.check(lambda: tiny_models.llama(attention_bias=True),
                   **{"method.targets": "all-linear", "method.bias": "lora_only",
                      "method.lora_plus_ratio": 16, "training.learning_rate": 1e-3})

    def test_gpt2_dora_of_slices(self):
        """The key's rows keep their lengths: in PEFT they belong to the same update."""
        self.prepare(tiny_models.gpt2, **TWENTY,
                     **{"method.targets": ["q", "v"], "method.use_dora": True})
        start = self.start()
        steps, run = self.train("run")
        adapted = peft_side.load_adapter(tiny_models.gpt2(), start)
        test_training.keep_slices(adapted, "qv")
        self.compare_steps(steps, adapted)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        for name, tensor in peft_side.state(adapted).items():
            self.assert_norm_close(name, trained[name], tensor, 1e-4)

    def test_dora_dropout_keeps_learning(self):
        """Masks differ from PEFT's: only that training works is said."""
        self.prepare(tiny_models.llama, **TWENTY,
                     **{"method.targets": "all-linear", "method.use_dora": True,
                        "method.dropout": 0.1, "training.learning_rate": 0.02})
        steps, _ = self.train("run")
        self.assertLess(steps[-1]["loss"], steps[0]["loss"])


class Starts(test_training.TrainingTest):
    def reference(self, make_model, init, **config):
        torch.manual_seed(11)
        model = make_model()
        return peft.get_peft_model(model, peft.LoraConfig(
            r=self.job["method.rank"], lora_alpha=self.job["method.alpha"],
            init_lora_weights=init, task_type="CAUSAL_LM",
            fan_in_fan_out=model.config.model_type == "gpt2", **config))

    def check_random(self, init, value, **changes):
        """Random numbers are PEFT's, continued by the engine."""
        self.prepare(tiny_models.llama, **TWENTY,
                     **{"method.targets": ["q", "v"], "method.init": init, **changes})
        adapted = self.reference(tiny_models.llama, value, target_modules=["q_proj", "v_proj"])
        start = self.folder / "start"
        adapted.save_pretrained(start)
        steps, run = self.train("run", **{"method.start_from": str(start)})
        self.compare_steps(steps, adapted)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        for name, tensor in peft_side.state(adapted).items():
            self.assert_norm_close(name, trained[name], tensor, 1e-4)

    def test_gaussian(self):
        self.check_random("gaussian", "gaussian")

    def test_orthogonal(self):
        self.check_random("orthogonal", "orthogonal")

    def test_none(self):
        self.check_random("none", False)

    def check_inside(self, make_model, init, targets, slices=None, **changes):
        """The base gives up what the update starts with: a plain update of twice the rank."""
        self.prepare(make_model, **TWENTY, **{"method.targets": targets, "method.init": init,
                                              **changes})
        config = {"use_rslora": self.job.get("method.use_rslora", False),
                  "use_dora": self.job.get("method.use_dora", False)}
        names = targets if targets == "all-linear" else [f"{name}_proj" for name in targets]
        adapted = self.reference(make_model, init, target_modules=names, **config)
        initial = self.folder / "initial"
        adapted.peft_config["default"].init_lora_weights = True
        adapted.save_pretrained(initial)
        adapted.peft_config["default"].init_lora_weights = init

        ids = self.samples[0]["ids"]
        plain = engine.logits(self.model, ids)
        self.assert_close("start", engine.logits(self.model, ids, [self.start()]), plain, 1e-5)
        steps, run = self.train("run")
        self.compare_steps(steps, adapted)
        ours = run / "output/last"
        self.assert_close("logits", engine.logits(self.model, ids, [ours]),
                          engine.reference_logits(adapted, ids), 1e-4)
        loaded = peft_side.load_adapter(make_model(), ours)
        self.assert_close("in PEFT", engine.reference_logits(loaded, ids),
                          engine.reference_logits(adapted, ids), 1e-4)
        if not config["use_dora"]:
            converted = self.folder / "converted"
            adapted.save_pretrained(converted, path_initial_model_for_weight_conversion=initial)
            mine, theirs = deltas(ours), deltas(converted)
            self.assertEqual(sorted(mine), sorted(theirs))
            for name, delta in theirs.items():
                self.assert_norm_close(name, mine[name], delta, 1e-3)

    def test_pissa(self):
        self.check_inside(tiny_models.llama, "pissa", "all-linear")

    def test_pissa_rank_stabilised(self):
        self.check_inside(tiny_models.llama, "pissa", ["q", "v"], **{"method.use_rslora": True})

    def test_pissa_gpt2(self):
        self.check_inside(tiny_models.gpt2, "pissa", "all-linear")

    def test_pissa_dora(self):
        self.check_inside(tiny_models.llama, "pissa", ["q", "up"], **{"method.use_dora": True})

    def test_olora(self):
        self.check_inside(tiny_models.llama, "olora", "all-linear")


def loftq_on_the_processor(qweight, weight, num_bits, reduced_rank):
    """PEFT's _loftq_init_new asks for CUDA: transcribed, with its own decomposition and bitsandbytes'
    numbers on the processor."""
    held = test_bitsandbytes.bitsandbytes.functional.dequantize_4bit(qweight.data, qweight.quant_state)
    found = loftq_utils._low_rank_decomposition(weight.float() - held.float(), reduced_rank)
    return found["R"], found["L"]


class LoftQ(test_training.TrainingTest):
    """The correction of what packing took away, on a base that stays as it was packed."""

    def begin(self, name, packing, **changes):
        """The model of test_bitsandbytes; the engine's start, and the model packed in transformers."""
        quantization = {"model.quantization": "int8" if packing is test_bitsandbytes.INT8 else "nf4",
                        "model.double_quant": packing is test_bitsandbytes.DOUBLE}
        self.prepare(test_bitsandbytes.MODELS[name], **TWENTY, **quantization,
                     **{"method.init": "loftq", **changes})
        self.options = ["--quantization", quantization["model.quantization"],
                        "--double-quant", json.dumps(quantization["model.double_quant"])]
        return self.start(), test_bitsandbytes.load(self.model, **packing)

    def check_deltas(self, start, dense, slices=None):
        """scale · B A of every module is PEFT's decomposition of W − Q, whatever alpha is. `dense`
        holds Q, [out, in] also of GPT-2's modules, which are stored [in, out]."""
        stored = load_file(self.model / "model.safetensors")
        held = dict(dense.named_parameters())
        rank = self.job["method.rank"]
        found = deltas(start)
        self.assertTrue(found)
        for module, delta in found.items():
            name = module.removeprefix("base_model.model.") + ".weight"
            original = stored[name].float()
            lost = (original.T if ".c_" in name else original) - held[name].float()
            parts = lost.chunk(len(slices)) if slices and "c_attn" in name else [lost]
            expected = [loftq_utils._low_rank_decomposition(part, rank) for part in parts]
            expected = torch.cat([part["L"] @ part["R"] for part in expected])
            # Both decompose in float32: where the next singular value is near, they cut apart.
            self.assert_norm_close(module, delta, expected, 1e-4)
            self.assertLess((lost - delta).norm(), lost.norm())

    def check(self, name, packing, **changes):
        """The start, and that training goes on from there as PEFT's on the same numbers."""
        start, packed = self.begin(name, packing, **changes)
        dense = test_bitsandbytes.numbers(packed)
        self.check_deltas(start, dense)
        steps, _ = self.train("run")
        adapted = peft.PeftModel.from_pretrained(dense, start, is_trainable=True)
        self.compare_steps(steps, adapted)

    def test_llama(self):
        self.check("llama", test_bitsandbytes.DOUBLE, **{"method.targets": "all-linear"})

    def test_llama_without_double_quantisation(self):
        self.check("llama", test_bitsandbytes.NF4, **{"method.targets": ["q", "down"]})

    def test_llama_int8_rank_stabilised(self):
        self.check("llama", test_bitsandbytes.INT8,
                   **{"method.targets": ["v", "up"], "method.use_rslora": True})

    def test_gpt2(self):
        self.check("gpt2", test_bitsandbytes.DOUBLE, **{"method.targets": "all-linear"})

    def test_gpt2_slices(self):
        start, packed = self.begin("gpt2", test_bitsandbytes.DOUBLE,
                                   **{"method.targets": ["q", "k", "v"]})
        self.check_deltas(start, test_bitsandbytes.numbers(packed), slices="qkv")

    def test_peft_on_its_own_model(self):
        """PEFT's function from end to end on a model in 4 bits. It leaves the scale out: alpha is the
        rank here, where that makes no difference."""
        start, packed = self.begin("llama", test_bitsandbytes.DOUBLE,
                                   **{"method.targets": "all-linear", "method.alpha": 4})
        adapted = peft.get_peft_model(packed, peft.LoraConfig(
            r=4, lora_alpha=4, target_modules="all-linear", task_type="CAUSAL_LM"))
        with mock.patch.object(loftq_utils, "_loftq_init_new", loftq_on_the_processor):
            peft.replace_lora_weights_loftq(adapted, str(self.model / "model.safetensors"))
        ids = self.samples[0]["ids"]
        self.assert_close("logits", engine.logits(self.model, ids, [start], self.options),
                          engine.reference_logits(adapted, ids), 1e-4)
        theirs = self.folder / "theirs"
        adapted.save_pretrained(theirs)
        ours, expected = deltas(start), deltas(theirs)
        self.assertEqual(sorted(ours), sorted(expected))
        for name, delta in expected.items():
            self.assert_norm_close(name, ours[name], delta, 1e-5)


if __name__ == "__main__":
    engine.main()
