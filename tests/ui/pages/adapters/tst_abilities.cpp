// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/method_catalog.h"
#include "tests/support/studio_test.h"
#include "ui/pages/adapters/abilities.h"
#include "ui/pages/adapters/adapter_texts.h"
#include "ui/widgets/plain_label.h"

using namespace ui::pages::adapters;
using engine::contract::Catalog;

class TestAbilities : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyExporterSaysWhatItAccepts();
    void whatHasNoRankSaysWhy();
    void tokensHaveOneStrength();
    void unknownMethodsPromiseNothing();
    void theListSaysReasonsInWords();

private:
    const Catalog m_catalog = test_support::methodCatalog();

    // The reason why not; "yes" where it can, nothing where it is not told.
    QString reason(const char* method, const QString& name) const
    {
        app::library::Adapter adapter;
        adapter.method = QString::fromLatin1(method);
        for (const Ability& ability : abilitiesOf(adapter, m_catalog)) {
            if (ability.name == name) {
                return ability.reason.isEmpty() ? QStringLiteral("yes") : ability.reason;
            }
        }
        return {};
    }
};

void TestAbilities::everyExporterSaysWhatItAccepts()
{
    const QString changed = QStringLiteral("Export as Changed weights");
    QCOMPARE(reason("crumbs", changed), QStringLiteral("yes"));
    QCOMPARE(reason("plugs", changed), QStringLiteral("it adds to the model"));
    QCOMPARE(reason("plugs", QStringLiteral("Export as Everything")), QStringLiteral("yes"));
}

void TestAbilities::whatHasNoRankSaysWhy()
{
    const QString rank = QStringLiteral("Change its rank");
    QVERIFY(reason("crumbs", rank).contains(QStringLiteral("The crumbs")));
    QVERIFY(reason("spells", rank).contains(QStringLiteral("no rank")));
    QVERIFY(reason("lora", rank).isEmpty());
}

void TestAbilities::tokensHaveOneStrength()
{
    const QString scale = QStringLiteral("Act at another scale than 1");
    QCOMPARE(reason("lora", scale), QStringLiteral("yes"));
    QVERIFY(reason("spells", scale).contains(QStringLiteral("half a token")));
}

void TestAbilities::unknownMethodsPromiseNothing()
{
    app::library::Adapter adapter;
    adapter.method = QStringLiteral("of another engine");
    QVERIFY(abilitiesOf(adapter, m_catalog).isEmpty());
    QVERIFY(kindOf(adapter, &m_catalog).label.isEmpty());
    adapter.method = QStringLiteral("plugs");
    QCOMPARE(kindOf(adapter, &m_catalog).label, QStringLiteral("Added modules"));
    QVERIFY(kindOf(adapter, nullptr).label.isEmpty());
}

void TestAbilities::theListSaysReasonsInWords()
{
    AbilityList list;
    list.setAbilities(
        {{QStringLiteral("Fly"), QStringLiteral("it has no wings")}, {QStringLiteral("Walk"), {}}});
    QStringList lines;
    for (const auto* label : list.findChildren<ui::widgets::PlainLabel*>()) {
        lines.append(label->plainText());
    }
    QCOMPARE(lines,
             (QStringList{QStringLiteral("Fly: no, it has no wings"), QStringLiteral("Walk")}));
    list.setAbilities({});
    QVERIFY(list.findChildren<ui::widgets::PlainLabel*>().isEmpty());
}

STUDIO_TEST_MAIN(TestAbilities)
#include "tst_abilities.moc"
