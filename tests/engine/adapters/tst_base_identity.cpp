// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"

#include "engine/tensors/tensor_file.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;
using adapters::BaseQuantization;

namespace {

// A trained adapter of the method, written for that base.
void write(const std::filesystem::path& folder,
           const char* method,
           const adapters::BaseIdentity& base)
{
    const auto decoder = tinyDecoder(tinyModel("llama"));
    const methods::Method& found = *methods::findMethod(method);
    const auto tuning = found.attach(settingsOf(found), *decoder, 5);
    adapters::writeAdapter(folder, tuning->state(), decoder->blueprint(), base);
}

std::string recordIn(const std::filesystem::path& folder)
{
    return tensors::openTensorFile(folder / "adapter_model.safetensors")
        ->metadata()
        .at("lora_studio");
}

} // namespace

class TestBaseIdentity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theQuantisationComesBack_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<bool>("isDouble");
        QTest::addColumn<bool>("embeddings");
        QTest::addColumn<QString>("described");
        QTest::newRow("lora, nf4") << "lora"
                                   << "nf4" << true << false << "NF4 with double quantisation";
        QTest::newRow("lora, plain nf4")
            << "lora"
            << "nf4" << false << false << "NF4 without double quantisation";
        QTest::newRow("lora, nf4 with embeddings")
            << "lora"
            << "nf4" << true << true << "NF4 with double quantisation, embeddings too";
        QTest::newRow("vera, int8") << "vera"
                                    << "int8" << false << false << "int8";
        QTest::newRow("ia3, int8 with embeddings")
            << "ia3"
            << "int8" << false << true << "int8, embeddings too";
        QTest::newRow("top_layers, nf4")
            << "top_layers"
            << "nf4" << true << false << "NF4 with double quantisation";
    }
    void theQuantisationComesBack()
    {
        QFETCH(QString, method);
        QFETCH(QString, kind);
        QFETCH(bool, isDouble);
        QFETCH(bool, embeddings);
        QFETCH(QString, described);
        const BaseQuantization quantization = {kind.toStdString(), isDouble, embeddings};
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        write(path, method.toLatin1(), {"base", "abc", quantization});
        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QVERIFY(stored.baseQuantization == quantization);
        QVERIFY(stored.base().quantization == quantization);
        QCOMPARE(stored.baseSha256, std::string("abc"));
        const std::string card = device::readFile(path / "README.md");
        QVERIFY(card.find("held in " + described.toStdString()) != std::string::npos);
    }

    void fullPrecisionIsNotMentioned()
    {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        write(path, "lora", {"base", "abc", {"none", false}});
        QCOMPARE(recordIn(path), std::string(R"({"method":"lora","base_sha256":"abc"})"));
        QCOMPARE(adapters::readAdapter(path).baseQuantization.kind, std::string("none"));
        QVERIFY(device::readFile(path / "README.md").find("held in") == std::string::npos);
    }

    // An adapter that began with a correction of the rounding belongs to that form alone.
    void aCorrectionComesBack()
    {
        const BaseQuantization corrected = {"nf4", true, false, true};
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "adapter";
        write(path, "lora", {"base", "abc", corrected});
        const adapters::StoredAdapter stored = adapters::readAdapter(path);
        QVERIFY(stored.baseQuantization == corrected);
        QVERIFY(device::readFile(path / "README.md").find("belongs to that form alone")
                != std::string::npos);
        const QTemporaryDir other;
        write(pathOf(other) / "adapter", "lora", {"base", "abc", {"nf4", true}});
        QVERIFY(recordIn(pathOf(other) / "adapter").find("corrected") == std::string::npos);
        QVERIFY(adapters::precisionNote(corrected, {"nf4", true}).empty());
        const std::string note = adapters::precisionNote(corrected, {"none", false});
        QVERIFY(note.find("does not belong here") != std::string::npos);
    }

    void anOlderRecordHadDenseEmbeddings()
    {
        const Value record =
            valueOrThrow(contract::parseJson(R"({"kind":"nf4","double_quant":true})"));
        QVERIFY((adapters::quantizationOf(record) == BaseQuantization{"nf4", true, false}));
    }

    void programsAreToldToo()
    {
        const BaseQuantization nf4 = {"nf4", true};
        const BaseQuantization none = {"none", false};
        const contract::Value told = adapters::precisionValue(nf4, none);
        QCOMPARE(told["note"].toString(), adapters::precisionNote(nf4, none));
        QCOMPARE(toJson(told["trained_on"]),
                 std::string(
                     R"({"kind":"nf4","double_quant":true,"embeddings":false,"corrected":false})"));
        QCOMPARE(told["held_in"]["kind"].toString(), std::string("none"));
        QCOMPARE(adapters::precisionValue(none, nf4)["held_in"]["kind"].toString(),
                 std::string("nf4"));
        QVERIFY(adapters::precisionValue(nf4, nf4).isNull());
        QVERIFY(adapters::precisionValue({}, nf4).isNull());
    }

    void anotherFormIsNoted()
    {
        const BaseQuantization nf4 = {"nf4", true};
        const BaseQuantization none = {"none", false};
        QCOMPARE(adapters::precisionNote(nf4, none),
                 std::string("it was trained on the base in NF4 with double quantisation, here the "
                             "base is in full precision"));
        QVERIFY(!adapters::precisionNote(nf4, {"nf4", false}).empty());
        QVERIFY(!adapters::precisionNote(nf4, {"nf4", true, true}).empty());
        QVERIFY(!adapters::precisionNote(none, {"int8", false}).empty());
        QVERIFY(adapters::precisionNote(nf4, nf4).empty());
        QVERIFY(adapters::precisionNote({}, nf4).empty()); // by another program
    }
};

QTEST_GUILESS_MAIN(TestBaseIdentity)
#include "tst_base_identity.moc"
