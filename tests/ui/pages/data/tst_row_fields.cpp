// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/row_fields.h"

#include <QTest>

using namespace ui::pages::data;
using engine::contract::Value;

class TestRowFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void turnsAreFieldsNamedByWhoSpeaks();
    void whatIsNoTextIsJson();
    void aTextIsPutBackWhereItWas();
    void aJsonFieldMustBeJson();
    void changesAreTheMembersThatDiffer();
};

namespace {

Value row()
{
    return engine::contract::parseJson(
               R"({"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","weight":1}],)"
               R"("id":7,"note":"n"})")
        .value();
}

} // namespace

void TestRowFields::turnsAreFieldsNamedByWhoSpeaks()
{
    const std::vector<RowField> fields = fieldsOf(row());
    QCOMPARE(fields.size(), std::size_t(4));
    QCOMPARE(fields[0].label, QString("user"));
    QCOMPARE(fields[0].path, QString("messages[0].content"));
    QCOMPARE(fields[1].label, QString("assistant"));
    QCOMPARE(fields[1].text, QString("A"));
    QVERIFY(!fields[1].isJson);
    const auto shareGpt = fieldsOf(
        engine::contract::parseJson(R"({"conversations":[{"from":"human","value":"x"}]})").value());
    QCOMPARE(shareGpt[0].label, QString("human"));
    QCOMPARE(shareGpt[0].path, QString("conversations[0].value"));
}

void TestRowFields::whatIsNoTextIsJson()
{
    const std::vector<RowField> fields = fieldsOf(row());
    QVERIFY(fields[2].isJson);
    QCOMPARE(fields[2].text, QString("7"));
    QVERIFY(!fields[3].isJson);
}

void TestRowFields::aTextIsPutBackWhereItWas()
{
    const std::vector<RowField> fields = fieldsOf(row());
    const auto edited = withText(row(), fields[1], "B\n\"quoted\"");
    QVERIFY(edited.ok());
    const Value& turn = edited.value()["messages"].toList()[1];
    QCOMPARE(turn["content"].toString(), std::string("B\n\"quoted\""));
    QCOMPARE(turn["weight"].toInteger(), 1); // what stands beside it stays
    QCOMPARE(edited.value()["messages"].toList()[0]["content"].toString(), std::string("Q"));
}

void TestRowFields::aJsonFieldMustBeJson()
{
    const std::vector<RowField> fields = fieldsOf(row());
    QVERIFY(!withText(row(), fields[2], "{").ok());
    QCOMPARE(withText(row(), fields[2], "[1, 2]").value()["id"].toList().size(), std::size_t(2));
}

void TestRowFields::changesAreTheMembersThatDiffer()
{
    const auto edited = withText(row(), fieldsOf(row())[3], "other");
    const Value change = changeBetween(row(), edited.value());
    QVERIFY(change == Value::object({{"note", "other"}}));
    QVERIFY(withChange(row(), change) == edited.value());
    QVERIFY(changeBetween(row(), row()).toObject().empty());
    const Value without = withChange(row(), Value::object({{"note", nullptr}}));
    QVERIFY(!without.contains("note"));
    QVERIFY(changeBetween(row(), without) == Value::object({{"note", nullptr}}));
}

QTEST_APPLESS_MAIN(TestRowFields)
#include "tst_row_fields.moc"
