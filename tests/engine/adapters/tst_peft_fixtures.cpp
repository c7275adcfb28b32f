// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Adapters that PEFT made for a tiny model of every family, with its logits: read, computed, merged
// and written again. tests/oracle/make_adapter_fixtures.py makes them.
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "engine/adapters/peft_keys.h"
#include "engine/tensors/tensor_file.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/equal.h>

using namespace engine;
using namespace tests;
namespace fs = std::filesystem;

namespace {

const fs::path kFolder = LORA_SOURCE_DIR "/tests/engine/adapters/peft";

} // namespace

class TestPeftFixtures : public QObject
{
    Q_OBJECT

    static void families()
    {
        QTest::addColumn<QString>("family");
        for (const auto& entry : fs::directory_iterator(kFolder)) {
            QTest::newRow(entry.path().filename().c_str())
                << QString::fromStdString(entry.path().string());
        }
    }

private Q_SLOTS:
    void logitsArePefts_data() { families(); }
    void logitsArePefts()
    {
        QFETCH(QString, family);
        const fs::path folder = family.toStdString();
        const auto expected = tensors::openTensorFile(folder / "logits.safetensors");
        const auto decoder = models::loadDecoder(models::ModelFolder::open(folder), at::kFloat);
        const Tensor ids = expected->tensor("ids");
        const Tensor base = logitsOf(*decoder, ids);
        const methods::AdapterState state =
            adapters::fitted(adapters::readAdapter(folder), decoder->blueprint());
        QVERIFY(!difference("base", base, expected->tensor("logits"), 1e-2).isEmpty());
        {
            const adapters::LoadedAdapter loaded(*decoder, state, 1);
            QCOMPARE(difference("apart", logitsOf(*decoder, ids), expected->tensor("logits"), 1e-4),
                     QString());
        }
        QVERIFY(at::equal(logitsOf(*decoder, ids), base));
        merge(*decoder, state);
        QCOMPARE(difference("merged", logitsOf(*decoder, ids), expected->tensor("logits"), 1e-4),
                 QString());
    }

    void tensorsComeBackByteForByte_data() { families(); }
    void tensorsComeBackByteForByte()
    {
        QFETCH(QString, family);
        const fs::path folder = family.toStdString();
        const models::ModelFolder model = models::ModelFolder::open(folder);
        const nn::Blueprint& blueprint = model.blueprint();
        const QTemporaryDir written;
        adapters::writeAdapter(pathOf(written) / "a",
                               adapters::fitted(adapters::readAdapter(folder), blueprint),
                               blueprint,
                               {});
        const auto theirs = tensors::openTensorFile(folder / "adapter_model.safetensors");
        const auto ours =
            tensors::openTensorFile(pathOf(written) / "a" / "adapter_model.safetensors");
        std::size_t count = 0;
        for (const bridge::TensorEntry& entry : theirs->entries()) {
            if (adapters::plainKeyOfWrapped(entry.name)) {
                continue; // a second copy that PEFT's wrappers leave
            }
            ++count;
            const bridge::TensorEntry* own = ours->find(entry.name);
            QVERIFY2(own != nullptr, entry.name.c_str());
            QVERIFY2(own->shape == entry.shape && ours->bytes(*own) == theirs->bytes(entry),
                     entry.name.c_str());
        }
        QCOMPARE(ours->entries().size(), count);
    }
};

QTEST_GUILESS_MAIN(TestPeftFixtures)
#include "tst_peft_fixtures.moc"
