// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/stream_decoder.h"
#include "tests/engine/text/fixture.h"

#include <QRandomGenerator>
#include <QTest>

using namespace engine;
using namespace fixture;
using text::StreamDecoder;
using text::Tokenizer;

namespace {

// The pieces that the decoder gives for `ids`, the rest last.
std::vector<std::string> piecesOf(const Tokenizer& tokenizer, const std::vector<int64_t>& ids)
{
    StreamDecoder decoder(tokenizer);
    std::vector<std::string> pieces;
    for (const auto id : ids) {
        pieces.push_back(decoder.push(id));
    }
    pieces.push_back(decoder.finish());
    return pieces;
}

std::string joined(const std::vector<std::string>& pieces)
{
    std::string all;
    for (const auto& piece : pieces) {
        all += piece;
    }
    return all;
}

bool areWholeCharacters(const std::vector<std::string>& pieces)
{
    return std::all_of(pieces.begin(), pieces.end(), [](const auto& piece) {
        return QString::fromStdString(piece).toStdString() == piece;
    });
}

} // namespace

class TestStreamDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesCharactersAsSoonAsTheyAreWhole()
    {
        const ModelFolder folder;
        const auto tokenizer = folder.tokenizer();
        const auto pieces = piecesOf(tokenizer, tokenizer.encode("a한😀"));
        QCOMPARE(pieces, (std::vector<std::string>{"", "a", "", "", "한", "", "", "", "😀", ""}));
    }

    void givesTheRestOfABrokenCharacterAtTheEnd()
    {
        const ModelFolder folder;
        const auto tokenizer = folder.tokenizer();
        auto ids = tokenizer.encodePlain("a한");
        ids.pop_back();
        QCOMPARE(piecesOf(tokenizer, ids).back(), std::string("\xEF\xBF\xBD"));
    }

    void startsAfreshAfterTheEnd()
    {
        const ModelFolder folder;
        const auto tokenizer = folder.tokenizer();
        StreamDecoder decoder(tokenizer);
        decoder.push(tokenizer.encodePlain("a").front());
        decoder.finish();
        QCOMPARE(decoder.push(tokenizer.encodePlain("b").front()), std::string("b"));
    }

    void equalsDecodingAtOnce_data()
    {
        QTest::addColumn<QString>("tokenizer");
        QTest::addColumn<quint32>("seed");
        for (const auto* name :
             {"bytes", "models/stories260K", "models/llama2xs-268K", "gpt2", "mistral7b_v0.3"}) {
            for (quint32 seed = 1; seed <= 2; ++seed) {
                const auto row = QString("%1, seed %2").arg(name).arg(seed);
                QTest::newRow(qPrintable(row)) << name << seed;
            }
        }
    }
    void equalsDecodingAtOnce()
    {
        QFETCH(QString, tokenizer);
        QFETCH(quint32, seed);
        ModelFolder folder;
        QString path = QString::fromStdString(folder.path());
        if (tokenizer.startsWith("models/")) {
            path = shared(tokenizer);
        } else if (tokenizer != "bytes") {
            const auto content =
                bytesOf(shared("models/tokenizers/" + tokenizer + "_tokenizer.json"));
            folder.write("tokenizer.json", content.toStdString());
            path = content.isEmpty() ? QString() : path;
        }
        if (path.isEmpty() || !QFile::exists(path + "/tokenizer.json")) {
            QSKIP("the shared tokenizers are not here");
        }
        const auto loaded = Tokenizer::load(path.toStdString());
        QRandomGenerator random(seed);
        for (int round = 0; round < 20; ++round) {
            // Text, and ids that no text gives: bytes that break off, special tokens, several
            // spaces.
            auto ids = loaded.encode("  Ein Wort 한국어 😀\n");
            for (int count = 0; count < 20; ++count) {
                const auto top = round % 2 == 0 ? 300 : static_cast<int>(loaded.vocabularySize());
                ids.insert(ids.begin() + random.bounded(static_cast<int>(ids.size())),
                           random.bounded(top));
            }
            const auto pieces = piecesOf(loaded, ids);
            QCOMPARE(joined(pieces), loaded.decode(ids));
            QVERIFY(areWholeCharacters(pieces));
        }
    }
};

QTEST_GUILESS_MAIN(TestStreamDecoder)
#include "tst_stream_decoder.moc"
