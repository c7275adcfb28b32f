// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Tokenizers in older forms, converted on load, against what SentencePiece and transformers make of
// them (make_conversion_reference.py).
#include "engine/device/failure.h"
#include "engine/text/tokenizer.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

#include <algorithm>

using namespace engine;
using namespace fixture;
using text::Tokenizer;

namespace {

constexpr const char* kFolder = LORA_SOURCE_DIR "/tests/engine/text/";

QString converted(const QString& name)
{
    return QString(kFolder) + "converted/" + name;
}

const Value& conversions()
{
    static const Value value = json(bytesOf(QString(kFolder) + "conversion_reference.json"));
    return value;
}

std::vector<int64_t> idsOf(const Value& list)
{
    std::vector<int64_t> ids;
    for (const auto& id : list.toList()) {
        ids.push_back(id.toInteger());
    }
    return ids;
}

// A folder with the file `name` of converted/`from`, and others.
class Folder
{
public:
    Folder() = default;
    Folder(const QString& from, const QStringList& names, const QByteArray& modelType = {})
    {
        if (!modelType.isEmpty()) {
            write("config.json", "{\"model_type\": \"" + modelType + "\"}");
        }
        for (const auto& name : names) {
            write(name, bytesOf(converted(from) + "/" + name));
        }
    }

    void write(const QString& name, const QByteArray& content)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly)) {
            qFatal("%s cannot be written", qPrintable(file.fileName()));
        }
        file.write(content);
    }

    Tokenizer tokenizer() const { return Tokenizer::load(m_folder.path().toStdString()); }

    // The message with which the folder is refused.
    QString refusal() const
    {
        try {
            tokenizer();
        } catch (const Failure& failure) {
            return failure.error().code == code::kBadTokenizer && !failure.error().hint.empty()
                       ? QString::fromStdString(failure.error().message)
                       : QString("refused otherwise");
        }
        return "accepted";
    }

private:
    QTemporaryDir m_folder;
};

QByteArray field(char key, const QByteArray& content)
{
    return QByteArray(1, key) + char(content.size()) + content;
}

// One SentencePiece: its text, and its kind.
QByteArray piece(const QByteArray& text, char kind)
{
    return field('\x0a', field('\x0a', text) + QByteArray("\x15\0\0\0\0\x18", 6) + kind);
}

const QByteArray kUnknown = piece("<unk>", 2);

} // namespace

class TestTokenizerFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheReference_data()
    {
        QTest::addColumn<QString>("folder");
        QVERIFY(conversions().toObject().size() >= 9);
        for (const auto& [name, rows] : conversions().toObject()) {
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
        }
    }
    void equalsTheReference()
    {
        QFETCH(QString, folder);
        const auto tokenizer = Tokenizer::load(converted(folder).toStdString());
        const auto& rows = conversions()[folder.toStdString()].toList();
        QVERIFY(rows.size() >= 20);
        for (const auto& row : rows) {
            const auto& text = row["text"].toString();
            const auto ids = tokenizer.encode(text);
            QVERIFY2(ids == idsOf(row["ids"]),
                     qPrintable(QString::fromStdString(
                         text + ": engine " + contract::toJson(Value::list(ids)) + ", reference "
                         + contract::toJson(row["ids"]))));
        }
    }

    void equalsItselfAsTokenizerJson_data() { equalsTheReference_data(); }
    void equalsItselfAsTokenizerJson()
    {
        QFETCH(QString, folder);
        const auto made = Tokenizer::load(converted(folder).toStdString());
        Folder written;
        written.write("tokenizer.json", QByteArray::fromStdString(made.bridge().json()));
        const auto tokenizer = written.tokenizer();
        for (const auto& row : conversions()[folder.toStdString()].toList()) {
            QCOMPARE(tokenizer.encode(row["text"].toString()), idsOf(row["ids"]));
        }
    }

    void equalsTheTokenizerJsonBesideIt_data()
    {
        QTest::addColumn<QString>("folder");
        for (const auto* name : {"stories260K", "llama2xs-268K"}) {
            QTest::newRow(name) << shared(QString("models/") + name);
        }
    }
    // All of it: vocabulary, merges and their order, normalizer, decoder, what is put in front.
    void equalsTheTokenizerJsonBesideIt()
    {
        QFETCH(QString, folder);
        const auto original = json(bytesOf(folder + "/tokenizer.json"));
        if (original.isNull()) {
            QSKIP("the shared test models are not here");
        }
        Folder alone;
        for (const auto* name : {"tokenizer.model", "tokenizer_config.json"}) {
            alone.write(name, bytesOf(folder + "/" + name));
        }
        const auto text = alone.tokenizer().bridge().json();
        const auto made = json(QByteArray::fromStdString(text));
        for (const auto* key :
             {"added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"}) {
            QCOMPARE(QString::fromStdString(contract::toJson(made[key])),
                     QString::fromStdString(contract::toJson(original[key])));
        }
        QVERIFY(made["model"]["vocab"].toObject().size() > 500);
        QVERIFY(made["model"]["vocab"] == original["model"]["vocab"]);
        const auto& merges = original["model"]["merges"].toList();
        QCOMPARE(made["model"]["merges"].toList().size(), merges.size());
        for (size_t i = 0; i < merges.size(); ++i) {
            const auto& pair = made["model"]["merges"].toList()[i].toList();
            const auto expected = merges[i].isString() ? merges[i].toString()
                                                       : merges[i].toList()[0].toString() + " "
                                                             + merges[i].toList()[1].toString();
            QCOMPARE(pair[0].toString() + " " + pair[1].toString(), expected);
        }
    }

    void knowsTheSpecialTokensOfAModelFile()
    {
        const auto tokenizer = Folder("llama", {"tokenizer.model"}).tokenizer();
        QCOMPARE(tokenizer.specialTokens()["bos_token"].toString(), std::string("<s>"));
        QCOMPARE(tokenizer.bosId(), std::optional<int64_t>(1));
        QCOMPARE(tokenizer.eosId(), std::optional<int64_t>(2));
        QVERIFY(!tokenizer.padId());
        QVERIFY(tokenizer.bridge().isFallbackByte(*tokenizer.bridge().idOf("<0xE2>")));
        QCOMPARE(tokenizer.encode("a").front(), int64_t(1));
    }

    void tellsMarksFromSymbols()
    {
        const auto symbols = Tokenizer::load(converted("unigram_bytes").toStdString());
        const auto user = *symbols.bridge().idOf("<user>");
        QVERIFY(!symbols.bridge().isSpecial(user));
        QVERIFY(symbols.bridge().isSpecial(*symbols.bridge().idOf("<ctrl>")));
        const auto ids = symbols.encode("a<user>b");
        QVERIFY(std::find(ids.begin(), ids.end(), user) != ids.end());

        // Gemma's file has the marks of turns as plain symbols.
        const auto gemma = Folder("gemma", {"tokenizer.model"}, "gemma2").tokenizer();
        QVERIFY(gemma.bridge().isSpecial(*gemma.bridge().idOf("<start_of_turn>")));
        QVERIFY(!gemma.bridge().isSpecial(*gemma.bridge().idOf("<mask>")));
        QVERIFY(gemma.bridge().idOf("\t") && !gemma.bridge().idOf("<0x09>"));
        QCOMPARE(gemma.encode("a").front(), *gemma.bosId());
    }

    void givesAPieceAnotherText()
    {
        Folder folder("llama", {"tokenizer.model"});
        folder.write(
            "tokenizer_config.json",
            R"({"added_tokens_decoder": {"450": {"content": "<|new|>", "special": true}}})");
        QCOMPARE(folder.tokenizer().encode("<|new|>"), (std::vector<int64_t>{1, 450}));
    }

    void addsTheTokensOfTheFolderBehindTheVocabulary()
    {
        Folder folder("gpt2", {"vocab.json", "merges.txt"});
        const auto size = folder.tokenizer().vocabularySize();
        folder.write("tokenizer_config.json",
                     R"({"additional_special_tokens": ["<|x|>"], "pad_token": "<pad>"})");
        const auto tokenizer = folder.tokenizer();
        QCOMPARE(tokenizer.padId(), std::optional<int64_t>(size));
        QCOMPARE(tokenizer.encode("<|x|>"), (std::vector<int64_t>{size + 1}));
        QVERIFY(tokenizer.bridge().isSpecial(size + 1));
    }

    void decodesWhatItEncoded_data()
    {
        QTest::addColumn<QString>("folder");
        for (const auto* name :
             {"llama", "llama_new", "gemma", "unigram_bytes", "gpt2", "qwen2", "gpt_neox"}) {
            QTest::newRow(name) << name;
        }
    }
    void decodesWhatItEncoded()
    {
        QFETCH(QString, folder);
        const auto tokenizer = Tokenizer::load(converted(folder).toStdString());
        for (const std::string text : {"Two words, 한글 🙂 é\nx", "a  b"}) {
            QCOMPARE(tokenizer.decode(tokenizer.encode(text)), text);
        }
    }

    void prefersTokenizerJson()
    {
        Folder folder("llama", {"tokenizer.model"});
        folder.write("tokenizer.json",
                     QByteArray::fromStdString(contract::toJson(reference()["byte_tokenizer"])));
        QVERIFY(folder.tokenizer().bridge().idOf("<|im_end|>"));
    }

    void readsTheVocabularyWhereTheClassIsByteLevel()
    {
        Folder folder("gpt2", {"vocab.json", "merges.txt"});
        folder.write("tokenizer.model", bytesOf(converted("llama") + "/tokenizer.model"));
        QVERIFY(folder.tokenizer().bridge().idOf("<0xE2>"));
        folder.write("config.json", R"({"model_type": "gpt2"})");
        QVERIFY(!folder.tokenizer().bridge().idOf("<0xE2>"));
        QVERIFY(folder.tokenizer().bridge().idOf("<|endoftext|>"));
    }

    void refusesDamagedModels_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        const auto whole = bytesOf(converted("llama") + "/tokenizer.model");
        QTest::newRow("empty") << QByteArray() << "no pieces";
        QTest::newRow("cut off") << whole.left(whole.size() / 2) << "bytes are announced";
        QTest::newRow("a length of 2^63")
            << QByteArray("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f") << "bytes are announced";
        QTest::newRow("a number without end") << QByteArray(20, '\xff') << "64 bits";
        QTest::newRow("tiktoken") << QByteArray("IQ== 0\nIg== 1\n") << "tiktoken";
        QTest::newRow("zeros") << QByteArray(64, '\0') << "no pieces";
        QTest::newRow("no unknown piece") << piece("a", 1) << "unknown";
        QTest::newRow("two unknown pieces") << kUnknown + piece("a", 2) << "unknown";
        QTest::newRow("a piece twice") << kUnknown + piece("a", 1) + piece("a", 1) << "twice";
        QTest::newRow("an empty piece") << kUnknown + piece("", 1) << "piece 1: empty";
        QTest::newRow("not UTF-8") << kUnknown + piece("\xff", 1) << "piece 1: not valid UTF-8";
        QTest::newRow("unknown kind of piece") << kUnknown + piece("a", 9) << "unknown kind 9";
        QTest::newRow("score is no number")
            << kUnknown + field('\x0a', field('\x0a', "a") + QByteArray("\x15\0\0\xc0\x7f", 5))
            << "score";
        QTest::newRow("words") << kUnknown + field('\x12', "\x18\x03") << "whole words";
        QTest::newRow("characters") << kUnknown + field('\x12', "\x18\x04") << "characters";
        QTest::newRow("suffixes") << kUnknown + field('\x12', QByteArray("\xc0\x01\x01")) << "end";
        QTest::newRow("a table that is cut off")
            << kUnknown + field('\x1a', field('\x12', "\1\2")) << "cut off";
        QTest::newRow("a table longer than the file")
            << kUnknown + field('\x1a', field('\x12', QByteArray("\xfc\xff\xff\xff", 4)))
            << "announces";
        // Its root points behind the end.
        QTest::newRow("a table that leads out of itself")
            << kUnknown + field('\x1a', field('\x12', QByteArray("\4\0\0\0\xff\xff\xff\x7f", 8)))
            << "damaged";
        QTest::newRow("not a message") << QByteArray("\x08\x01") << "not a message";
    }
    void refusesDamagedModels()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        Folder folder;
        folder.write("tokenizer.model", content);
        const auto refusal = folder.refusal();
        QVERIFY2(refusal.contains(says), qPrintable(refusal));
        QVERIFY(refusal.contains("tokenizer.model"));
    }

    // Whatever is changed: a tokenizer or a refusal, and neither while encoding a surprise.
    void survivesEveryChangedByte()
    {
        for (const auto* name : {"llama", "unigram"}) {
            const auto whole = bytesOf(converted(name) + "/tokenizer.model");
            Folder folder;
            for (int i = 0; i < whole.size(); i += 41) {
                auto changed = whole;
                changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
                folder.write("tokenizer.model", changed);
                try {
                    folder.tokenizer().encode("ﬁne … e\u0301 <s> 한글 \t 12345 Ａ");
                } catch (const Failure& failure) {
                    QVERIFY2(failure.error().message.find("gave up") == std::string::npos,
                             failure.error().message.c_str());
                }
            }
        }
    }

    void refusesContradictions_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("not JSON") << "vocab.json" << QByteArray("{\"a\": ") << "vocab.json";
        QTest::newRow("no tokens") << "vocab.json" << QByteArray("{}") << "no token";
        QTest::newRow("an id twice")
            << "vocab.json" << QByteArray(R"({"a": 0, "b": 0})") << "two tokens have the id 0";
        QTest::newRow("negative id") << "vocab.json" << QByteArray(R"({"a": -1})") << "-1";
        QTest::newRow("one token in a line")
            << "merges.txt" << QByteArray("#version: 0.2\nab\n") << "line 2: not two tokens";
        QTest::newRow("three tokens in a line")
            << "merges.txt" << QByteArray("a b c\n") << "line 1";
        QTest::newRow("a token that is missing") << "merges.txt" << QByteArray("a 한\n") << "한";
        QTest::newRow("another family")
            << "config.json" << QByteArray(R"({"tokenizer_class": "CLIPTokenizer"})")
            << "CLIPTokenizer";
        QTest::newRow("an id the vocabulary does not give")
            << "added_tokens.json" << QByteArray(R"({"<x>": 9999})") << "9999";
    }
    void refusesContradictions()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        Folder folder("gpt2", {"vocab.json", "merges.txt"});
        folder.write(file, content);
        const auto refusal = folder.refusal();
        QVERIFY2(refusal.contains(says), qPrintable(refusal));
    }

    void saysWhatIsMissing()
    {
        try {
            Folder("gpt2", {"vocab.json"}).tokenizer();
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kNotFound));
            QVERIFY(failure.error().hint.find("merges.txt") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(TestTokenizerFiles)
#include "tst_tokenizer_files.moc"
