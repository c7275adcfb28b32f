// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"
#include "ui/dialogs/question_dialog.h"
#include "ui/dialogs/text_dialog.h"
#include "ui/dialogs/window_dialogs.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using ui::Question;
using ui::QuestionDialog;

namespace {

Question closing()
{
    Question question;
    question.title = QStringLiteral("<b>kestrel</b> is running");
    question.text = QStringLiteral("It can go on.");
    question.answers = {
        {QStringLiteral("cancel"), QStringLiteral("Cancel"), Question::Kind::Cancel},
        {QStringLiteral("stop"), QStringLiteral("Stop"), Question::Kind::Danger},
        {QStringLiteral("go"), QStringLiteral("Go on"), Question::Kind::Primary}};
    question.remember = QStringLiteral("Do not ask again");
    return question;
}

} // namespace

class TestQuestionDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theAnswerIsThatOfTheButton_data();
    void theAnswerIsThatOfTheButton();
    void escapeCancelsAndRemembersNothing();
    void enterTakesThePrimaryAnswer();
    void enterWithoutAPrimaryAnswerCancels();
    void hostileTextIsShownAsItIs();
    void askDoesNotWait();
    void aRefusedTextSaysWhyAndCannotBeAccepted();
    void pickersStartWhereTheLastChoiceWas();
};

void TestQuestionDialog::theAnswerIsThatOfTheButton_data()
{
    QTest::addColumn<QString>("id");
    for (const char* id : {"cancel", "stop", "go"}) {
        QTest::newRow(id) << QString::fromLatin1(id);
    }
}

void TestQuestionDialog::theAnswerIsThatOfTheButton()
{
    QFETCH(QString, id);
    QuestionDialog dialog(closing());
    dialog.open();
    dialog.findChild<QCheckBox*>()->setChecked(true);
    auto* button = dialog.findChild<QPushButton*>(id);
    QVERIFY(button != nullptr);
    button->click();
    QVERIFY(!dialog.isVisible());
    QCOMPARE(dialog.answer().id, id);
    QVERIFY(dialog.answer().remember);
}

void TestQuestionDialog::escapeCancelsAndRemembersNothing()
{
    QuestionDialog dialog(closing());
    dialog.open();
    dialog.findChild<QCheckBox*>()->setChecked(true);
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QCOMPARE(dialog.answer().id, QStringLiteral("cancel"));
    QVERIFY(!dialog.answer().remember);
}

void TestQuestionDialog::enterTakesThePrimaryAnswer()
{
    QuestionDialog dialog(closing());
    dialog.open();
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(dialog.answer().id, QStringLiteral("go"));
}

void TestQuestionDialog::enterWithoutAPrimaryAnswerCancels()
{
    Question question = closing();
    question.answers.removeLast();
    QuestionDialog dialog(question);
    dialog.open();
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(dialog.answer().id, QStringLiteral("cancel"));
}

void TestQuestionDialog::hostileTextIsShownAsItIs()
{
    const QuestionDialog dialog(closing());
    const auto labels = dialog.findChildren<QLabel*>();
    QVERIFY(!labels.isEmpty());
    for (const QLabel* label : labels) {
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
}

void TestQuestionDialog::askDoesNotWait()
{
    QWidget window;
    window.show();
    ui::WindowDialogs dialogs;
    QString answered;
    dialogs.ask(&window, closing(), [&](const ui::Answered& answer) { answered = answer.id; });
    QVERIFY(answered.isEmpty());
    auto* dialog = window.findChild<QuestionDialog*>();
    QVERIFY(dialog != nullptr);
    dialog->findChild<QPushButton*>(QStringLiteral("stop"))->click();
    QCOMPARE(answered, QStringLiteral("stop"));
    QTRY_VERIFY(window.findChild<QuestionDialog*>() == nullptr);
}

void TestQuestionDialog::aRefusedTextSaysWhyAndCannotBeAccepted()
{
    ui::TextQuestion question;
    question.title = QStringLiteral("Rename");
    question.label = QStringLiteral("Name");
    question.value = QStringLiteral("old");
    question.accept = QStringLiteral("Rename");
    question.refuse = [](const QString& text) {
        return text.contains(QLatin1Char('/')) ? QStringLiteral("No slashes") : QString();
    };
    ui::TextDialog dialog(question);
    dialog.open();
    auto* field = dialog.findChild<QLineEdit*>();
    QTest::keyClicks(field, QStringLiteral("a/b"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(dialog.isVisible());
    QTest::keyClick(field, Qt::Key_Backspace);
    QTest::keyClick(field, Qt::Key_Backspace);
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
    QCOMPARE(dialog.text(), QStringLiteral("a"));
}

void TestQuestionDialog::pickersStartWhereTheLastChoiceWas()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("inner")));
    const QString inner = folder.filePath(QStringLiteral("inner"));
    QWidget window;
    window.show();
    QString remembered;
    ui::WindowDialogs dialogs(folder.path(), [&](const QString& path) { remembered = path; });
    QString chosen;
    const auto ask = [&] {
        dialogs.openFolder(
            &window, QStringLiteral("Add"), [&](const QString& path) { chosen = path; });
    };
    ask();
    auto* first = window.findChild<QFileDialog*>();
    QCOMPARE(first->directory().absolutePath(), folder.path());
    Q_EMIT first->filesSelected({inner});
    QCOMPARE(chosen, inner);
    QCOMPARE(remembered, inner);
    delete first;
    ask();
    QCOMPARE(window.findChild<QFileDialog*>()->directory().absolutePath(), inner);
}

STUDIO_TEST_MAIN(TestQuestionDialog)
#include "tst_question_dialog.moc"
