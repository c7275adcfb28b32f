// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The Adapters page over a library of its own and without an engine: what it shows, what can be
// done, where it leads.
#include "ui/pages/adapters/adapters_page.h"

#include "tests/support/studio_fixture.h"
#include "tests/support/studio_test.h"
#include "ui/pages/adapters/adapter_detail.h"
#include "ui/pages/adapters/adapter_list_panel.h"
#include "ui/pages/adapters/lineage_view.h"
#include "ui/pages/adapters/note_editor.h"
#include "ui/widgets/button.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/table_view.h"

#include <QClipboard>
#include <QMenu>
#include <QSignalSpy>

using namespace ui::pages::adapters;
using app::library::Adapter;
using app::library::SubjectKind;
using Action = AdapterActions::Action;

namespace {

// The page in a window over its own studio, with `count` adapters whose files and base are there.
class Opened
{
public:
    explicit Opened(int count) : fixture(QStringLiteral("/absent/lora-engine"))
    {
        write(fixture.file(QStringLiteral("tiny/config.json")));
        app::library::BaseModel base;
        base.path = fixture.file(QStringLiteral("tiny"));
        baseRow = library().baseModels().save(base).value();
        for (int i = 0; i < count; ++i) {
            add(QStringLiteral("adapter-%1").arg(i));
        }
        page = std::make_unique<AdaptersPage>(*fixture.context);
        page->resize(1180, 780);
        page->show();
    }

    app::library::Library& library() { return fixture.studio->library(); }
    qint64 add(const QString& id, const std::function<void(Adapter&)>& edit = {})
    {
        Adapter adapter;
        adapter.id = id;
        adapter.name = id;
        adapter.sha256 = QStringLiteral("9f3c41d7-") + id;
        adapter.path = fixture.file(id);
        adapter.method = QStringLiteral("lora");
        adapter.base = baseRow;
        adapter.basePath = fixture.file(QStringLiteral("tiny"));
        adapter.rank = 8;
        adapter.bytes = 1000;
        adapter.made = QDateTime::fromMSecsSinceEpoch(++m_made, Qt::UTC);
        write(adapter.path + QStringLiteral("/adapter_config.json"));
        if (edit) {
            edit(adapter);
        }
        return library().adapters().save(adapter).value();
    }
    AdapterListPanel& list() { return *page->findChild<AdapterListPanel*>(); }
    AdapterDetail& detail() { return *page->findChild<AdapterDetail*>(); }
    // Waits until the disk has answered for the adapter that is shown.
    void choose(const QString& id)
    {
        page->open({QStringLiteral("adapters"), id});
        QCOMPARE(list().current()->id, id);
    }
    QPushButton* button(const QString& text)
    {
        for (auto* each : page->findChildren<QPushButton*>()) {
            if (each->text() == text && each->isVisible()) {
                return each;
            }
        }
        return nullptr;
    }
    ui::widgets::MessageBar* message()
    {
        return page->findChild<ui::widgets::MessageBar*>(QString(), Qt::FindDirectChildrenOnly);
    }

    test_support::StudioFixture fixture;
    qint64 baseRow = 0;
    std::unique_ptr<AdaptersPage> page;

private:
    static void write(const QString& path)
    {
        QDir().mkpath(QFileInfo(path).absolutePath());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{}");
    }

    qint64 m_made = 1700000000000;
};

} // namespace

class TestAdaptersPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyLibraryOffersTheFirstRun();
    void newestIsShownFirst();
    void opensByIdAndByFolder();
    void unknownDestinationIsSaid();
    void actionsLeadThere_data();
    void actionsLeadThere();
    void missingBaseDisablesUseAndSaysWhy();
    void missingFilesAreSaid();
    void renameAndTagsAreSaved();
    void emptyNameIsRefused();
    void noteIsSavedWhenLeft();
    void noteOfTheOldAdapterIsNotWrittenToTheNew();
    void trashIsUndoneByTheMessage();
    void trashedAdapterIsRestored();
    void deletingForGoodAsksFirst();
    void searchFiltersAndSaysWhenNothingMatches();
    void viewIsRemembered();
    void libraryChangesAreShown();
    void tenThousandRowsAreReadAsTheyAreSeen();
    void lineageIsWalkedByKeys();
    void narrowWindowHidesQuietColumns();
    void hostileNamesAreShownAsTheyAre();
    void closedLibraryIsSaid();
};

void TestAdaptersPage::emptyLibraryOffersTheFirstRun()
{
    Opened opened(0);
    QVERIFY(opened.page->findChild<ui::widgets::EmptyState*>()->isVisible());
    opened.button(QStringLiteral("Train the first one"))->click();
    QCOMPARE(opened.fixture.visited.last().page, QStringLiteral("train"));
}

void TestAdaptersPage::newestIsShownFirst()
{
    Opened opened(3);
    QCOMPARE(opened.list().model().rowCount(), 3);
    QCOMPARE(opened.list().current()->id, QStringLiteral("adapter-2"));
    QCOMPARE(opened.detail().adapter().id, QStringLiteral("adapter-2"));
    QCOMPARE(opened.page->fact(), QStringLiteral("3 in the library"));
}

void TestAdaptersPage::opensByIdAndByFolder()
{
    Opened opened(3);
    opened.choose(QStringLiteral("adapter-0"));
    QCOMPARE(opened.detail().adapter().id, QStringLiteral("adapter-0"));
    opened.page->open(
        {QStringLiteral("adapters"), opened.fixture.file(QStringLiteral("adapter-1"))});
    QCOMPARE(opened.detail().adapter().id, QStringLiteral("adapter-1"));
}

void TestAdaptersPage::unknownDestinationIsSaid()
{
    Opened opened(1);
    opened.page->open({QStringLiteral("adapters"), QStringLiteral("gone")});
    QVERIFY(opened.message()->isVisible());
    QCOMPARE(opened.detail().adapter().id, QStringLiteral("adapter-0"));
}

void TestAdaptersPage::actionsLeadThere_data()
{
    QTest::addColumn<QString>("button");
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("option");
    QTest::newRow("chat") << "Chat"
                          << "playground"
                          << "adapter";
    QTest::newRow("continue") << "Continue"
                              << "train"
                              << "start_from";
    QTest::newRow("export") << "Export"
                            << "export"
                            << "adapter";
}

void TestAdaptersPage::actionsLeadThere()
{
    QFETCH(QString, button);
    QFETCH(QString, page);
    QFETCH(QString, option);
    Opened opened(2);
    opened.choose(QStringLiteral("adapter-0"));
    opened.button(button)->click();
    QCOMPARE(opened.fixture.visited.size(), 1);
    const ui::Destination to = opened.fixture.visited.last();
    QCOMPARE(to.page, page);
    const QString expected = option == QLatin1String("start_from")
                                 ? opened.fixture.file(QStringLiteral("adapter-0"))
                                 : QStringLiteral("adapter-0");
    QCOMPARE(to.options.value(option).toString(), expected);
}

void TestAdaptersPage::missingBaseDisablesUseAndSaysWhy()
{
    Opened opened(1);
    opened.add(QStringLiteral("legal"), [](Adapter& adapter) {
        adapter.base.reset();
        adapter.basePath = QStringLiteral("meta-llama/Llama-3.2-1B");
    });
    opened.choose(QStringLiteral("legal"));
    QTRY_VERIFY(!opened.detail().refusal().isEmpty());
    QPushButton* chat = opened.button(QStringLiteral("Chat"));
    QVERIFY(!chat->isEnabled());
    QVERIFY(!chat->toolTip().isEmpty());
    const auto* problem = opened.detail().findChild<ui::widgets::MessageBar*>();
    QVERIFY(problem->isVisible());
    QVERIFY(problem->text().contains(QLatin1String("Llama-3.2-1B")));
    const auto& model = opened.list().model();
    const QModelIndex cell = model.index(model.rowOf(opened.detail().adapter().row), 0);
    QCOMPARE(cell.data(ui::widgets::SecondLineRole).toString(),
             QStringLiteral("Llama-3.2-1B, missing"));
}

void TestAdaptersPage::missingFilesAreSaid()
{
    Opened opened(1);
    opened.add(QStringLiteral("gone"),
               [](Adapter& adapter) { adapter.path = QStringLiteral("/nowhere/at/all"); });
    opened.choose(QStringLiteral("gone"));
    QTRY_VERIFY(!opened.detail().refusal().isEmpty());
    QVERIFY(!opened.button(QStringLiteral("Export"))->isEnabled());
}

void TestAdaptersPage::renameAndTagsAreSaved()
{
    Opened opened(1);
    opened.fixture.dialogs.text = QStringLiteral("물총새");
    Q_EMIT opened.detail().actions()->requested(Action::Rename);
    opened.fixture.dialogs.text = QStringLiteral("keep,  support ,keep");
    Q_EMIT opened.detail().actions()->requested(Action::Tags);
    QTRY_COMPARE(opened.detail().adapter().name, QStringLiteral("물총새"));
    const app::library::Subject subject{SubjectKind::Adapter, opened.detail().adapter().row};
    QCOMPARE(opened.library().tags().of(subject).value(),
             QStringList({QStringLiteral("keep"), QStringLiteral("support")}));
}

void TestAdaptersPage::emptyNameIsRefused()
{
    Opened opened(1);
    opened.fixture.dialogs.text = QStringLiteral("  ");
    Q_EMIT opened.detail().actions()->requested(Action::Rename);
    QCOMPARE(opened.library().adapters().findById(QStringLiteral("adapter-0")).value().name,
             QStringLiteral("adapter-0"));
}

void TestAdaptersPage::noteIsSavedWhenLeft()
{
    Opened opened(1);
    auto* note = opened.page->findChild<NoteEditor*>();
    note->setPlainText(QStringLiteral("<b>good</b> on brakes"));
    note->save();
    QCOMPARE(
        opened.library().notes().of({SubjectKind::Adapter, opened.detail().adapter().row}).value(),
        QStringLiteral("<b>good</b> on brakes"));
}

void TestAdaptersPage::noteOfTheOldAdapterIsNotWrittenToTheNew()
{
    Opened opened(2);
    opened.choose(QStringLiteral("adapter-0"));
    const qint64 first = opened.detail().adapter().row;
    opened.page->findChild<NoteEditor*>()->setPlainText(QStringLiteral("of the first"));
    opened.choose(QStringLiteral("adapter-1"));
    const qint64 second = opened.detail().adapter().row;
    auto& notes = opened.library().notes();
    QCOMPARE(notes.of({SubjectKind::Adapter, first}).value(), QStringLiteral("of the first"));
    QCOMPARE(notes.of({SubjectKind::Adapter, second}).value(), QString());
    QCOMPARE(opened.page->findChild<NoteEditor*>()->toPlainText(), QString());
}

void TestAdaptersPage::trashIsUndoneByTheMessage()
{
    Opened opened(2);
    opened.choose(QStringLiteral("adapter-0"));
    Q_EMIT opened.detail().actions()->requested(Action::Delete);
    QTRY_COMPARE(opened.list().model().rowCount(), 1);
    QVERIFY(opened.message()->isVisible());
    opened.button(QStringLiteral("Undo"))->click();
    QTRY_COMPARE(opened.list().model().rowCount(), 2);
    QCOMPARE(opened.list().current()->id, QStringLiteral("adapter-0"));
    QVERIFY(!opened.message()->isVisible());
}

void TestAdaptersPage::trashedAdapterIsRestored()
{
    Opened opened(2);
    opened.choose(QStringLiteral("adapter-0"));
    Q_EMIT opened.detail().actions()->requested(Action::Delete);
    QTRY_VERIFY(opened.button(QStringLiteral("Trash (1)")));
    opened.button(QStringLiteral("Trash (1)"))->click();
    QCOMPARE(opened.list().model().rowCount(), 1);
    QVERIFY(!opened.button(QStringLiteral("Chat")));
    opened.button(QStringLiteral("Restore"))->click();
    QTRY_VERIFY(!opened.list().isTrash());
    QTRY_COMPARE(opened.list().model().rowCount(), 2);
}

void TestAdaptersPage::deletingForGoodAsksFirst()
{
    Opened opened(1);
    const QString path = opened.detail().adapter().path;
    Q_EMIT opened.detail().actions()->requested(Action::Delete);
    opened.page->open({QStringLiteral("adapters"), {}, QStringLiteral("trash")});
    QTRY_VERIFY(opened.button(QStringLiteral("Delete for good…")));
    opened.fixture.dialogs.answer = QStringLiteral("cancel");
    opened.button(QStringLiteral("Delete for good…"))->click();
    QVERIFY(opened.library().adapters().findById(QStringLiteral("adapter-0")).ok());
    opened.fixture.dialogs.answer = QStringLiteral("delete");
    opened.button(QStringLiteral("Delete for good…"))->click();
    QVERIFY(!opened.library().adapters().findById(QStringLiteral("adapter-0")).ok());
    QTRY_VERIFY(!QFile::exists(path));
}

void TestAdaptersPage::searchFiltersAndSaysWhenNothingMatches()
{
    Opened opened(3);
    auto* search = opened.page->findChild<ui::widgets::SearchField*>();
    search->setText(QStringLiteral("adapter-1"));
    QTRY_COMPARE(opened.list().model().rowCount(), 1);
    search->setText(QStringLiteral("nothing like it"));
    QTRY_VERIFY(opened.button(QStringLiteral("Show all adapters")));
    opened.button(QStringLiteral("Show all adapters"))->click();
    QCOMPARE(opened.list().model().rowCount(), 3);
}

void TestAdaptersPage::viewIsRemembered()
{
    Opened opened(3);
    auto* table = opened.page->findChild<ui::widgets::TableView*>();
    table->sortByColumn(AdapterTableModel::Name, Qt::AscendingOrder);
    QCOMPARE(opened.list().model().at(0)->id, QStringLiteral("adapter-0"));
    opened.page = std::make_unique<AdaptersPage>(*opened.fixture.context);
    QCOMPARE(opened.list().model().at(0)->id, QStringLiteral("adapter-0"));
}

void TestAdaptersPage::libraryChangesAreShown()
{
    Opened opened(1);
    QSignalSpy heading(opened.page.get(), &ui::Page::headingChanged);
    opened.add(QStringLiteral("new"));
    QTRY_COMPARE(opened.list().model().rowCount(), 2);
    QCOMPARE(heading.count(), 1);
    QCOMPARE(opened.list().current()->id, QStringLiteral("adapter-0"));
}

void TestAdaptersPage::tenThousandRowsAreReadAsTheyAreSeen()
{
    Opened opened(0);
    const auto addAll = [&]() -> app::library::Result<void> {
        for (int i = 0; i < 10000; ++i) {
            Adapter adapter;
            adapter.id = QString::number(i);
            adapter.name = adapter.id;
            adapter.path = QStringLiteral("/a/") + adapter.id;
            (void)opened.library().adapters().save(adapter);
        }
        return {};
    };
    QVERIFY(opened.library().inOneGo(addAll).ok());
    QTRY_COMPARE(opened.list().model().rowCount(), 10000);
    opened.page->open({QStringLiteral("adapters"), QStringLiteral("5000")});
    QCOMPARE(opened.list().current()->id, QStringLiteral("5000"));
    QVERIFY(opened.page->grab().width() > 0);
}

void TestAdaptersPage::lineageIsWalkedByKeys()
{
    Opened opened(2);
    app::library::AdapterParent parent;
    parent.path = opened.fixture.file(QStringLiteral("adapter-0"));
    parent.relation = QString::fromLatin1(app::library::relation::kContinued);
    const qint64 child =
        opened.library().adapters().findById(QStringLiteral("adapter-1")).value().row;
    QVERIFY(opened.library().adapters().setParents(child, {parent}).ok());
    opened.choose(QStringLiteral("adapter-1"));
    auto* lineage = opened.page->findChild<LineageView*>();
    QTRY_COMPARE(lineage->lineage().nodes.size(), size_t(3));
    opened.page->activateWindow();
    lineage->setFocus();
    QTRY_VERIFY(lineage->focusedNode() >= 0);
    QTest::keyClick(lineage, Qt::Key_Left);
    QTest::keyClick(lineage, Qt::Key_Return);
    QTRY_COMPARE(opened.list().current()->id, QStringLiteral("adapter-0"));
}

void TestAdaptersPage::narrowWindowHidesQuietColumns()
{
    Opened opened(1);
    auto* table = opened.page->findChild<ui::widgets::TableView*>();
    QVERIFY(!table->isColumnHidden(AdapterTableModel::MadeBy));
    opened.page->resize(900, 600);
    QTRY_VERIFY(table->isColumnHidden(AdapterTableModel::MadeBy));
    QVERIFY(opened.page->minimumSizeHint().width() <= 968);
}

void TestAdaptersPage::hostileNamesAreShownAsTheyAre()
{
    Opened opened(1);
    const QString hostile = QStringLiteral("<img src=x> & %1 ") + QString(5000, QLatin1Char('x'));
    opened.add(QStringLiteral("hostile"), [&](Adapter& adapter) { adapter.name = hostile; });
    opened.choose(QStringLiteral("hostile"));
    QCOMPARE(opened.detail().adapter().name, hostile);
    QVERIFY(opened.page->grab().width() <= 1180);
    QVERIFY(opened.page->minimumSizeHint().width() <= 1180);
}

void TestAdaptersPage::closedLibraryIsSaid()
{
    test_support::StudioFixture fixture(QStringLiteral("/absent/lora-engine"));
    const QString data = fixture.file(QStringLiteral("locked"));
    QVERIFY(QDir().mkpath(data + QStringLiteral("/library.db")));
    const app::Paths paths(data);
    QVERIFY(paths.create().ok());
    app::Studio studio(paths, QStringLiteral("/absent/lora-engine"));
    ui::PageContext context{studio, fixture.navigator, fixture.dialogs};
    AdaptersPage page(context);
    page.resize(1180, 780);
    page.show();
    bool isSaid = false;
    for (const auto* bar : page.findChildren<ui::widgets::MessageBar*>()) {
        isSaid = isSaid || (bar->isVisible() && !bar->text().isEmpty());
    }
    QVERIFY(isSaid);
}

STUDIO_TEST_MAIN(TestAdaptersPage)
#include "tst_adapters_page.moc"
