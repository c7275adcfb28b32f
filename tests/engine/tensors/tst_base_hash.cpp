// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/base_hash.h"

#include "engine/device/sha256.h"
#include "engine/tensors/sharding.h"
#include "tests/engine/tensors/made_files.h"

#include <QTest>

#include <ATen/ops/ones.h>

using namespace engine;
using namespace engine::tensors;
using namespace tests;
namespace fs = std::filesystem;

namespace {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

std::string hashOf(const NamedTensors& tensors)
{
    const QTemporaryDir folder;
    const auto path = pathOf(folder) / "model.safetensors";
    saveTensors(path, tensors);
    return baseHash(Weights::open(path));
}

} // namespace

class TestBaseHash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_cache = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_cache->path().toUtf8());
    }

    void isTheDocumentedHash()
    {
        const std::string one = device::sha256Hex(std::string("\0\0\x80\x3f", 4));
        const std::string two = device::sha256Hex(std::string("\1\2", 2));
        QCOMPARE(
            hashOf({{"b", at::tensor({1.0f}).view({1, 1})}, {"a", at::tensor({1, 2}, at::kByte)}}),
            device::sha256Hex("[\"a\",\"U8\",[2],\"" + two + "\"]\n[\"b\",\"F32\",[1,1],\"" + one
                              + "\"]\n"));
    }

    void doesNotDependOnFilesOrOrder()
    {
        const Tensor a = at::ones({3});
        const Tensor b = at::zeros({2});
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "one", {{"a", a}});
        saveTensors(pathOf(folder) / "two", {{"b", b}});
        put(folder, std::string(kIndexFileName), R"({"weight_map":{"a":"one","b":"two"}})");
        QCOMPARE(baseHash(Weights::open(pathOf(folder))), hashOf({{"b", b}, {"a", a}}));
    }

    void changesWithEverythingThatMatters_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("rows");
        QTest::addColumn<double>("value");
        QTest::addColumn<int>("dtype");
        QTest::newRow("name") << "b" << 1 << 0.0 << int(at::kInt);
        QTest::newRow("shape") << "a" << 2 << 0.0 << int(at::kInt);
        QTest::newRow("bytes") << "a" << 1 << 1.0 << int(at::kInt);
        QTest::newRow("dtype of the same bytes") << "a" << 1 << 0.0 << int(at::kFloat);
    }
    void changesWithEverythingThatMatters()
    {
        QFETCH(QString, name);
        QFETCH(int, rows);
        QFETCH(double, value);
        QFETCH(int, dtype);
        const Tensor changed =
            at::zeros({rows, 2 / rows}, static_cast<at::ScalarType>(dtype)).add(value);
        QVERIFY(hashOf({{name.toStdString(), changed.to(static_cast<at::ScalarType>(dtype))}})
                != hashOf({{"a", at::zeros({1, 2}, at::kInt)}}));
    }

    void theAnswerIsRemembered()
    {
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "f.safetensors", {{"a", at::zeros({2})}});
        const auto weights = Weights::open(pathOf(folder) / "f.safetensors");
        baseHash(weights);
        const fs::path cache = fs::path(m_cache->path().toStdString()) / "lora-studio" / "hashes";
        const fs::path remembered = fs::directory_iterator(cache)->path();
        const std::string marker(64, 'a');
        device::writeFileAtomically(remembered, marker);
        QCOMPARE(baseHash(weights), marker);
    }

    void aChangedFileIsHashedAgain()
    {
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "f.safetensors";
        saveTensors(path, {{"a", at::zeros({2})}});
        const std::string before = baseHash(Weights::open(path));
        saveTensors(path, {{"a", at::ones({2})}});
        QVERIFY(baseHash(Weights::open(path)) != before);
    }

    void aDamagedCacheIsIgnored()
    {
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "f.safetensors", {{"a", at::zeros({2})}});
        const auto weights = Weights::open(pathOf(folder) / "f.safetensors");
        const std::string hash = baseHash(weights);
        const fs::path cache = fs::path(m_cache->path().toStdString()) / "lora-studio" / "hashes";
        device::writeFileAtomically(fs::directory_iterator(cache)->path(), "nonsense");
        QCOMPARE(baseHash(weights), hash);
    }

    void aCacheThatCannotBeWrittenIsNoError()
    {
        const QTemporaryDir folder;
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(put(folder, "file", "").string()));
        QCOMPARE(hashOf({{"a", at::zeros({2})}}).size(), std::size_t(64));
    }

private:
    std::unique_ptr<QTemporaryDir> m_cache;
};

QTEST_GUILESS_MAIN(TestBaseHash)
#include "tst_base_hash.moc"
