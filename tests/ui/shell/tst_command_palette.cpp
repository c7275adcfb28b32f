// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/palette_model.h"

#include <QLabel>
#include <QLineEdit>
#include <QTest>

using namespace ui::shell;

class TestCommandPalette : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void opensWithEverythingAndTheFirstSelected();
    void lettersNarrowAndEnterRuns();
    void koreanIsFoundByItsConsonants();
    void arrowsWalkAndStayInside();
    void sourcesAddWhatTheyFind();
    void escapeGivesTheFocusBack();
    void aClickElsewhereClosesIt();
    void nothingFoundIsSaid();

private:
    QLineEdit* field() const { return m_palette->findChild<QLineEdit*>(); }
    PaletteEntry entry(const char* text);
    QStringList rows() const;

    std::unique_ptr<QWidget> m_window;
    QLineEdit* m_other = nullptr;
    CommandPalette* m_palette = nullptr;
    QStringList m_ran;
};

void TestCommandPalette::init()
{
    m_ran.clear();
    m_window = std::make_unique<QWidget>();
    m_window->resize(1024, 700);
    m_other = new QLineEdit(m_window.get());
    m_palette = new CommandPalette(m_window.get());
    m_window->show();
    m_window->activateWindow();
    m_other->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_palette->popUp({entry("Home"), entry("New run"), entry("Settings"), entry("설정")});
}

void TestCommandPalette::cleanup()
{
    m_window.reset();
}

PaletteEntry TestCommandPalette::entry(const char* text)
{
    const QString words = QString::fromUtf8(text);
    return {words, "Page", {}, {}, "home", [this, words] { m_ran.append(words); }};
}

QStringList TestCommandPalette::rows() const
{
    QStringList texts;
    for (int row = 0; row < m_palette->model().rowCount(); ++row) {
        texts.append(m_palette->model().index(row).data().toString());
    }
    return texts;
}

void TestCommandPalette::opensWithEverythingAndTheFirstSelected()
{
    QVERIFY(m_palette->isVisible());
    QVERIFY(field()->hasFocus());
    QCOMPARE(rows().size(), 4);
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(m_ran, QStringList{"Home"});
    QVERIFY(!m_palette->isVisible());
}

void TestCommandPalette::lettersNarrowAndEnterRuns()
{
    QTest::keyClicks(field(), "nr");
    QCOMPARE(rows(), QStringList{"New run"});
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(m_ran, QStringList{"New run"});
}

void TestCommandPalette::koreanIsFoundByItsConsonants()
{
    field()->setText(QStringLiteral("ㅅㅈ"));
    Q_EMIT field()->textEdited(field()->text());
    QCOMPARE(rows(), QStringList{QStringLiteral("설정")});
}

void TestCommandPalette::arrowsWalkAndStayInside()
{
    QTest::keyClick(field(), Qt::Key_Up);
    QTest::keyClick(field(), Qt::Key_Down);
    QTest::keyClick(field(), Qt::Key_Down);
    QTest::keyClick(field(), Qt::Key_PageDown);
    QTest::keyClick(field(), Qt::Key_Down);
    QTest::keyClick(field(), Qt::Key_Up);
    QTest::keyClick(field(), Qt::Key_Return);
    QCOMPARE(m_ran, QStringList{"Settings"});
}

void TestCommandPalette::sourcesAddWhatTheyFind()
{
    m_palette->addSource([this](const QString& typed) {
        return typed.isEmpty() ? PaletteEntries() : PaletteEntries{entry("kestrel-r16")};
    });
    QTest::keyClicks(field(), "kes");
    QCOMPARE(rows(), QStringList{"kestrel-r16"});
}

void TestCommandPalette::escapeGivesTheFocusBack()
{
    QTest::keyClick(field(), Qt::Key_Escape);
    QVERIFY(!m_palette->isVisible());
    QVERIFY(m_other->hasFocus());
    QVERIFY(m_ran.isEmpty());
}

void TestCommandPalette::aClickElsewhereClosesIt()
{
    QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, QPoint(4, 690));
    QVERIFY(!m_palette->isVisible());
}

void TestCommandPalette::nothingFoundIsSaid()
{
    QTest::keyClicks(field(), "zzzz");
    QCOMPARE(m_palette->model().rowCount(), 0);
    bool isSaid = false;
    for (const QLabel* label : m_palette->findChildren<QLabel*>()) {
        isSaid = isSaid || (label->isVisible() && !label->text().isEmpty());
    }
    QVERIFY(isSaid);
    QTest::keyClick(field(), Qt::Key_Return);
    QVERIFY(m_palette->isVisible());
}

STUDIO_TEST_MAIN(TestCommandPalette)
#include "tst_command_palette.moc"
