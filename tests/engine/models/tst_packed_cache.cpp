// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/packed_cache.h"

#include "tests/engine/tensors/made_files.h"
#include "tests/support/packed_models.h"

#include <fstream>
#include <limits>

using namespace engine;
using namespace tests;
using models::PackedCache;
namespace fs = std::filesystem;

namespace {

std::optional<PackedCache>
open(const models::ModelFolder& folder, Packing packing, bool hasEmbeddings = false)
{
    return PackedCache::open(folder, {packing.kind, packing.doubleQuant, hasEmbeddings}, 0);
}

// "" when every weight is what quantising it gives, bit for bit.
QString difference(const PackedCache& cache,
                   const models::ModelFolder& folder,
                   Packing packing,
                   bool hasEmbeddings = false)
{
    for (const nn::ModuleSpec& module : folder.blueprint().modules) {
        const bool isTied = module.outputHead && folder.blueprint().tiedHead;
        if (!module.isQuantizable() && !(hasEmbeddings && module.holdsVocabulary() && !isTied)) {
            continue;
        }
        const std::string name = module.weightName();
        const auto expected =
            models::bitsandbytes::parts(name, packed(module, folder.dense(name), packing));
        const auto actual = models::bitsandbytes::parts(name, cache.weight(module));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (!at::equal(expected[i].second, actual[i].second)) {
                return QString::fromStdString(expected[i].first);
            }
        }
    }
    return {};
}

void flipByte(const fs::path& file, int64_t fromEnd)
{
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(-fromEnd, std::ios::end);
    const char byte = static_cast<char>(stream.get());
    stream.seekp(-fromEnd, std::ios::end);
    stream.put(static_cast<char>(byte ^ 1));
}

} // namespace

class TestPackedCache : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;
    fs::path packedFolder() const { return pathOf(*m_home) / "lora-studio" / "packed"; }
    std::size_t files() const
    {
        std::error_code error;
        const fs::directory_iterator entries(packedFolder(), error);
        return error ? 0 : static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_home->path().toUtf8());
    }

    void theSecondStartReadsWhatTheFirstMade_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("packing");
        for (const char* packing : {"nf4", "nf4 double", "int8"}) {
            for (const char* model : {"llama", "llama bfloat16", "gpt2 bare, float16"}) {
                QTest::newRow((std::string(model) + ", " + packing).c_str()) << model << packing;
            }
        }
    }
    void theSecondStartReadsWhatTheFirstMade()
    {
        QFETCH(QString, model);
        QFETCH(QString, packing);
        const Packing form = packingNamed(packing);
        const models::ModelFolder folder = openTiny(tinyModel(model.toStdString()));
        const auto first = open(folder, form);
        QVERIFY(first.has_value());
        QVERIFY(!first->wasFound());
        QCOMPARE(difference(*first, folder, form), QString());
        const auto time = fs::last_write_time(first->path());
        const auto second = open(folder, form);
        QVERIFY(second->wasFound());
        QCOMPARE(difference(*second, folder, form), QString());
        QVERIFY(fs::last_write_time(second->path()) == time);
        QCOMPARE(files(), std::size_t(2));
    }

    void eachBaseAndFormHasItsOwn()
    {
        const models::ModelFolder folder = openTiny(tinyModel("llama"));
        const models::ModelFolder other = openTiny(tinyModel("llama bfloat16"));
        for (const char* packing : {"nf4", "nf4 double", "int8"}) {
            QVERIFY(!open(folder, packingNamed(QString::fromLatin1(packing)))->wasFound());
            QVERIFY(!open(other, packingNamed(QString::fromLatin1(packing)))->wasFound());
        }
        QCOMPARE(files(), std::size_t(12));
        QVERIFY(open(folder, {})->wasFound());
    }

    void withTheVocabularyItIsAnotherOne()
    {
        for (const char* name : {"llama", "llama tied, biases", "gpt2"}) {
            const models::ModelFolder folder = openTiny(tinyModel(name));
            for (const char* packing : {"nf4 double", "int8"}) {
                const Packing form = packingNamed(QString::fromLatin1(packing));
                const auto blocks = open(folder, form);
                const auto all = open(folder, form, true);
                QVERIFY(!all->wasFound());
                QVERIFY(all->path() != blocks->path());
                QCOMPARE(difference(*all, folder, form, true), QString());
                QVERIFY(open(folder, form, true)->wasFound());
                QCOMPARE(difference(*open(folder, form), folder, form), QString());
            }
        }
    }

    void aDamagedFileIsMadeAgain_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("a byte flipped") << 0;
        QTest::newRow("cut") << 1;
        QTest::newRow("empty") << 2;
        QTest::newRow("without its note") << 3;
        QTest::newRow("note that is no JSON") << 4;
        QTest::newRow("a folder") << 5;
    }
    void aDamagedFileIsMadeAgain()
    {
        QFETCH(int, kind);
        const models::ModelFolder folder = openTiny(tinyModel("llama"));
        const fs::path file = open(folder, {})->path();
        const fs::path note = fs::path(file).replace_extension(".json");
        switch (kind) {
        case 0:
            flipByte(file, 700);
            break;
        case 1:
            fs::resize_file(file, fs::file_size(file) - 100);
            break;
        case 2:
            fs::resize_file(file, 0);
            break;
        case 3:
            fs::remove(note);
            break;
        case 4:
            std::ofstream(note) << "{";
            break;
        default:
            fs::remove(note);
            fs::create_directory(note);
            break;
        }
        const auto again = open(folder, {});
        if (kind == 5) { // cannot be mended: the weights are packed in memory
            QVERIFY(!again.has_value());
            return;
        }
        QVERIFY(!again->wasFound());
        QCOMPARE(difference(*again, folder, {}), QString());
        QVERIFY(open(folder, {})->wasFound());
    }

    // A copy of the cache, or a file that was only touched, is read once and known from then on.
    void aFileThatWasTouchedIsCheckedAndKept()
    {
        const models::ModelFolder folder = openTiny(tinyModel("llama"));
        const fs::path file = open(folder, {})->path();
        fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::hours(1));
        QVERIFY(open(folder, {})->wasFound());
        QVERIFY(open(folder, {})->wasFound());
    }

    void aSmallModelIsNotKept()
    {
        const models::ModelFolder folder = openTiny(tinyModel("llama"));
        QVERIFY(!PackedCache::open(folder, {Quantization::Nf4, true}).has_value());
        QCOMPARE(files(), std::size_t(0));
    }

    void withoutAPlaceNothingIsKept()
    {
        const models::ModelFolder folder = openTiny(tinyModel("llama"));
        put(*m_home, "lora-studio", "a file where the folder would be");
        QVERIFY(!open(folder, {}).has_value());
    }

    void aNumberThatIsNoneIsNamed()
    {
        const TinyModel& tiny = tinyModel("llama");
        Weights weights = tinyWeights(tiny);
        weights["model.layers.1.mlp.up_proj.weight"][2][3] = std::numeric_limits<float>::infinity();
        const QTemporaryDir place;
        writeModel(pathOf(place), tiny.config, weights);
        const models::ModelFolder folder = models::ModelFolder::open(pathOf(place));
        const Error error = failureOf([&folder] { open(folder, {}); });
        QCOMPARE(error.code, std::string("non_finite"));
        QVERIFY(error.message.find("layers.1.mlp.up_proj.weight") != std::string::npos);
        QCOMPARE(files(), std::size_t(0)); // nothing half-made stays
    }
};

QTEST_GUILESS_MAIN(TestPackedCache)
#include "tst_packed_cache.moc"
