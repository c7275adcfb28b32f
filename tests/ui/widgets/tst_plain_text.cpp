// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Text from files, models and errors is hostile: it stays plain, on its line and within its size.
#include "tests/support/studio_test.h"

#include "ui/widgets/elided_label.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/table_view.h"

#include <QStandardItemModel>
#include <QTextDocument>

using namespace ui::widgets;
using namespace Qt::StringLiterals;

class TestPlainText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hostileTextStaysPlain_data();
    void hostileTextStaysPlain();
    void directionMarksDoNotReachTheLine();
    void toolTipIsTheTextItself();
    void hangulBreaksAtSpacesOnly();
    void shortTextIsNotElided();
};

void TestPlainText::hostileTextStaysPlain_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("markup") << u"<img src='file:///etc/passwd'><b>bold</b>"_s;
    QTest::newRow("long line") << QString(1'000'000, u'w');
    QTest::newRow("many lines") << u"line\n"_s.repeated(100'000);
    QTest::newRow("direction") << u"name\u202Egpj.exe"_s;
    QTest::newRow("control") << u"a\u0000b\u0007c\u001B[31m"_s;
    QTest::newRow("combining") << u"a"_s + QString(5000, QChar(0x0301));
}

void TestPlainText::hostileTextStaysPlain()
{
    QFETCH(QString, text);
    PlainLabel label(text);
    QCOMPARE(label.textFormat(), Qt::PlainText);
    QVERIFY(label.text().size() <= 4001);

    ElidedLabel elided(text);
    elided.resize(120, elided.sizeHint().height());
    QVERIFY(elided.shownText().size() <= 1025);
    QVERIFY(!elided.shownText().contains(u'\n'));
    QVERIFY(elided.minimumSizeHint().width() <= 120);
    QVERIFY(!elided.grab().isNull());

    MessageBar bar(MessageBar::Severity::Error, u"Failed."_s, text);
    bar.resize(300, 100);
    QVERIFY(!bar.grab().isNull());

    QStandardItemModel model(1, 1);
    model.setData(model.index(0, 0), text);
    TableView table;
    table.setModel(&model);
    table.resize(300, 120);
    QVERIFY(!table.grab().isNull());
}

void TestPlainText::directionMarksDoNotReachTheLine()
{
    QVERIFY(!firstLine(u"name\u202Egpj.exe"_s).contains(QChar(0x202E)));
    QVERIFY(!firstLine(u"a\u2067b"_s).contains(QChar(0x2067)));
    // Families of emoji are one picture by joiners.
    QVERIFY(firstLine(u"a\u200Db"_s).contains(QChar(0x200D)));
}

void TestPlainText::toolTipIsTheTextItself()
{
    const QString hostile = u"<img src='x'> & <b>no</b>"_s;
    QTextDocument document;
    document.setHtml(plainToolTip(hostile));
    QCOMPARE(document.toPlainText(), hostile);
    QVERIFY(plainToolTip({}).isEmpty());
    QVERIFY(plainToolTip(QString(1'000'000, u'w')).size() < 3000);
}

void TestPlainText::hangulBreaksAtSpacesOnly()
{
    const QString joined = joinHangul(u"모델을 학습"_s);
    QCOMPARE(QString(joined).remove(QChar(0x2060)), u"모델을 학습"_s);
    QCOMPARE(joined.count(QChar(0x2060)), 3);
    QCOMPARE(joinHangul(u"plain words"_s), u"plain words"_s);
    QCOMPARE(joinHangul(u"LoRA를"_s).count(QChar(0x2060)), 1);
}

void TestPlainText::shortTextIsNotElided()
{
    ElidedLabel label(u"kestrel-r16"_s);
    label.resize(label.sizeHint());
    QVERIFY(!label.isElided());
    label.resize(30, 20);
    QVERIFY(label.isElided());
    QVERIFY(label.shownText().contains(QChar(0x2026)));
}

STUDIO_TEST_MAIN(TestPlainText)
#include "tst_plain_text.moc"
