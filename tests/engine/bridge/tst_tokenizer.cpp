// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/tokenizer.h"
#include "engine/device/failure.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace engine;
using bridge::SpecialText;
using bridge::Tokenizer;

namespace {

// Words, one special token, <s> in front by its own rule, and a length limit that must not cut.
constexpr const char* kWords = R"({
  "version": "1.0",
  "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
  "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "<s>"},
  "added_tokens": [{"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
  "normalizer": null,
  "pre_tokenizer": {"type": "Whitespace"},
  "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
  "decoder": null,
  "model": {"type": "WordLevel", "vocab": {"<s>": 0, "ein": 1, "Wort": 2, "größer": 3, "<": 4, "s": 5, ">": 6, "?": 7}, "unk_token": "?"}
})";

} // namespace

class TestTokenizer : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string written(const QByteArray& content)
    {
        QFile file(m_folder.filePath("tokenizer.json"));
        file.open(QIODevice::WriteOnly);
        file.write(content);
        return file.fileName().toStdString();
    }

    Tokenizer words() { return Tokenizer::fromFile(written(kWords)); }

private Q_SLOTS:
    void encodesWithAndWithoutSpecialTokens()
    {
        QCOMPARE(words().encode("ein Wort ein", true), (std::vector<int64_t>{0, 1, 2, 1}));
        QCOMPARE(words().encode("ein Wort ein", false), (std::vector<int64_t>{1, 2, 1}));
    }

    void readsSpecialTextAsATokenOrAsLetters()
    {
        QCOMPARE(words().encode("ein<s>", false), (std::vector<int64_t>{1, 0}));
        QCOMPARE(words().encode("ein <s>", false, SpecialText::Plain),
                 (std::vector<int64_t>{1, 4, 5, 6}));
    }

    void countsOffsetsInBytes()
    {
        const auto encoding = words().encodeWithOffsets("größer ein", true);
        QCOMPARE(encoding.ids, (std::vector<int64_t>{0, 3, 1}));
        QCOMPARE(encoding.begins, (std::vector<size_t>{0, 0, 9}));
        QCOMPARE(encoding.ends, (std::vector<size_t>{0, 8, 12}));
    }

    void decodesAndSkipsSpecialTokens()
    {
        QCOMPARE(words().decode({0, 1, 2}, true), std::string("ein Wort"));
        QCOMPARE(words().decode({0, 1, 2}, false), std::string("<s> ein Wort"));
        QCOMPARE(words().decode({1, 99}, true), std::string("ein"));
    }

    void knowsItsVocabulary()
    {
        const auto tokenizer = words();
        QCOMPARE(tokenizer.kind(), std::string("WordLevel"));
        QCOMPARE(tokenizer.vocabularySize(), int64_t(8));
        QCOMPARE(tokenizer.tokenOf(3), std::string("größer"));
        QCOMPARE(tokenizer.idOf("Wort"), std::optional<int64_t>(2));
        QVERIFY(!tokenizer.idOf("fehlt"));
        QVERIFY(tokenizer.isSpecial(0) && !tokenizer.isSpecial(1));
        QCOMPARE(tokenizer.specialTexts(), std::vector<std::string>{"<s>"});
    }

    void refusesIdsThatAreNone_data()
    {
        QTest::addColumn<qint64>("id");
        QTest::newRow("negative") << qint64(-1);
        QTest::newRow("beyond 32 bits") << (qint64(1) << 40);
        QTest::newRow("unknown") << qint64(99);
    }
    void refusesIdsThatAreNone()
    {
        QFETCH(qint64, id);
        QVERIFY_EXCEPTION_THROWN(words().tokenOf(id), Failure);
    }

    void refusesTextThatIsNotUtf8()
    {
        try {
            words().encode("ein \xff", false);
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kBadData));
            QVERIFY(failure.error().message.find("byte 4") != std::string::npos);
        }
    }

    void refusesFilesThatAreNoTokenizer_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("not JSON") << QByteArray("{\"model\":");
        QTest::newRow("not UTF-8") << QByteArray("\"\xff\"");
        QTest::newRow("no model") << QByteArray("{}");
        QTest::newRow("unknown model") << QByteArray(R"({"model":{"type":"Magic"}})");
        QTest::newRow("deep nesting") << QByteArray(100000, '[');
        // Would be 8 GiB to the library, or a step behind the end of the table while encoding.
        for (const auto* table : {"/P///w==", "BAAAAP///38=", "AAAA", "no base64"}) {
            QByteArray content = kWords;
            QTest::newRow(table) << content.replace(
                "\"normalizer\": null",
                QByteArray(
                    R"("normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled",
                              "precompiled_charsmap": ")")
                    + table + "\"}]}");
        }
    }
    void refusesFilesThatAreNoTokenizer()
    {
        QFETCH(QByteArray, content);
        const auto path = written(content);
        try {
            Tokenizer::fromFile(path);
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kBadTokenizer));
            QCOMPARE(failure.error().where, path);
            QVERIFY(!failure.error().hint.empty());
        }
    }

    void saysThatAFileIsMissing()
    {
        try {
            Tokenizer::fromFile(m_folder.filePath("none.json").toStdString());
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kNotFound));
        }
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
