// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/stored_quantization.h"

#include "tests/support/tiny_models.h"

using namespace engine;
using namespace tests;
using kernels::Quantization;

namespace {

models::StoredQuantization read(const Value& quantization)
{
    return models::storedQuantizationOf(
        models::ModelConfig(llamaConfig({{"quantization_config", quantization}}), "config.json"));
}

} // namespace

class TestStoredQuantization : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void absentIsNone() { QVERIFY(read(Value()).isNone()); }

    void whatIsWrittenIsRead()
    {
        const models::StoredQuantization written = {Quantization::Nf4, true, at::kBFloat16};
        const models::StoredQuantization found = read(models::quantizationConfig(written));
        QVERIFY(found.kind == Quantization::Nf4);
        QVERIFY(found.doubleQuant);
        QCOMPARE(found.computeType, at::kBFloat16);
        QVERIFY(read(models::quantizationConfig({Quantization::Int8})).kind == Quantization::Int8);
    }

    // Configs of older versions hold few fields.
    void fieldsMayBeMissing()
    {
        const auto found =
            read(Value::object({{"load_in_4bit", true}, {"bnb_4bit_quant_type", "nf4"}}));
        QVERIFY(found.kind == Quantization::Nf4);
        QVERIFY(!found.doubleQuant);
        QVERIFY(read(Value::object({{"load_in_8bit", true}})).kind == Quantization::Int8);
    }

    void othersAreRefused_data()
    {
        QTest::addColumn<Value>("field");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("text");
        const auto row =
            [](const char* name, const Value& field, const char* code, const char* text) {
                QTest::newRow(name) << field << code << text;
            };
        const auto nf4With = [](const char* key, const Value& value) {
            return changed(models::quantizationConfig({Quantization::Nf4}), {{key, value}});
        };
        row("gptq",
            Value::object({{"quant_method", "gptq"}, {"bits", 4}}),
            "unsupported",
            "quant_method: weights quantised by \"gptq\" cannot be read");
        row("awq", Value::object({{"quant_method", "awq"}}), "unsupported", "\"awq\"");
        row("fp4", nf4With("bnb_4bit_quant_type", "fp4"), "unsupported", "in \"fp4\"");
        row("default is fp4", Value::object({{"load_in_4bit", true}}), "unsupported", "\"fp4\"");
        row("storage",
            nf4With("bnb_4bit_quant_storage", "bfloat16"),
            "unsupported",
            "stored as bfloat16");
        row("both", nf4With("load_in_8bit", true), "unsupported", "one of load_in_4bit");
        row("neither", nf4With("load_in_4bit", false), "unsupported", "one of load_in_4bit");
        row("no object", "nf4", "bad_model", "expected an object");
        row("flag",
            nf4With("load_in_4bit", 1),
            "bad_model",
            "load_in_4bit: expected true or false");
        row("text", nf4With("bnb_4bit_quant_type", 4), "bad_model", "expected a text");
    }
    void othersAreRefused()
    {
        QFETCH(Value, field);
        QFETCH(QString, code);
        QFETCH(QString, text);
        const Error error = failureOf([&field] { read(field); });
        QCOMPARE(QString::fromStdString(error.code), code);
        QVERIFY2(error.message.starts_with("config.json: quantization_config"),
                 error.message.c_str());
        QVERIFY2(QString::fromStdString(error.message).contains(text), error.message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestStoredQuantization)
#include "tst_stored_quantization.moc"
