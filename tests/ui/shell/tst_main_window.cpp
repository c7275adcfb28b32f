// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_engine/fake_mode.h"
#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/shell/appearance.h"
#include "ui/shell/closing.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/drop_target.h"
#include "ui/shell/frame.h"
#include "ui/shell/main_window.h"
#include "ui/shell/notices.h"
#include "ui/shell/page_stack.h"
#include "ui/shell/window_memory.h"
#include "ui/widgets/drop_overlay.h"
#include "ui/widgets/message_bar.h"

#include "app/base/single_instance.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>

using namespace ui::shell;
using test_support::FakeMode;
using test_support::StudioFixture;

namespace {

int g_made = 0; // pages that were constructed

// A page that shows nothing but counts.
class BlankPage : public ui::Page
{
public:
    BlankPage(const QString& id, ui::PageContext& context) : Page(id, context) { ++g_made; }
    QString title() const override { return QStringLiteral("Title of ") + id(); }
    QList<QWidget*> topBarWidgets() override { return {new QPushButton(id())}; }
    void open(const ui::Destination& destination) override { opened = destination; }

    ui::Destination opened;
};

const std::vector<PageEntry>& blankPages()
{
    static const std::vector<PageEntry> kPages = {
        {"home",
         "Home",
         "home",
         0,
         [](ui::PageContext& context) -> std::unique_ptr<ui::Page> {
             return std::make_unique<BlankPage>("home", context);
         }},
        {"models",
         "Models",
         "model",
         1,
         [](ui::PageContext& context) -> std::unique_ptr<ui::Page> {
             return std::make_unique<BlankPage>("models", context);
         }},
        {"runs",
         "Runs",
         "runs",
         1,
         [](ui::PageContext& context) -> std::unique_ptr<ui::Page> {
             return std::make_unique<BlankPage>("runs", context);
         }},
    };
    return kPages;
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void showsBeforeTheEngineSaysHello();
    void makesAPageOnlyWhenItIsVisited();
    void keysGoToPages();
    void topBarShowsThePagesWidgets();
    void anotherLanguageMakesPagesAnewAndStays();
    void theLastPageIsShownAtTheNextStart();
    void whatWasImportedIsShown();
    void whatCannotBeAddedIsSaid();
    void severalThatCannotBeAddedAreAllSaid();
    void theDropOverlaySaysWhatWillHappen();
    void anEngineThatIsNotThereIsSaid();
    void aPlaceOffTheScreensIsNotTaken();
    void closingWithoutARunAsksNothing();
    void closingDuringARunAsksOnce();
    void aSecondStartHandsItsPathsOver();
};

void TestMainWindow::init()
{
    g_made = 0;
}

void TestMainWindow::showsBeforeTheEngineSaysHello()
{
    const FakeMode mode("slow");
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QVERIFY(fixture.studio->engine().catalog() == nullptr);
    window.navigator().go({"models"});
    QCOMPARE(window.frame().pages().currentPage()->id(), QString("models"));
    QTRY_VERIFY_WITH_TIMEOUT(fixture.studio->engine().catalog() != nullptr, 30000);
}

void TestMainWindow::makesAPageOnlyWhenItIsVisited()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    QCOMPARE(g_made, 1);
    window.navigator().go({"runs", "/runs/a", "log"});
    QCOMPARE(g_made, 2);
    auto* page = static_cast<BlankPage*>(window.frame().pages().currentPage());
    QCOMPARE(page->opened, (ui::Destination{"runs", "/runs/a", "log"}));
    window.navigator().go({"home"});
    window.navigator().go({"nowhere"});
    QCOMPARE(g_made, 2);
    QCOMPARE(window.frame().pages().currentPage()->id(), QString("home"));
}

void TestMainWindow::keysGoToPages()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(window.frame().pages().currentPage()->id(), QString("models"));
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    QCOMPARE(window.frame().pages().currentPage()->id(), QString("runs"));
    QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
    QVERIFY(window.frame().findChild<CommandPalette*>()->isVisible());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QTest::keyClick(&window, Qt::Key_F11);
    QVERIFY(window.windowState().testFlag(Qt::WindowFullScreen));
}

void TestMainWindow::topBarShowsThePagesWidgets()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    window.navigator().go({"runs"});
    QStringList shown;
    for (const QPushButton* button : window.findChildren<QPushButton*>()) {
        if (button->isVisible() && (button->text() == "runs" || button->text() == "home")) {
            shown.append(button->text());
        }
    }
    QCOMPARE(shown, QStringList{"runs"});
}

void TestMainWindow::anotherLanguageMakesPagesAnewAndStays()
{
    StudioFixture fixture(test_support::fakeEngine());
    Appearance appearance(fixture.studio->settings(), {}, "en");
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    window.navigator().go({"runs", "/runs/a"});
    g_made = 0;
    fixture.studio->settings().set(app::kLanguage, QString("ko"));
    QCOMPARE(appearance.language(), QString("ko"));
    QTRY_COMPARE(g_made, 1); // only the one that is seen
    QCOMPARE(static_cast<BlankPage*>(window.frame().pages().currentPage())->opened,
             (ui::Destination{"runs", "/runs/a"}));
    appearance.useLanguage("en");
    QTRY_COMPARE(g_made, 2);
}

void TestMainWindow::theLastPageIsShownAtTheNextStart()
{
    StudioFixture fixture(test_support::fakeEngine());
    {
        MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
        window.navigator().go({"models"});
    }
    const MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    QCOMPARE(window.frame().pages().currentPage()->id(), QString("models"));
}

void TestMainWindow::whatWasImportedIsShown()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    Q_EMIT fixture.studio->intake().opened(app::intake::Kind::Run, "/runs/b");
    QCOMPARE(window.frame().pages().current(), (ui::Destination{"runs", "/runs/b"}));
}

void TestMainWindow::whatCannotBeAddedIsSaid()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    auto* notices = window.findChild<Notices*>();
    QVERIFY(!notices->isVisible());
    fixture.dialogs.paths = {fixture.file("<b>nothing.xyz")};
    window.frame().commands().find("import_files")->trigger();
    QTRY_VERIFY(notices->isVisible());
    bool isNamed = false;
    for (const QLabel* label : notices->findChildren<QLabel*>()) {
        isNamed = isNamed || label->text().contains("<b>nothing.xyz");
        QVERIFY(label->textFormat() == Qt::PlainText || !label->text().contains('<'));
    }
    QVERIFY(isNamed);
    for (int more = 0; more < Notices::kMost + 2; ++more) {
        notices->show(QString::number(more), "It failed.", "Why. Do that.");
    }
    QTRY_COMPARE(notices->findChildren<QFrame*>(Qt::FindDirectChildrenOnly).size(), Notices::kMost);
}

void TestMainWindow::severalThatCannotBeAddedAreAllSaid()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    app::intake::Intake& intake = fixture.studio->intake();
    for (int number = 1; number <= 4; ++number) {
        Q_EMIT intake.failed(QStringLiteral("/d/%1.bin").arg(number), {"x", "why", "", ""});
    }
    const auto words = [&window] {
        QStringList all;
        for (const auto* bar :
             window.findChild<Notices*>()->findChildren<ui::widgets::MessageBar*>()) {
            all << (bar->isVisible() ? bar->text() : QString());
        }
        all.removeAll({});
        return all.join('|');
    };
    QCOMPARE(words(),
             QString("4 item(s) were not added. 1.bin: why\n2.bin: why\n3.bin: why\n4.bin: why"));
    for (const char* later : {"/d/5.bin", "/d/6.bin", "/d/6.bin"}) {
        Q_EMIT intake.failed(later, {"x", "why", "", ""});
    }
    QVERIFY(words().endsWith("4.bin: why\nand 2 more"));
    for (int number = 1; number <= 5; ++number) {
        Q_EMIT intake.added(app::intake::Kind::Data, QStringLiteral("/d/%1.bin").arg(number));
    }
    QCOMPARE(words(), QString("6.bin was not added. why."));
}

void TestMainWindow::theDropOverlaySaysWhatWillHappen()
{
    StudioFixture fixture(test_support::fakeEngine());
    QFile file(fixture.file("stories.jsonl"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"text\": \"a\"}\n");
    file.close();
    QWidget area;
    area.resize(800, 600);
    area.show();
    DropTarget target(&area);
    QSignalSpy dropped(&target, &DropTarget::dropped);
    auto* overlay = area.findChild<ui::widgets::DropOverlay*>();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file.fileName())});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&area, &enter);
    QVERIFY(enter.isAccepted());
    QVERIFY(overlay->isVisible());
    QCOMPARE(overlay->size(), area.size());
    QTRY_VERIFY2(overlay->accessibleName().contains(dropTitle(app::intake::Kind::Data)),
                 qPrintable(overlay->accessibleName()));
    QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&area, &drop);
    QVERIFY(!overlay->isVisible());
    QCOMPARE(dropped.takeFirst().at(0).toStringList(), QStringList{file.fileName()});
}

void TestMainWindow::anEngineThatIsNotThereIsSaid()
{
    StudioFixture fixture("/nowhere/lora-engine");
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    QTRY_VERIFY_WITH_TIMEOUT(window.findChild<Notices*>()->isVisible(), 30000);
}

void TestMainWindow::aPlaceOffTheScreensIsNotTaken()
{
    const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
    QVERIFY(isReachable(QRect(screen.topLeft(), QSize(400, 300))));
    QVERIFY(!isReachable(QRect(screen.bottomRight() + QPoint(500, 500), QSize(400, 300))));
    QVERIFY(!isReachable(QRect(screen.left() - 380, screen.top(), 400, 300)));

    StudioFixture fixture(test_support::fakeEngine());
    app::Settings& settings = fixture.studio->settings();
    QWidget window;
    window.setGeometry(screen.right() + 2000, screen.bottom() + 2000, 500, 400);
    rememberWindow(window, settings);
    restoreWindow(window, settings);
    QVERIFY(isReachable(window.geometry()));
    // As high as the screen, the title bar not counted: the lower edge stays in sight.
    window.setGeometry(screen);
    rememberWindow(window, settings);
    restoreWindow(window, settings);
    QVERIFY(window.geometry().bottom() <= screen.bottom());
    QVERIFY(window.geometry().top() > screen.top());
    settings.set(app::kWindowGeometry, QByteArray("nonsense"));
    restoreWindow(window, settings);
    QVERIFY(isReachable(window.geometry()));
}

void TestMainWindow::closingWithoutARunAsksNothing()
{
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    QVERIFY(window.close());
    QVERIFY(fixture.dialogs.questions.isEmpty());
    QVERIFY(!fixture.studio->settings().get(app::kWindowGeometry).isEmpty());
}

void TestMainWindow::closingDuringARunAsksOnce()
{
    const FakeMode mode("slow");
    StudioFixture fixture(test_support::fakeEngine());
    MainWindow window(*fixture.studio, fixture.dialogs, blankPages());
    window.show();
    QTRY_VERIFY_WITH_TIMEOUT(fixture.studio->engine().catalog() != nullptr, 30000);
    const auto started = fixture.studio->runs().start(fixture.studio->sample().job());
    QVERIFY2(started.ok(), started.ok() ? "" : started.error().message.c_str());
    QVERIFY(fixture.studio->runs().current() != nullptr);

    fixture.dialogs.answer = "cancel";
    QVERIFY(!window.close());
    QVERIFY(window.isVisible());
    QCOMPARE(fixture.dialogs.questions.size(), 1);
    const ui::Question& question = fixture.dialogs.questions.first();
    QCOMPARE(question.answers.size(), 3);
    QVERIFY(!question.remember.isEmpty());

    fixture.dialogs.answer = "continue";
    fixture.dialogs.remember = true;
    window.close();
    QTRY_VERIFY(!window.isVisible());
    QCOMPARE(fixture.studio->settings().get(app::kCloseAction), QString("continue"));

    window.show();
    window.close();
    QCOMPARE(fixture.dialogs.questions.size(), 2); // not asked again
}

void TestMainWindow::aSecondStartHandsItsPathsOver()
{
    QTemporaryDir folder;
    app::SingleInstance first(folder.path());
    QCOMPARE(first.start({}), app::SingleInstance::Role::First);
    QSignalSpy received(&first, &app::SingleInstance::pathsReceived);
    QProcess second;
    second.setProcessEnvironment([] {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        return environment;
    }());
    if (!QFile::exists(LORA_STUDIO)) {
        QSKIP("lora-studio is not built");
    }
    const QString model = QString(LORA_SOURCE_DIR) + "/resources/samples/model";
    second.start(LORA_STUDIO, {"--data-dir", folder.path(), model});
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), 1, 30000);
    QCOMPARE(received.first().at(0).toStringList(), QStringList{model});
    QTRY_COMPARE_WITH_TIMEOUT(second.state(), QProcess::NotRunning, 30000);
    QCOMPARE(second.exitCode(), 0);
}

STUDIO_TEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
