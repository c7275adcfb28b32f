// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/text/tokenizer.h"
#include "tests/engine/text/fixture.h"

#include <QCryptographicHash>
#include <QTest>

using namespace engine;
using namespace fixture;
using text::Tokenizer;

namespace {

std::vector<int64_t> idsOf(const Value& list)
{
    std::vector<int64_t> ids;
    for (const auto& id : list.toList()) {
        ids.push_back(id.toInteger());
    }
    return ids;
}

std::string digest(const QByteArray& bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256)
        .toHex()
        .left(16)
        .toStdString();
}

std::string digest(const std::vector<int64_t>& ids)
{
    QByteArrayList numbers;
    for (const auto id : ids) {
        numbers << QByteArray::number(static_cast<qlonglong>(id));
    }
    return digest(numbers.join(','));
}

// The line as make_reference.py read it: without its end, at most 2000 characters.
std::string cut(const QByteArray& line)
{
    const auto points = QString::fromUtf8(line).toUcs4().mid(0, 2000);
    return QString::fromUcs4(reinterpret_cast<const char32_t*>(points.constData()), points.size())
        .toStdString();
}

} // namespace

class TestTokenizer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheGoldenIds_data()
    {
        QTest::addColumn<QString>("folder");
        for (const auto* name : {"stories260K",
                                 "stories260K-bf16-3shards",
                                 "stories260K-f16-untied",
                                 "llama2xs-268K"}) {
            QTest::newRow(name) << shared(QString("models/") + name);
        }
    }
    void equalsTheGoldenIds()
    {
        QFETCH(QString, folder);
        const auto golden = json(bytesOf(folder + "/golden.json"));
        if (golden.isNull()) {
            QSKIP("the shared test models are not here");
        }
        const auto tokenizer = Tokenizer::load(folder.toStdString());
        QVERIFY(!golden["tokenize"].toList().empty());
        for (const auto& sample : golden["tokenize"].toList()) {
            QCOMPARE(tokenizer.encode(sample["text"].toString()), idsOf(sample["ids"]));
            QCOMPARE(tokenizer.decode(idsOf(sample["ids"])), sample["decoded"].toString());
        }
    }

    void equalsTheReferenceTokenizer_data()
    {
        QTest::addColumn<size_t>("row");
        for (size_t row = 0; row < reference()["texts"].toList().size(); ++row) {
            QTest::newRow(reference()["texts"].toList()[row]["tokenizer"].toString().c_str())
                << row;
        }
    }
    void equalsTheReferenceTokenizer()
    {
        QFETCH(size_t, row);
        const auto& texts = reference()["texts"].toList()[row];
        const auto file = shared(QString("models/tokenizers/%1_tokenizer.json")
                                     .arg(QString::fromStdString(texts["tokenizer"].toString())));
        if (!QFile::exists(file)) {
            QSKIP("the shared tokenizers are not here");
        }
        const auto tokenizer = bridge::Tokenizer::fromFile(file.toStdString());
        std::map<std::string, QByteArrayList> files;
        for (const auto& line : texts["lines"].toList()) {
            const auto& name = line["file"].toString();
            if (!files.contains(name)) {
                files[name] = bytesOf(shared(QString::fromStdString(name))).split('\n');
            }
            const auto text = cut(files[name].value(static_cast<int>(line["line"].toInteger())));
            const auto ids = tokenizer.encode(text, true);
            const auto decoded = tokenizer.decode(ids, true);
            const auto place = name + ":" + std::to_string(line["line"].toInteger());
            QVERIFY2(digest(ids) == line["ids"].toString(), place.c_str());
            QVERIFY2(digest(QByteArray::fromStdString(decoded)) == line["decoded"].toString(),
                     place.c_str());
        }
    }

    void decodesWhatItEncoded_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("spaces") << "  two  spaces ";
        QTest::newRow("Korean") << "안녕하세요, 세계!";
        QTest::newRow("emoji") << "👩‍👩‍👧‍👦😀";
        QTest::newRow("lines") << "a\r\n\tb\n";
    }
    void decodesWhatItEncoded()
    {
        QFETCH(QString, text);
        const ModelFolder folder;
        const auto tokenizer = folder.tokenizer();
        QCOMPARE(tokenizer.decode(tokenizer.encode(text.toStdString())), text.toStdString());
    }

    void addsOnlyWhatTokenizerJsonAdds()
    {
        ModelFolder folder(Value::object({{"bos_token", "<s>"},
                                          {"eos_token", "</s>"},
                                          {"add_bos_token", true},
                                          {"add_eos_token", true}}));
        const auto tokenizer = folder.tokenizer();
        QCOMPARE(tokenizer.encode("a").size(), size_t(2));
        QCOMPARE(tokenizer.encode("a").front(), *tokenizer.bosId());
        QCOMPARE(tokenizer.encodePlain("a").size(), size_t(1));
    }

    void readsTokensAsTextOrObject()
    {
        const ModelFolder folder(Value::object({{"bos_token", Value::object({{"content", "<s>"}})},
                                                {"eos_token", "</s>"},
                                                {"pad_token", nullptr}}));
        const auto tokenizer = folder.tokenizer();
        QCOMPARE(tokenizer.piece(*tokenizer.bosId()), std::string("<s>"));
        QCOMPARE(tokenizer.piece(*tokenizer.eosId()), std::string("</s>"));
        QVERIFY(!tokenizer.padId());
    }

    void fallsBackToTheTokensMapAndTheConfig()
    {
        ModelFolder folder(Value::Object{});
        folder.write("special_tokens_map.json", R"({"bos_token": "<s>"})");
        folder.write("config.json", R"({"eos_token_id": 257})");
        const auto tokenizer = folder.tokenizer();
        QCOMPARE(tokenizer.piece(*tokenizer.bosId()), std::string("<s>"));
        QCOMPARE(tokenizer.eosId(), std::optional<int64_t>(257));
        QCOMPARE(tokenizer.specialTokens()["eos_token"].toString(), std::string("</s>"));
    }

    void ignoresAnIdOutsideTheVocabulary()
    {
        ModelFolder folder(Value::Object{});
        folder.write("config.json", R"({"eos_token_id": 99999999})");
        QVERIFY(!folder.tokenizer().eosId());
    }

    void stopsAtEveryEosAndAtTheTemplatesEndOfTurn()
    {
        ModelFolder folder;
        folder.write("generation_config.json", R"({"eos_token_id": [7, 8]})");
        folder.write("config.json", R"({"eos_token_id": 9})");
        folder.write("chat_template.jinja",
                     "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>\n{% endfor %}");
        const auto tokenizer = folder.tokenizer();
        const auto endOfTurn = *tokenizer.bridge().idOf("<|im_end|>");
        QCOMPARE(tokenizer.stopIds(),
                 (std::vector<int64_t>{7, 8, 9, *tokenizer.eosId(), endOfTurn}));
        QVERIFY(tokenizer.isStop(endOfTurn) && !tokenizer.isStop(*tokenizer.bosId()));
    }

    void picksTheTemplate()
    {
        ModelFolder folder(json(R"({"chat_template": [{"name": "default", "template": "A"},
                                                      {"name": "tool_use", "template": "B"}]})"));
        QCOMPARE(folder.tokenizer().chatTemplate(), std::string("A"));
        QCOMPARE(folder.tokenizer().chatTemplate(true), std::string("B"));
        folder.write("chat_template.jinja", "C");
        folder.write("additional_chat_templates/tool_use.jinja", "D");
        QCOMPARE(folder.tokenizer().chatTemplate(), std::string("C"));
        QCOMPARE(folder.tokenizer().chatTemplate(true), std::string("D"));
    }

    void readsATemplateThatIsOneString()
    {
        const ModelFolder folder(Value::object({{"chat_template", "A"}}));
        QCOMPARE(folder.tokenizer().chatTemplate(true), std::string("A"));
    }

    void namesTheFileItCannotRead()
    {
        ModelFolder folder;
        folder.write("tokenizer_config.json", "{\"bos_token\": ");
        try {
            folder.tokenizer();
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kBadFile));
            QVERIFY(failure.error().where.ends_with("tokenizer_config.json"));
        }
    }

    void saysThatTheTokenizerIsMissing()
    {
        const QTemporaryDir empty;
        QVERIFY_EXCEPTION_THROWN(Tokenizer::load(empty.path().toStdString()), Failure);
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
