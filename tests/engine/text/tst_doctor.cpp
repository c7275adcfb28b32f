// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/doctor.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

#include <algorithm>

using namespace engine;
using namespace fixture;
using text::Diagnosis;
using text::Severity;
namespace diagnosis = text::diagnosis;

namespace {

// The byte tokenizer has 256 bytes and 8 special tokens; <s> is put in front of every text.
constexpr int64_t kRows = 264;

constexpr const char* kChatMl =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";

Value configured(const char* pad = nullptr)
{
    auto config = Value::object({{"bos_token", "<s>"}, {"eos_token", "</s>"}});
    if (pad != nullptr) {
        config.set("pad_token", pad);
    }
    return config;
}

std::vector<Diagnosis> found(const ModelFolder& folder, int64_t rows = kRows)
{
    return text::examine(folder.tokenizer(), folder.path(), rows);
}

const Diagnosis* withCode(const std::vector<Diagnosis>& all, const char* code)
{
    const auto match =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.code == code; });
    return match == all.end() ? nullptr : &*match;
}

} // namespace

class TestDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsNothingWrongWithASoundModel()
    {
        ModelFolder folder(configured("<|eot_id|>"));
        folder.write("config.json", R"({"bos_token_id": 256, "eos_token_id": [257]})");
        folder.write("chat_template.jinja",
                     "{% for m in messages %}{{ m.content ~ eos_token }}{% endfor %}");
        QVERIFY(found(folder).empty());
    }

    void comparesTheVocabularyWithTheEmbedding()
    {
        const ModelFolder folder;
        const auto large = found(folder, kRows - 1);
        const auto* error = withCode(large, diagnosis::kVocabularyTooLarge);
        QVERIFY(error != nullptr && error == &large.front());
        QVERIFY(error->severity == Severity::Error);
        QCOMPARE(error->where, std::string("<|eot_id|>"));
        QVERIFY(error->message.find("264 tokens") != std::string::npos);
        QVERIFY(!error->hint.empty());

        const auto spare = found(folder, kRows + 56);
        const auto* note = withCode(spare, diagnosis::kSpareRows);
        QVERIFY(note != nullptr && note->severity == Severity::Note);
        QVERIFY(note->message.starts_with("56 rows"));
        QVERIFY(withCode(found(folder), diagnosis::kSpareRows) == nullptr);
    }

    void saysWhichSpecialTokensThereAreNot()
    {
        const ModelFolder folder(Value::Object{});
        const auto all = found(folder);
        const auto* eos = withCode(all, diagnosis::kNoEos);
        QVERIFY(eos != nullptr && eos->severity == Severity::Warning && !eos->hint.empty());
        QVERIFY(eos == &all.front()); // before mere notes
        QVERIFY(withCode(all, diagnosis::kNoBos) != nullptr);
        QVERIFY(withCode(all, diagnosis::kNoPad) != nullptr);
    }

    void namesATokenOutsideTheVocabulary()
    {
        const auto all = found(ModelFolder(configured("<pad>")));
        const auto* missing = withCode(all, diagnosis::kTokenMissing);
        QVERIFY(missing != nullptr && missing->severity == Severity::Warning);
        QCOMPARE(missing->where, std::string("<pad>"));
        QVERIFY(missing->message.starts_with("pad_token is <pad>"));
    }

    void namesAnIdOutsideTheVocabulary()
    {
        ModelFolder folder;
        folder.write("generation_config.json", R"({"eos_token_id": [257, 264]})");
        folder.write("config.json", R"({"pad_token_id": -1})");
        const auto all = found(folder);
        QStringList places;
        for (const auto& each : all) {
            if (each.code == diagnosis::kIdBeyondVocabulary) {
                places << QString::fromStdString(each.message);
            }
        }
        QCOMPARE(places.size(), 2);
        QVERIFY(places[0].startsWith("generation_config.json: eos_token_id is 264"));
        QVERIFY(places[1].startsWith("config.json: pad_token_id is -1"));
    }

    void saysThatPadIsEos()
    {
        const auto all = found(ModelFolder(configured("</s>")));
        const auto* note = withCode(all, diagnosis::kPadIsEos);
        QVERIFY(note != nullptr && note->severity == Severity::Note);
        QVERIFY(withCode(all, diagnosis::kNoPad) == nullptr);
    }

    void findsASecondBos()
    {
        ModelFolder folder;
        folder.write(
            "chat_template.jinja",
            "{{ bos_token }}{% for m in messages %}{{ m.content ~ eos_token }}{% endfor %}");
        QVERIFY(withCode(found(folder), diagnosis::kDoubleBos) != nullptr);
        folder.write("chat_template.jinja",
                     "{% for m in messages %}{{ m.content ~ eos_token }}{% endfor %}");
        QVERIFY(withCode(found(folder), diagnosis::kDoubleBos) == nullptr);
    }

    void findsAnEndOfTurnThatNoFileNames()
    {
        ModelFolder folder;
        folder.write("chat_template.jinja", kChatMl);
        const auto all = found(folder);
        const auto* warning = withCode(all, diagnosis::kEndOfTurnIsNotEos);
        QVERIFY(warning != nullptr && warning->severity == Severity::Warning);
        QCOMPARE(warning->where, std::string("<|im_end|>"));
        const auto id = std::to_string(*folder.tokenizer().bridge().idOf("<|im_end|>"));
        QVERIFY(warning->hint.find(id) != std::string::npos);
        folder.write("generation_config.json", R"({"eos_token_id": [257, )" + id + "]}");
        QVERIFY(withCode(found(folder), diagnosis::kEndOfTurnIsNotEos) == nullptr);
    }

    void findsAnEndThatIsNeverTrained()
    {
        ModelFolder folder;
        folder.write("chat_template.jinja",
                     "{% for m in messages %}{% if m.role == 'assistant' %}"
                     "{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}"
                     "{% endif %}</s>{% endfor %}");
        const auto all = found(folder);
        const auto* warning = withCode(all, diagnosis::kEosUntrained);
        QVERIFY(warning != nullptr);
        QVERIFY(warning->severity == Severity::Warning && !warning->hint.empty());
    }

    void reportsATemplateThatRefuses()
    {
        ModelFolder folder;
        folder.write("chat_template.jinja", "{{ raise_exception('only poems') }}");
        const auto all = found(folder);
        const auto* warning = withCode(all, diagnosis::kBadTemplate);
        QVERIFY(warning != nullptr);
        QVERIFY(warning->message.find("only poems") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
