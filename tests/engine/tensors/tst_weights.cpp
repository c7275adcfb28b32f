// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/weights.h"

#include "engine/tensors/safetensors_writer.h"
#include "tests/engine/tensors/made_files.h"

#include <QTest>

#include <ATen/ops/equal.h>

using namespace engine;
using namespace engine::tensors;
using namespace tests;
namespace fs = std::filesystem;

namespace {

constexpr const char* kShard = "model-00001-of-00001.safetensors";

// A folder with one shard that holds tensor "a", and an index with this weight_map.
void putSharded(const QTemporaryDir& folder, const std::string& weightMap)
{
    saveTensors(pathOf(folder) / kShard, {{"a", at::tensor({1.0f, 2.0f})}});
    put(folder, std::string(kIndexFileName), "{\"metadata\":{},\"weight_map\":" + weightMap + "}");
}

std::string mapTo(const std::string& shard, const std::string& tensor = "a")
{
    return "{\"" + tensor + "\":\"" + shard + "\"}";
}

} // namespace

class TestWeights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileStandsForItself()
    {
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "x.safetensors",
                    {{"b", at::zeros({1})}, {"a", at::zeros({2})}});
        const auto weights = Weights::open(pathOf(folder) / "x.safetensors");
        QCOMPARE(weights.names(), (std::vector<std::string>{"a", "b"}));
        QVERIFY(weights.has("a"));
        QVERIFY(!weights.has("c"));
    }

    void anIndexLeadsToItsShards()
    {
        const QTemporaryDir folder;
        putSharded(folder, mapTo(kShard));
        const auto weights = Weights::open(pathOf(folder));
        QCOMPARE(weights.shards().size(), std::size_t(1));
        QVERIFY(at::equal(weights.tensor("a"), at::tensor({1.0f, 2.0f})));
    }

    // The hub's cache is links throughout.
    void filesMayBeLinks()
    {
        const QTemporaryDir store;
        const QTemporaryDir folder;
        putSharded(store, mapTo(kShard));
        for (const std::string& name : {std::string(kShard), std::string(kIndexFileName)}) {
            fs::create_symlink(pathOf(store) / name, pathOf(folder) / name);
        }
        QVERIFY(Weights::open(pathOf(folder)).has("a"));
    }

    // torch's own files, one or several, read where there are no safetensors.
    void torchFilesAreWeightsToo()
    {
        const fs::path made = LORA_SOURCE_DIR "/tests/engine/tensors/torch_files/archive.bin";
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder);
        fs::copy(made, path / "pytorch_model-00001-of-00002.bin");
        put(folder,
            std::string(kTorchIndexFileName),
            "{\"weight_map\":" + mapTo("pytorch_model-00001-of-00002.bin", "tied") + "}");
        const auto sharded = Weights::open(path);
        QCOMPARE(sharded.names(), std::vector<std::string>{"tied"});
        fs::copy(made, path / kTorchFileName);
        const auto single = Weights::open(path);
        QVERIFY(at::equal(single.tensor("tied"), sharded.tensor("tied")));
        QVERIFY(single.bytes("tied") == single.bytes("tied_too"));
        QVERIFY(single.has("module.weight"));
        saveTensors(path / kSingleFileName, {{"a", at::tensor({1.0f})}});
        QCOMPARE(Weights::open(path).names(), std::vector<std::string>{"a"});
    }

    void pointersOfGitLfsAreSaidToBeThat_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("safetensors") << "model.safetensors";
        QTest::newRow("torch") << "pytorch_model.bin";
    }
    void pointersOfGitLfsAreSaidToBeThat()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        put(folder,
            name.toStdString(),
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
        const Error error = failureOf([&] { Weights::open(pathOf(folder)); });
        QCOMPARE(error.code, std::string(code::kBadFile));
        QVERIFY(error.message.ends_with("Git LFS has not fetched them"));
    }

    void namesMayBeOthersThanTheFiles()
    {
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "x.safetensors",
                    {{"p.b", at::zeros({2})}, {"p.a", at::zeros({3})}, {"eye", at::zeros({1})}});
        const auto stored = Weights::open(pathOf(folder) / "x.safetensors");
        const auto stripped = [](const std::string& name) {
            return name.starts_with("p.") ? name.substr(2) : std::string();
        };
        const auto weights = stored.renamed(stripped);
        QCOMPARE(weights.names(), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(weights.namesInFileOrder(), (std::vector<std::string>{"b", "a"}));
        QCOMPARE(weights.tensor("a").size(0), int64_t(3));
        QCOMPARE(weights.bytes("b").size(), std::size_t(8));
        QVERIFY(!weights.has("p.a"));
        const Error error =
            failureOf([&] { stored.renamed([](const std::string&) { return "one"; }); });
        QVERIFY(error.message.find("holds one twice") != std::string::npos);
    }

    void aCopyOutlivesTheOriginal()
    {
        const QTemporaryDir folder;
        putSharded(folder, mapTo(kShard));
        auto original = std::make_unique<Weights>(Weights::open(pathOf(folder)));
        const Weights copy = *original;
        original.reset();
        QCOMPARE(copy.entry("a").name, std::string("a"));
    }

    void aMissingTensorIsNamed()
    {
        const QTemporaryDir folder;
        putSharded(folder, mapTo(kShard));
        const auto weights = Weights::open(pathOf(folder));
        const Error error = failureOf([&] { weights.tensor("model.norm.weight"); });
        QCOMPARE(error.code, std::string(code::kBadModel));
        QVERIFY(error.message.starts_with("tensor model.norm.weight is missing from "));
    }

    void badIndicesAreRefused_data()
    {
        QTest::addColumn<QString>("map");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("reason");
        const auto row =
            [](const char* name, const std::string& map, const char* code, const char* reason) {
                QTest::newRow(name) << QString::fromStdString(map) << code << reason;
            };
        row("not an object", "[]", "bad_file", "must be an object");
        row("empty", "{}", "bad_file", "must be an object");
        row("not JSON", "{", "bad_file", "");
        row("a number for a name", "{\"a\":1}", "bad_file", "weight_map.a must name a file");
        row("a parent folder",
            mapTo("../x.safetensors"),
            "bad_file",
            "weight_map.a must name a file");
        row("a sub-folder", mapTo("x/y.safetensors"), "bad_file", "weight_map.a must name a file");
        row("an absolute path", mapTo("/etc/passwd"), "bad_file", "weight_map.a must name a file");
        row("the folder itself", mapTo("."), "bad_file", "weight_map.a must name a file");
        row("a NUL in the name", mapTo("x\\u0000y"), "bad_file", "weight_map.a must name a file");
        row("no name", mapTo(""), "bad_file", "weight_map.a must name a file");
        row("a missing shard",
            mapTo("gone.safetensors"),
            "not_found",
            "shard gone.safetensors is missing");
        row("a tensor that is not there",
            mapTo(kShard, "b"),
            "bad_file",
            "tensor b is not in model-00001");
    }
    void badIndicesAreRefused()
    {
        QFETCH(QString, map);
        QFETCH(QString, code);
        QFETCH(QString, reason);
        const QTemporaryDir folder;
        putSharded(folder, map.toStdString());
        const Error error = failureOf([&] { Weights::open(pathOf(folder)); });
        QCOMPARE(QString::fromStdString(error.code), code);
        QVERIFY2(error.message.find(reason.toStdString()) != std::string::npos,
                 error.message.c_str());
    }

    void missingWeightsSayWhatWasLookedFor_data()
    {
        QTest::addColumn<QString>("file"); // put into the folder first
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("reason");
        QTest::newRow("an empty folder")
            << ""
            << "not_found"
            << "looked for model.safetensors, model.safetensors.index.json";
        QTest::newRow("other files") << "config.json"
                                     << "not_found"
                                     << "looked for";
        QTest::newRow("a pickle of something else") << "pytorch_model.bin"
                                                    << "bad_file"
                                                    << "not one of torch.save";
        QTest::newRow("pickles beside the weights") << "training_args.bin"
                                                    << "not_found"
                                                    << "pytorch_model.bin.index.json";
    }
    void missingWeightsSayWhatWasLookedFor()
    {
        QFETCH(QString, file);
        QFETCH(QString, code);
        QFETCH(QString, reason);
        const QTemporaryDir folder;
        if (!file.isEmpty()) {
            put(folder, file.toStdString(), "\x80\x02}.");
        }
        const Error error = failureOf([&] { Weights::open(pathOf(folder)); });
        QCOMPARE(QString::fromStdString(error.code), code);
        QVERIFY2(error.message.find(reason.toStdString()) != std::string::npos,
                 error.message.c_str());
    }

    void anAbsentPathIsNotFound()
    {
        const QTemporaryDir folder;
        QCOMPARE(failureOf([&] { Weights::open(pathOf(folder) / "x"); }).code,
                 std::string(code::kNotFound));
        QCOMPARE(failureOf([&] { Weights::open(pathOf(folder) / "x.bin"); }).code,
                 std::string(code::kNotFound));
    }

    void sharedModelsOpen_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("shards");
        QTest::addColumn<int>("tensors");
        QTest::addColumn<int>("dtype");
        QTest::newRow("one file") << "stories260K" << 1 << 47 << int(at::kFloat);
        QTest::newRow("bfloat16 in shards")
            << "stories260K-bf16-3shards" << 3 << 47 << int(at::kBFloat16);
        QTest::newRow("float16 with a head of its own")
            << "stories260K-f16-untied" << 1 << 48 << int(at::kHalf);
    }
    void sharedModelsOpen()
    {
        QFETCH(QString, name);
        QFETCH(int, shards);
        QFETCH(int, tensors);
        QFETCH(int, dtype);
        const auto path = sharedModel(name.toStdString());
        if (path.empty()) {
            QSKIP("the shared models are not there");
        }
        const auto weights = Weights::open(path);
        QCOMPARE(static_cast<int>(weights.shards().size()), shards);
        QCOMPARE(static_cast<int>(weights.names().size()), tensors);
        const auto embedding = weights.tensor("model.embed_tokens.weight");
        QCOMPARE(embedding.sizes().vec(), (std::vector<std::int64_t>{512, 64}));
        QCOMPARE(int(embedding.scalar_type()), dtype);
    }
};

QTEST_GUILESS_MAIN(TestWeights)
#include "tst_weights.moc"
