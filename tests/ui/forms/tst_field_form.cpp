// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/catalog.h"
#include "tests/support/recorded.h"
#include "tests/support/studio_test.h"
#include "ui/forms/field_form.h"
#include "ui/forms/settings_panel.h"
#include "ui/widgets/field_frame.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QVBoxLayout>

using namespace ui::forms;
using engine::contract::Catalog;
using engine::contract::CatalogEntry;
using engine::contract::Field;
using engine::contract::Value;
using ui::widgets::FieldFrame;
namespace field_type = engine::contract::field_type;

namespace {

const Catalog& catalog()
{
    static const Catalog kCatalog =
        engine::contract::catalogSchema()
            .parse(test_support::recorded(QStringLiteral("describe")), "")
            .value();
    return kCatalog;
}

std::vector<FormField> allFields()
{
    std::vector<FormField> fields;
    for (const CatalogEntry& section : catalog().job) {
        const auto more = formFields(section.fields, QString::fromStdString(section.id));
        fields.insert(fields.end(), more.begin(), more.end());
    }
    for (const CatalogEntry& method : catalog().methods) {
        const auto more = formFields(method.fields, QStringLiteral("method"));
        fields.insert(fields.end(), more.begin(), more.end());
    }
    return fields;
}

// A valid value of the field that is not its default.
Value another(const Field& field)
{
    if (field.type == field_type::kInteger) {
        return Value(field.defaultValue.toInteger() + 1);
    }
    if (field.type == field_type::kNumber) {
        return Value(field.defaultValue.toDouble() > 0 ? field.defaultValue.toDouble() / 2 : 0.25);
    }
    if (field.type == field_type::kBoolean) {
        return Value(!field.defaultValue.toBool());
    }
    if (field.type == field_type::kChoice) {
        return Value(field.choices.back());
    }
    if (field.type == field_type::kList) {
        return Value::list(
            std::vector<std::string>{field.choices.empty() ? "one" : field.choices.back()});
    }
    if (field.type == field_type::kObject) {
        return Value::object(
            {{"key", field.choices.empty() ? Value(3) : Value(field.choices.front())}});
    }
    if (field.type == field_type::kLayers) {
        return Value::list(std::vector<int>{0, 2});
    }
    if (field.type == field_type::kTargets) {
        return Value::list(std::vector<std::string>{"q", "v"});
    }
    return Value("/some where/else");
}

} // namespace

class TestFieldForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFieldHasAWorkingEditor_data();
    void everyFieldHasAWorkingEditor();
    void onlyChangedValuesAreKept();
    void numbersAreReadAsPeopleWriteThem_data();
    void numbersAreReadAsPeopleWriteThem();
    void refusedTextChangesNothing();
    void refusalStandsBesideTheFieldItNames_data();
    void refusalStandsBesideTheFieldItNames();
    void refusalGoesWhenTheFieldIsEdited();
    void conditionsShowAndHideFields();
    void defaultsMayChangeBelowTheValues();
    void searchFindsLabelNameAndHelp();
    void settingsComeSectionBySectionOrAtOnceWhenAskedFor();
    void hostileTextIsShownAsItIs();
    void tabGoesThroughTheFieldsInTheirOrder();
};

void TestFieldForm::everyFieldHasAWorkingEditor_data()
{
    QTest::addColumn<int>("index");
    const std::vector<FormField> fields = allFields();
    QVERIFY(fields.size() > 40);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        QTest::newRow(qPrintable(fields[i].path)) << int(i);
    }
}

void TestFieldForm::everyFieldHasAWorkingEditor()
{
    QFETCH(int, index);
    FormField form = allFields()[std::size_t(index)];
    form.field.shownIf = {};
    FieldForm widget;
    widget.setFields({form});
    FieldEditor* editor = widget.editor(form.path);
    QVERIFY(editor->widget() != nullptr);
    QVERIFY(!widget.frame(form.path)->label().isEmpty());
    QCOMPARE(editor->problem(), QString());
    QVERIFY2(isSameValue(editor->value(), form.field.defaultValue),
             toJson(editor->value()).c_str());
    const Value value = another(form.field);
    widget.setValues(Value::object({{form.path.toStdString(), value}}));
    QVERIFY2(isSameValue(editor->value(), value), toJson(editor->value()).c_str());
    const bool hasOther = !isSameValue(value, form.field.defaultValue);
    QCOMPARE(widget.frame(form.path)->isChanged(), hasOther);
    QSignalSpy edited(&widget, &FieldForm::edited);
    Q_EMIT widget.frame(form.path)->resetRequested();
    QCOMPARE(edited.count(), 1);
    QVERIFY(widget.values().toObject().empty());
    QVERIFY(isSameValue(editor->value(), form.field.defaultValue));
}

void TestFieldForm::onlyChangedValuesAreKept()
{
    FieldForm form;
    form.setFields(allFields());
    form.setValues(Value::object({{"training.batch_size", 8}, {"training.epochs", 2}}));
    QCOMPARE(toJson(form.values()), std::string(R"({"training.epochs":2})"));
    QVERIFY(form.frame(QStringLiteral("training.epochs"))->isChanged());
    QVERIFY(!form.frame(QStringLiteral("training.batch_size"))->isChanged());
}

void TestFieldForm::numbersAreReadAsPeopleWriteThem_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("value");
    QTest::newRow("exponent") << QStringLiteral("3e-4") << 3e-4;
    QTest::newRow("decimal") << QStringLiteral("0.0005") << 5e-4;
    QTest::newRow("capital exponent") << QStringLiteral("1E-3") << 1e-3;
}

void TestFieldForm::numbersAreReadAsPeopleWriteThem()
{
    QFETCH(QString, text);
    QFETCH(double, value);
    FieldForm form;
    form.setFields(allFields());
    const QString path = QStringLiteral("training.learning_rate");
    auto* edit = qobject_cast<QLineEdit*>(form.editor(path)->widget());
    QSignalSpy edited(&form, &FieldForm::edited);
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QVERIFY(edited.count() > 0);
    QCOMPARE(form.value(path).toDouble(), value);
    QCOMPARE(edit->text(), text);
}

void TestFieldForm::refusedTextChangesNothing()
{
    FieldForm form;
    form.setFields(allFields());
    const QString path = QStringLiteral("training.batch_size");
    auto* edit = qobject_cast<QLineEdit*>(form.editor(path)->widget());
    edit->selectAll();
    QSignalSpy edited(&form, &FieldForm::edited);
    QTest::keyClicks(edit, QStringLiteral("0"));
    QCOMPARE(edited.count(), 0);
    QVERIFY(form.hasProblem());
    QCOMPARE(form.frame(path)->state(), FieldFrame::State::Refused);
    QCOMPARE(form.value(path).toInteger(), 8);
}

void TestFieldForm::refusalStandsBesideTheFieldItNames_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("path");
    const auto row = [](const char* where, const char* path) {
        QTest::newRow(where) << QString::fromLatin1(where) << QString::fromLatin1(path);
    };
    row("method.rank", "method.rank");
    row("method.rank_pattern.q", "method.rank_pattern");
    row("training.sample_prompts[2]", "training.sample_prompts");
    row("nowhere.at_all", "");
}

void TestFieldForm::refusalStandsBesideTheFieldItNames()
{
    QFETCH(QString, where);
    QFETCH(QString, path);
    FieldForm form;
    form.setFields(allFields());
    const engine::contract::Error error{
        "bad_field", where.toStdString() + ": expected 1", "", where.toStdString()};
    QCOMPARE(form.setError(where, error), !path.isEmpty());
    QCOMPARE(form.hasProblem(), !path.isEmpty());
    if (!path.isEmpty()) {
        QCOMPARE(form.frame(path)->state(), FieldFrame::State::Refused);
    }
    form.clearErrors();
    QVERIFY(!form.hasProblem());
}

void TestFieldForm::refusalGoesWhenTheFieldIsEdited()
{
    FieldForm form;
    form.setFields(allFields());
    const QString path = QStringLiteral("method.rank");
    form.setError(path, {"bad_field", "method.rank: no", "", "method.rank"});
    auto* edit = qobject_cast<QLineEdit*>(form.editor(path)->widget());
    edit->selectAll();
    QTest::keyClicks(edit, QStringLiteral("8"));
    QCOMPARE(form.frame(path)->state(), FieldFrame::State::Normal);
}

void TestFieldForm::conditionsShowAndHideFields()
{
    FieldForm form;
    form.setFields(allFields());
    const auto shown = [&form](const char* path) {
        return !form.frame(QString::fromLatin1(path))->isHidden();
    };
    QVERIFY(!shown("data.group_by_length"));
    form.setValues(Value::object({{"data.packing", false}}));
    QVERIFY(shown("data.group_by_length"));
}

void TestFieldForm::defaultsMayChangeBelowTheValues()
{
    FieldForm form;
    form.setFields(allFields());
    const QString path = QStringLiteral("training.epochs");
    form.setDefault(path, 5);
    QCOMPARE(form.value(path).toDouble(), 5.0);
    QVERIFY(!form.frame(path)->isChanged());
    form.setValues(Value::object({{"training.epochs", 3}}));
    QVERIFY(form.frame(path)->isChanged());
    form.setDefault(path, 3);
    QVERIFY(!form.frame(path)->isChanged());
}

void TestFieldForm::searchFindsLabelNameAndHelp()
{
    SettingsPanel panel;
    panel.form()->setSections({{QStringLiteral("All"), allFields()}});
    FieldForm* form = panel.form();
    QVERIFY(form->setFilter(QStringLiteral("warmup_ratio")) == 1);
    QVERIFY(form->setFilter(QStringLiteral("rslora")) >= 1);
    QCOMPARE(form->setFilter(QStringLiteral("xyzzy")), 0);
    panel.reveal(QStringLiteral("training.seed"));
    QVERIFY(!form->frame(QStringLiteral("training.seed"))->isHidden());
}

void TestFieldForm::settingsComeSectionBySectionOrAtOnceWhenAskedFor()
{
    SettingsPanel panel;
    int filled = 0;
    const auto count = [&filled] { ++filled; };
    const std::vector<FormField> fields = allFields();
    const std::vector<FormSection> sections = {{QStringLiteral("One"), {fields[0]}},
                                               {QStringLiteral("Two"), {fields[1]}}};
    panel.setSections(sections, count);
    QVERIFY(!panel.isFilled());
    QTRY_VERIFY(panel.isFilled());
    QCOMPARE(filled, 1);
    QCOMPARE(panel.form()->paths().size(), 2);

    panel.setSections(sections, count);
    QVERIFY(panel.form()->hasField(fields[1].path));
    QCOMPARE(filled, 2);
    QTest::qWait(10);
    QCOMPARE(filled, 2);
}

void TestFieldForm::hostileTextIsShownAsItIs()
{
    Field field;
    field.key = "x";
    field.type = field_type::kString;
    field.defaultValue = "";
    field.label = "<img src=x>";
    FieldForm form;
    form.setFields({{QStringLiteral("x"), field}});
    form.setError(QStringLiteral("x"), {"bad_field", "x: <b>no</b>", "", "x"});
    QCOMPARE(form.frame(QStringLiteral("x"))->label(), QStringLiteral("<img src=x>"));
    for (const QLabel* label : form.findChildren<QLabel*>()) {
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
    }
}

void TestFieldForm::tabGoesThroughTheFieldsInTheirOrder()
{
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    auto* before = new QLineEdit;
    auto* form = new FieldForm;
    auto* after = new QLineEdit;
    for (QWidget* widget : std::initializer_list<QWidget*>{before, form, after}) {
        column->addWidget(widget);
    }
    form->setFields(allFields());
    form->setFields(allFields()); // as with another method
    QWidgetList wanted;
    for (const QString& path : form->paths()) {
        wanted += form->frame(path)->tabStops();
    }
    QWidgetList found;
    QWidget* widget = before->nextInFocusChain();
    bool isAfterReached = false;
    while (widget != before && found.size() <= wanted.size()) {
        if (wanted.contains(widget)) {
            found.append(widget);
        }
        isAfterReached = isAfterReached || widget == after;
        widget = widget->nextInFocusChain();
    }
    QCOMPARE(found, wanted);
    QVERIFY(isAfterReached);
}

STUDIO_TEST_MAIN(TestFieldForm)
#include "tst_field_form.moc"
