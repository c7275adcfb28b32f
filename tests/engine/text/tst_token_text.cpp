// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/token_text.h"
#include "tests/engine/text/fixture.h"

using namespace fixture;
using engine::text::tokenText;

namespace {

Value added(int id, const char* text)
{
    return Value::object({{"id", id},
                          {"content", text},
                          {"single_word", false},
                          {"lstrip", false},
                          {"rstrip", false},
                          {"normalized", false},
                          {"special", true}});
}

// A tokenizer.json of whole pieces, id = place in the list; the first is special.
std::string tokenizerOf(const std::vector<std::string>& pieces, const Value& decoder)
{
    Value vocabulary = Value::Object();
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        vocabulary.set(pieces[id], static_cast<int64_t>(id));
    }
    return toJson(Value::object(
        {{"version", "1.0"},
         {"added_tokens", Value::List{added(0, pieces[0].c_str())}},
         {"decoder", decoder},
         {"model",
          Value::object({{"type", "BPE"}, {"vocab", vocabulary}, {"merges", Value::List()}})}}));
}

} // namespace

class TestTokenText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void undoesByteLevelSpelling_data()
    {
        QTest::addColumn<int>("id");
        QTest::addColumn<QString>("text");
        QTest::newRow("special") << 0 << "<|end|>";
        QTest::newRow("leading space") << 1 << " the";
        QTest::newRow("line feed") << 2 << "\n";
        QTest::newRow("Korean") << 3 << "\uac00";
        QTest::newRow("first bytes of a character") << 4 << "<0xEA><0xB0>";
        QTest::newRow("a letter and a byte") << 5 << "a<0xED>";
    }
    void undoesByteLevelSpelling()
    {
        QFETCH(int, id);
        QFETCH(QString, text);
        ModelFolder folder;
        folder.write(
            "tokenizer.json",
            tokenizerOf(
                {"<|end|>", "\u0120the", "\u010a", "\u00ea\u00b0\u0122", "\u00ea\u00b0", "a\u00ed"},
                Value::object({{"type", "ByteLevel"},
                               {"add_prefix_space", false},
                               {"trim_offsets", false},
                               {"use_regex", false}})));
        QCOMPARE(QString::fromStdString(tokenText(folder.tokenizer(), id)), text);
    }

    void undoesSentencepieceSpelling_data()
    {
        QTest::addColumn<int>("id");
        QTest::addColumn<QString>("text");
        QTest::newRow("special") << 0 << "</s>";
        QTest::newRow("leading space") << 1 << " the";
        QTest::newRow("two spaces") << 2 << "  ";
        QTest::newRow("inside a word") << 3 << "ing";
        QTest::newRow("a byte of a character") << 4 << "<0xED>";
    }
    void undoesSentencepieceSpelling()
    {
        QFETCH(int, id);
        QFETCH(QString, text);
        ModelFolder folder;
        folder.write(
            "tokenizer.json",
            tokenizerOf({"</s>", "\u2581the", "\u2581\u2581", "ing", "<0xED>"},
                        Value::object({{"type", "Sequence"},
                                       {"decoders",
                                        Value::List{Value::object({{"type", "ByteFallback"}}),
                                                    Value::object({{"type", "Fuse"}})}}})));
        QCOMPARE(QString::fromStdString(tokenText(folder.tokenizer(), id)), text);
    }
};

QTEST_GUILESS_MAIN(TestTokenText)
#include "tst_token_text.moc"
