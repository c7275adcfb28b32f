// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/method_catalog.h"
#include "ui/pages/train/method_warnings.h"

#include <QTest>

using namespace ui::pages::train;
using engine::contract::Value;
using Severity = ui::widgets::MessageBar::Severity;

class TestMethodWarnings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRateFarFromTheUsualIsNamed();
    void theWholeModelSaysWhatItTakes();
    void tokensSayWhatIsLeftForText();
    void modulesSayThatTheyStay();
    void aTiedEmbeddingIsNamed();
    void updatesHaveNothingToConfess();
    void aPackedBaseSaysWhatItSavesAndCosts();

private:
    static QString words(const char* id,
                         const Value& plan = {},
                         const Value& model = {},
                         double rate = 1e-3,
                         int64_t deviceBytes = 0)
    {
        QStringList lines;
        for (const MethodWarning& warning : warnings(id, plan, model, rate, deviceBytes)) {
            lines.append(warning.cause + u' ' + warning.consequence);
        }
        return lines.join(u'\n');
    }
    static QList<MethodWarning> warnings(const char* id,
                                         const Value& plan = {},
                                         const Value& model = {},
                                         double rate = 1e-3,
                                         int64_t deviceBytes = 0)
    {
        const auto catalog = test_support::methodCatalog();
        return methodWarnings({*engine::contract::findEntry(catalog.methods, id),
                               plan,
                               model,
                               rate,
                               1e-3,
                               deviceBytes});
    }
};

void TestMethodWarnings::aRateFarFromTheUsualIsNamed()
{
    QVERIFY(words("sketch", {}, {}, 1e-2).contains(QStringLiteral("10× the usual")));
    QVERIFY(words("sketch", {}, {}, 1e-4).contains(QStringLiteral("1/10 of the usual")));
    QVERIFY(words("sketch", {}, {}, 5e-3).isEmpty());
    QVERIFY(words("sketch", {}, {}, 0).isEmpty());
}

void TestMethodWarnings::theWholeModelSaysWhatItTakes()
{
    const Value plan = Value::object({{"trained_bytes", int64_t(8) << 30}, {"adapter_bytes", 2e9}});
    QVERIFY(words("whole", plan).contains(QStringLiteral("8.00 GiB")));
    QCOMPARE(warnings("whole", plan, {}, 1e-3, int64_t(16) << 30).first().severity, Severity::Info);
    QCOMPARE(warnings("whole", plan, {}, 1e-3, int64_t(4) << 30).first().severity,
             Severity::Warning);
}

void TestMethodWarnings::tokensSayWhatIsLeftForText()
{
    const Value plan = Value::object({{"virtual_tokens", 20}});
    const Value model = Value::object({{"context", 512}});
    QVERIFY(words("spells", plan, model).contains(QStringLiteral("492")));
    QVERIFY(words("spells").isEmpty());
    QCOMPARE(warnings("spells", Value::object({{"virtual_tokens", 400}}), model).first().severity,
             Severity::Warning);
}

void TestMethodWarnings::modulesSayThatTheyStay()
{
    QVERIFY(words("plugs").contains(QStringLiteral("cannot be merged")));
}

void TestMethodWarnings::aTiedEmbeddingIsNamed()
{
    const Value tied = Value::object({{"tied", true}});
    const Value plan = Value::object(
        {{"parts", Value::list(std::vector<Value>{Value::object({{"id", "embedding"}})})}});
    QVERIFY(words("crumbs", plan, tied).contains(QStringLiteral("changes both")));
    QVERIFY(words("lora", plan, tied).contains(QStringLiteral("keeps the stored one")));
    QVERIFY(words("crumbs", plan, Value::object({{"tied", false}})).isEmpty());
}

void TestMethodWarnings::updatesHaveNothingToConfess()
{
    QVERIFY(words("lora").isEmpty());
}

void TestMethodWarnings::aPackedBaseSaysWhatItSavesAndCosts()
{
    const auto catalog = test_support::methodCatalog();
    const Value plan = Value::object({{"bytes", Value::object({{"weights", int64_t(300) << 20}})}});
    const Value model =
        Value::object({{"parameters", Value::object({{"bytes", int64_t(1) << 30}})}});
    const auto said = [&](const QString& quantization, bool areEmbeddingsQuantized = false) {
        QStringList lines;
        for (const MethodWarning& warning :
             methodWarnings({*engine::contract::findEntry(catalog.methods, "sketch"),
                             plan,
                             model,
                             1e-3,
                             1e-3,
                             0,
                             quantization,
                             areEmbeddingsQuantized})) {
            lines.append(warning.cause + u' ' + warning.consequence);
        }
        return lines.join(u' ');
    };
    QVERIFY(said("none").isEmpty());
    QVERIFY(said("nf4").contains("0.29 GiB") && said("nf4").contains("1.00 GiB"));
    QVERIFY(said("nf4").contains("quality"));
    QVERIFY(said("int8").contains("8 bit"));
    QVERIFY(!said("nf4").contains("output head"));
    QVERIFY(said("nf4", true).contains("quality") && said("nf4", true).contains("output head"));
    QVERIFY(said("none", true).isEmpty());
}

QTEST_GUILESS_MAIN(TestMethodWarnings)
#include "tst_method_warnings.moc"
