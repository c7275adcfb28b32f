// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/playground/playground_page.h"

#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/playground/composer.h"
#include "ui/pages/playground/difference_bar.h"
#include "ui/pages/playground/pane.h"
#include "ui/pages/playground/token_tip.h"
#include "ui/pages/playground/transcript_view.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/segmented_control.h"

#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>

using namespace ui::pages::playground;
using ui::widgets::MessageBar;

class PlaygroundPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_fixture =
            std::make_unique<test_support::StudioFixture>(QStringLiteral(LORA_FAKE_CHAT_ENGINE));
    }
    void cleanup()
    {
        qDeleteAll(std::exchange(m_topBar, {}));
        m_page.reset();
        m_fixture.reset();
    }

    void saysWhatBelongsHereWithoutAModel()
    {
        makePage();
        auto* const empty = m_page->findChild<ui::widgets::EmptyState*>();
        QVERIFY(empty->isVisible());
        empty->findChild<ui::widgets::Button*>()->click();
        QCOMPARE(m_fixture->visited.last().page, QStringLiteral("models"));
        QVERIFY(m_page->fact().isEmpty());
    }

    void saysThatTheModelIsGone()
    {
        addModel(QStringLiteral("any"));
        QVERIFY(QDir(modelPath(QStringLiteral("any"))).removeRecursively());
        makePage();
        type(QStringLiteral("hi"));
        QVERIFY(!send()->isEnabled());
        QVERIFY(saysSomewhere(QStringLiteral("not where it was")));
    }

    void enterSendsToAllPanes()
    {
        makeReadyPage(3);
        type(QStringLiteral("The gears skip.\nWhy?"));
        QTest::keyClick(question(), Qt::Key_Return);
        QVERIFY(question()->toPlainText().isEmpty());
        QTRY_VERIFY(!talk().isRunning());
        QCOMPARE(m_page->panes().size(), std::size_t(3));
        QCOMPARE(m_page->panes()[0]->transcript().copyText(),
                 QStringLiteral("The quick brown fox"));
        QCOMPARE(m_page->panes()[2]->transcript().copyText(), QStringLiteral("The quick red fox"));
    }

    void shiftEnterBeginsALine()
    {
        makeReadyPage(1);
        type(QStringLiteral("one"));
        QTest::keyClick(question(), Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(!talk().isRunning());
        QVERIFY(question()->toPlainText().startsWith(QStringLiteral("one\n")));
        QTest::keyClick(question(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(talk().isRunning());
    }

    void saysWhereTheAnswersPart()
    {
        makeReadyPage(2);
        ask(QStringLiteral("hi"));
        QVERIFY(m_page->differenceBar().isVisible());
        QVERIFY2(m_page->differenceBar().sentence().startsWith(
                     QStringLiteral("Base and A differ from token 3: “brown” 78")),
                 qPrintable(m_page->differenceBar().sentence()));
        // The mark is on the last word but one: its colour is in the picture.
        const QColor mark = ui::theme().color(ui::Color::RankHigher);
        QVERIFY(hasColour(m_page->panes()[0]->transcript(), mark));
        QVERIFY(hasColour(m_page->panes()[1]->transcript(), mark));
        setSwitch(QStringLiteral("Mark first difference"), false);
        QVERIFY(!hasColour(m_page->panes()[0]->transcript(), mark));
        QVERIFY(!m_page->differenceBar().isVisible());
    }

    void tellsATokensRivals()
    {
        makeReadyPage(1);
        ask(QStringLiteral("hi"));
        TranscriptView& view = m_page->panes()[0]->transcript();
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.pointedToken(), 0);
        QVERIFY(view.tip().isVisible());
        QVERIFY2(view.tip().words().startsWith(QStringLiteral("The 77.9")),
                 qPrintable(view.tip().words()));
        QVERIFY(view.tip().words().contains(QStringLiteral("other 8.2")));
        QTest::keyClick(&view, Qt::Key_Left);
        QTest::keyClick(&view, Qt::Key_Escape);
        QVERIFY(!view.tip().isVisible());
    }

    void stopEndsTheWriting()
    {
        makeReadyPage(1, QStringLiteral("endless"));
        type(QStringLiteral("hi"));
        QTest::keyClick(question(), Qt::Key_Return);
        QTRY_VERIFY(saysSomewhere(QStringLiteral("is still writing")));
        QVERIFY(!send()->isEnabled());
        button(QStringLiteral("Stop"))->click();
        QTRY_VERIFY(!talk().isRunning());
        QVERIFY(!button(QStringLiteral("Stop"))->isVisible());
    }

    void showsWhyAnAnswerFailedAndStartsAgain()
    {
        makeReadyPage(1, QStringLiteral("crash"));
        ask(QStringLiteral("hi"));
        auto* const bar = m_page->panes()[0]->findChild<MessageBar*>();
        QVERIFY(bar->isVisible());
        QVERIFY2(bar->text().contains(QStringLiteral("bad things happened")),
                 qPrintable(bar->text()));
        QVERIFY2(bar->text().contains(QStringLiteral("SIGKILL")), qPrintable(bar->text()));
        button(QStringLiteral("Start again"))->click();
        QVERIFY(talk().isRunning());
        QVERIFY(!bar->isVisible());
        QTRY_VERIFY(!talk().isRunning());
    }

    void showsHostileTextAsItIs()
    {
        makeReadyPage(1, QStringLiteral("refuse"));
        ask(QStringLiteral("<h1>hi</h1>"));
        const auto* const bar = m_page->panes()[0]->findChild<MessageBar*>();
        QVERIFY2(bar->text().contains(QStringLiteral("<b>this</b>")), qPrintable(bar->text()));
    }

    void keepsPromptsAndGivesThemBack()
    {
        makeReadyPage(1);
        button(QStringLiteral("System prompt"))->click();
        systemField()->setPlainText(QStringLiteral("Be brief."));
        type(QStringLiteral("Gears skip, new chain\nIt happens under load."));
        button(QStringLiteral("Keep as evaluation prompt"))->click();
        const auto prompts = m_fixture->studio->library().prompts().list();
        QCOMPARE(prompts.value().size(), std::size_t(1));
        QCOMPARE(prompts.value()[0].title, QStringLiteral("Gears skip, new chain"));
        question()->clear();
        button(QStringLiteral("System prompt"))->click();
        auto* const list = listNamed(QStringLiteral("Evaluation prompts"));
        QCOMPARE(list->model()->rowCount(), 1);
        Q_EMIT list->activated(list->model()->index(0, 0));
        QVERIFY(question()->toPlainText().startsWith(QStringLiteral("Gears skip")));
        QCOMPARE(talk().conversation().system, QStringLiteral("Be brief."));
    }

    void removedPromptsComeBackByUndo()
    {
        makeReadyPage(1);
        type(QStringLiteral("one"));
        button(QStringLiteral("Keep as evaluation prompt"))->click();
        auto* const list = listNamed(QStringLiteral("Evaluation prompts"));
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(list->model()->rowCount(), 0);
        button(QStringLiteral("Undo"))->click();
        QCOMPARE(list->model()->rowCount(), 1);
    }

    void earlierConversationsAreOpenedAgain()
    {
        makeReadyPage(1);
        ask(QStringLiteral("first question"));
        button(QStringLiteral("New conversation"))->click();
        QVERIFY(!talk().current());
        auto* const list = listNamed(QStringLiteral("Conversations"));
        QCOMPARE(list->model()->rowCount(), 1);
        Q_EMIT list->activated(list->model()->index(0, 0));
        QCOMPARE(talk().current()->question, QStringLiteral("first question"));
        QCOMPARE(m_page->panes()[0]->transcript().copyText(),
                 QStringLiteral("The quick brown fox"));
    }

    void copiesTheConversation()
    {
        makeReadyPage(2);
        ask(QStringLiteral("hi"));
        button(QStringLiteral("Copy conversation"))->click();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY(text.contains(QStringLiteral("You: hi")));
        QVERIFY(text.contains(QStringLiteral("[9f3c41d7 × 1.00] The quick red fox")));
    }

    void opensWithAnAdapter()
    {
        addModel(QStringLiteral("any"));
        makePage();
        m_page->open({QStringLiteral("playground"),
                      {},
                      {},
                      {{QStringLiteral("adapter"), QStringLiteral("/adapters/kestrel")}}});
        QCOMPARE(talk().panes().size(), std::size_t(2));
        QVERIFY(!talk().panes()[0].adapter);
        QCOMPARE(talk().panes()[1].adapter->name, QStringLiteral("kestrel"));
    }

    void opensWithTwoAdapters()
    {
        addModel(QStringLiteral("any"));
        makePage();
        const QStringList both = {QStringLiteral("/adapters/one"), QStringLiteral("/adapters/two")};
        m_page->open({QStringLiteral("playground"), {}, {}, {{QStringLiteral("adapters"), both}}});
        QCOMPARE(talk().panes().size(), std::size_t(3));
        QCOMPARE(talk().panes()[2].adapter->path, both[1]);
        QCOMPARE(m_page->panes().size(), std::size_t(3));
    }

    // In every pane, so that their transcripts begin together.
    void saysThatAnAdapterWasTrainedOnAnotherForm()
    {
        makeReadyPage(3);
        const auto lines = [&] {
            QStringList all;
            for (Pane* const pane : m_page->panes()) {
                const auto labels = pane->findChildren<ui::widgets::ElidedLabel*>();
                all << (labels.at(1)->isVisible() ? labels.at(1)->text() : QStringLiteral("-"));
            }
            return all;
        };
        const QStringList none = {QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("-")};
        ask(QStringLiteral("hi"));
        QCOMPARE(lines(), none);
        talk().setAdapter(
            2,
            AdapterChoice{
                QStringLiteral("/adapters/qlora"), {}, QStringLiteral("kestrel"), {}, 0, 0});
        ask(QStringLiteral("hi"));
        const QStringList said = {
            QString(),
            QString(),
            QStringLiteral("Trained on the base in NF4, which is in full precision here.")};
        QCOMPARE(lines(), said);
        const int top = m_page->panes()[0]->transcript().y();
        QCOMPARE(m_page->panes()[2]->transcript().y(), top);
        talk().load(conversationOf(toValue(talk().conversation())));
        QCOMPARE(lines(), said);
        talk().setAdapter(2, std::nullopt);
        QCOMPARE(lines(), none);
    }

    void choosesAnAdapterFromAFolder()
    {
        makeReadyPage(1);
        m_fixture->dialogs.paths = {QStringLiteral("/elsewhere/mine")};
        m_page->panes()[0]->pick();
        auto* const popup = QApplication::activePopupWidget();
        QVERIFY(popup);
        auto* const list = popup->findChild<QListView*>();
        const QModelIndex last = list->model()->index(list->model()->rowCount() - 1, 0);
        Q_EMIT list->clicked(last);
        QCOMPARE(talk().panes()[0].adapter->path, QStringLiteral("/elsewhere/mine"));
    }

    void aDraftSurvivesThePage()
    {
        makeReadyPage(2);
        ask(QStringLiteral("kept"));
        type(QStringLiteral("half a quest"));
        qDeleteAll(std::exchange(m_topBar, {}));
        m_page.reset();
        makePage();
        QCOMPARE(question()->toPlainText(), QStringLiteral("half a quest"));
        QCOMPARE(talk().current()->question, QStringLiteral("kept"));
        QCOMPARE(m_page->panes().size(), std::size_t(2));
    }

    void greedyIsOneClick()
    {
        makeReadyPage(1);
        button(QStringLiteral("Greedy"))->click();
        QCOMPARE(talk().conversation().sampling.temperature, 0.0);
    }

    void fitsASmallWindow()
    {
        makeReadyPage(3);
        m_page->resize(1024 - 56, 700 - 56 - 48);
        QApplication::processEvents();
        QVERIFY(m_page->minimumSizeHint().width() <= 1024 - 56);
        QVERIFY(m_page->minimumSizeHint().height() <= 700 - 56 - 48);
    }

private:
    QString modelPath(const QString& name) const { return m_fixture->file(name); }
    void addModel(const QString& name)
    {
        QDir().mkpath(modelPath(name));
        app::library::BaseModel model;
        model.name = name;
        model.path = modelPath(name);
        model.dtype = QStringLiteral("bfloat16");
        QVERIFY(m_fixture->studio->library().baseModels().save(model).ok());
    }
    void makePage()
    {
        m_page = std::make_unique<PlaygroundPage>(*m_fixture->context);
        m_topBar = m_page->topBarWidgets();
        m_page->resize(1232, 796);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }
    // A model, and adapters in all panes but the first.
    void makeReadyPage(int panes, const QString& model = QStringLiteral("any"))
    {
        addModel(model);
        makePage();
        talk().setPaneCount(panes);
        for (int i = 1; i < panes; ++i) {
            talk().setAdapter(i,
                              AdapterChoice{QStringLiteral("/adapters/a"),
                                            {},
                                            QStringLiteral("kestrel-r16"),
                                            QStringLiteral("9f3c41d7aabb"),
                                            8798208,
                                            35200000});
        }
    }
    Talk& talk() { return m_page->talk(); }
    QPlainTextEdit* question() { return fieldNamed(QStringLiteral("Question")); }
    QPlainTextEdit* systemField() { return fieldNamed(QStringLiteral("System prompt")); }
    QPlainTextEdit* fieldNamed(const QString& name)
    {
        for (auto* const field : m_page->findChildren<QPlainTextEdit*>()) {
            if (field->accessibleName() == name) {
                return field;
            }
        }
        return nullptr;
    }
    void type(const QString& text)
    {
        question()->setPlainText(text);
        question()->moveCursor(QTextCursor::End);
    }
    void ask(const QString& text)
    {
        type(text);
        QTest::keyClick(question(), Qt::Key_Return);
        QVERIFY(talk().isRunning());
        QTRY_VERIFY(!talk().isRunning());
    }
    QAbstractButton* send() { return button(QStringLiteral("Send")); }
    QAbstractButton* button(const QString& text)
    {
        QList<QAbstractButton*> buttons = m_page->findChildren<QAbstractButton*>();
        for (QWidget* const widget : m_topBar) {
            if (auto* const own = qobject_cast<QAbstractButton*>(widget)) {
                buttons.append(own);
            }
        }
        for (QAbstractButton* const found : buttons) {
            if (found->text() == text) {
                return found;
            }
        }
        return nullptr;
    }
    QListView* listNamed(const QString& name)
    {
        for (auto* const list : m_page->findChildren<QListView*>()) {
            if (list->accessibleName() == name) {
                return list;
            }
        }
        return nullptr;
    }
    void setSwitch(const QString& text, bool on)
    {
        static_cast<QAbstractButton*>(button(text))->setChecked(on);
    }
    bool saysSomewhere(const QString& words)
    {
        const auto labels = m_page->findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->isVisible() && label->text().contains(words);
        });
    }
    static bool hasColour(QWidget& widget, const QColor& colour)
    {
        const QImage image = widget.grab().toImage();
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (image.pixelColor(x, y) == colour) {
                    return true;
                }
            }
        }
        return false;
    }

    std::unique_ptr<test_support::StudioFixture> m_fixture;
    std::unique_ptr<PlaygroundPage> m_page;
    QList<QWidget*> m_topBar;
};

STUDIO_TEST_MAIN(PlaygroundPageTest)
#include "tst_playground_page.moc"
