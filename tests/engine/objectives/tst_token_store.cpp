// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/files.h"
#include "engine/device/sha256.h"
#include "engine/objectives/sample_list.h"
#include "engine/objectives/token_batch.h"
#include "tests/support/failing.h"

#include <QTest>

#include <fstream>

using namespace engine;
using objectives::SampleList;
using objectives::TokenStore;
using objectives::TokenStoreWriter;
using tests::failureOf;
using tests::pathOf;
namespace fs = std::filesystem;

namespace {

// So many samples of 1 to 40 tokens.
std::vector<text::TokenSample> samples(int64_t count)
{
    std::vector<text::TokenSample> made;
    for (int64_t i = 0; i < count; ++i) {
        text::TokenSample sample;
        for (int64_t k = 0; k <= (i * 7) % 40; ++k) {
            sample.ids.push_back(i == 3 ? 0x7fffffff : (i * 31 + k) % 5000);
            sample.mask.push_back((i + k) % 3 == 0);
        }
        made.push_back(std::move(sample));
    }
    return made;
}

std::shared_ptr<const TokenStore>
written(const fs::path& file, const std::vector<text::TokenSample>& samples, std::string_view note)
{
    TokenStoreWriter writer(file);
    for (const text::TokenSample& sample : samples) {
        writer.add(sample);
    }
    return writer.finish(note);
}

// "" when the store holds these.
QString difference(const TokenStore& store, const std::vector<text::TokenSample>& expected)
{
    if (store.size() != static_cast<int64_t>(expected.size())) {
        return QStringLiteral("%1 samples").arg(store.size());
    }
    for (int64_t i = 0; i < store.size(); ++i) {
        const text::TokenSample& sample = expected[static_cast<std::size_t>(i)];
        const text::TokenSample actual = store.sample(i);
        if (actual.ids != sample.ids || actual.mask != sample.mask
            || store.length(i) != static_cast<int64_t>(sample.ids.size())
            || store.trainedTokens(i) != objectives::trainedTokens(sample)) {
            return QStringLiteral("sample %1").arg(i);
        }
    }
    return {};
}

// Overwrites bytes, counted from the end where `at` is negative.
void put(const fs::path& file, int64_t at, std::string_view bytes)
{
    std::string all = device::readFile(file);
    const auto place =
        static_cast<std::size_t>(at < 0 ? static_cast<int64_t>(all.size()) + at : at);
    all.replace(place, bytes.size(), bytes);
    fs::remove(file); // what is mapped stays whole
    std::ofstream(file, std::ios::binary) << all;
}

std::string number(uint64_t value)
{
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

} // namespace

class TestTokenStore : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_file = pathOf(m_folder) / "a.tokens";

private Q_SLOTS:
    void init() { fs::remove(m_file); }

    void holdsWhatWasWritten()
    {
        const auto made = samples(500);
        const auto store = written(m_file, made, "a note");
        QCOMPARE(difference(*store, made), QString());
        QCOMPARE(store->note(), std::string("a note"));
        const auto again = TokenStore::open(m_file);
        QCOMPARE(difference(*again, made), QString());
        QCOMPARE(again->note(), std::string("a note"));
        QCOMPARE(again->tokens(), store->tokens());
    }

    void holdsNoneAndEmptyOnes()
    {
        QCOMPARE(difference(*written(m_file, {}, ""), {}), QString());
        const std::vector<text::TokenSample> odd(3);
        QCOMPARE(difference(*written(m_file, odd, ""), odd), QString());
    }

    void memoryHoldsTheSame()
    {
        const auto made = samples(50);
        TokenStoreWriter writer;
        for (const text::TokenSample& sample : made) {
            writer.add(sample);
        }
        const auto store = writer.finish("a note");
        QCOMPARE(difference(*store, made), QString());
        QCOMPARE(store->note(), std::string("a note"));
        QVERIFY(!store->file());
    }

    void theHashIsThatOfTheFile()
    {
        TokenStoreWriter writer(m_file);
        for (const text::TokenSample& sample : samples(20)) {
            writer.add(sample);
        }
        writer.finish("n");
        QCOMPARE(writer.sha256(), device::sha256File(m_file));
    }

    void theSameSamplesAreTheSameBytes()
    {
        written(m_file, samples(20), "n");
        const std::string first = device::readFile(m_file);
        written(m_file, samples(20), "n");
        QCOMPARE(device::readFile(m_file), first);
    }

    void nothingIsThereBeforeItIsFinished()
    {
        {
            TokenStoreWriter writer(m_file);
            writer.add(samples(2)[1]);
        }
        QVERIFY(fs::is_empty(m_file.parent_path()));
    }

    void whatIsNoWholeFileIsRefused_data()
    {
        QTest::addColumn<int>("at"); // where the damage is; 0: the file is cut or replaced
        QTest::addColumn<QByteArray>("bytes");
        const auto bytesOf = [](const std::string& text) {
            return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
        };
        QTest::newRow("empty") << 0 << QByteArray();
        QTest::newRow("too short") << 0 << QByteArray(79, 'L');
        QTest::newRow("another file") << 0 << QByteArray(4000, '{');
        QTest::newRow("another beginning") << 7 << QByteArray("s");
        QTest::newRow("another version") << 8 << QByteArray("\2");
        QTest::newRow("reserved") << 12 << QByteArray("\1");
        QTest::newRow("another end") << -1 << QByteArray("s");
        QTest::newRow("checksum") << -20 << QByteArray("\1\2\3");
        QTest::newRow("note") << -65 << QByteArray("?");
        QTest::newRow("ends of samples") << -500 << QByteArray("\xff\xff");
        QTest::newRow("fewer tokens") << -64 << bytesOf(number(1));
        QTest::newRow("tokens that overflow") << -64 << bytesOf(number(uint64_t{1} << 62));
        QTest::newRow("samples that overflow") << -56 << bytesOf(number(~uint64_t{0} / 12 + 1));
        QTest::newRow("note that overflows") << -48 << bytesOf(number(~uint64_t{0} - 100));
    }
    void whatIsNoWholeFileIsRefused()
    {
        QFETCH(int, at);
        QFETCH(QByteArray, bytes);
        written(m_file, samples(100), "a note");
        if (at == 0) {
            std::ofstream(m_file) << bytes.toStdString();
        } else {
            put(m_file, at, bytes.toStdString());
        }
        const Error error = failureOf([this] { TokenStore::open(m_file); });
        QCOMPARE(error.code, std::string("bad_file"));
        QCOMPARE(error.where, m_file.string());
    }

    void aCutFileIsRefused()
    {
        written(m_file, samples(100), "a note");
        for (uint64_t size = fs::file_size(m_file); size > 10; size -= size / 7 + 1) {
            fs::resize_file(m_file, size - 1);
            QCOMPARE(failureOf([this] { TokenStore::open(m_file); }).code, std::string("bad_file"));
        }
    }

    void anIdThatDoesNotFitIsRefused()
    {
        text::TokenSample sample;
        sample.mask = {1};
        for (const int64_t id : {int64_t{-1}, int64_t{1} << 31}) {
            sample.ids = {id};
            QCOMPARE(failureOf([&] { TokenStoreWriter().add(sample); }).code,
                     std::string("bad_tokenizer"));
        }
    }

    // The disk keeps room for the run itself.
    void aDiskThatIsNearlyFullIsNotFilled()
    {
        const fs::path place = pathOf(m_folder) / "small";
        fs::create_directory(place);
        const tests::SmallDisk disk(place);
        if (!disk.isMounted()) {
            QSKIP("mounting a disk needs root");
        }
        const Error error = failureOf([&] {
            TokenStoreWriter writer(place / "a.tokens");
            for (int i = 0; i < 1000; ++i) {
                for (const text::TokenSample& sample : samples(100)) {
                    writer.add(sample);
                }
            }
        });
        QCOMPARE(error.code, std::string("disk_full"));
        QCOMPARE(error.where, (place / "a.tokens").string());
        QVERIFY(fs::is_empty(place));
    }

    void listsAreInTheirOwnOrder()
    {
        const auto made = samples(30);
        const auto store = written(m_file, made, "");
        SampleList list(store, {7, 3});
        list.append(SampleList());
        list.append(SampleList(std::vector<text::TokenSample>{made[20]}));
        list.append(SampleList(store));
        QCOMPARE(list.size(), 33);
        const std::vector<std::size_t> first = {7, 3, 20, 0, 1};
        for (std::size_t i = 0; i < first.size(); ++i) {
            const text::TokenSample& expected = made[first[i]];
            const auto index = static_cast<int64_t>(i);
            QCOMPARE(list[index].ids, expected.ids);
            QCOMPARE(list[index].mask, expected.mask);
            QCOMPARE(list.length(index), static_cast<int64_t>(expected.ids.size()));
            QCOMPARE(list.lengths()[i], list.length(index));
            QCOMPARE(list.trainedTokens(index), objectives::trainedTokens(expected));
        }
        QVERIFY(SampleList().empty());
        QVERIFY(SampleList(store, {}).empty());
    }
};

QTEST_GUILESS_MAIN(TestTokenStore)
#include "tst_token_store.moc"
