// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/library.h"

#include "app/library/library_error.h"
#include "app/library/recovery.h"
#include "engine/contract/error_codes.h"
#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;
using test_support::LibraryFixture;
using test_support::writeAdapter;
using test_support::writeRun;

class TestLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsARunWithAllThatBelongsToIt();
    void recordingAgainChangesNothing();
    void recordsInTheBackground();
    void trashIsUndone();
    void tagsNotesAndNamesAreMirrored();
    void rebuildEqualsTheOriginal();
    void rebuildForgetsWhatIsGone();
    void rebuildNamesWhatItCannotRead();
    void damagedLibraryIsMovedAsideAndRebuilt();
    void dailyCopyBringsBackWhatHasNoFolder();
    void damageFoundByTheCheckIsMendedAtTheNextStart();
    void cleanExitIsNotChecked();
    void newerLibraryAnswersWithItsReason();
    void unwritableFolderIsSaid();
    void importCopiesAndRemembersTheName();
    void importOfKnownContentIsTheSameAdapter();
    void importOfNonsenseIsRefused();
    void purgeRemovesOnlyOurFiles();
    void runKeepsItsFolderWhileItsAdapterIsKept();
    void hostileNamesAreOnlyNames();

private:
    static QStringList state(Library& library);
};

// Everything a person sees of runs and adapters, in words, without row numbers.
QStringList TestLibrary::state(Library& library)
{
    QStringList lines;
    for (const bool isTrash : {false, true}) {
        AdapterQuery query;
        query.isTrash = isTrash;
        for (const Adapter& a : test_support::valueOf(library.adapters().list(query))) {
            QStringList parents;
            for (const AdapterParent& parent :
                 test_support::valueOf(library.adapters().parents(a.row))) {
                parents << parent.relation + QString::number(parent.parent.has_value());
            }
            const Subject subject{SubjectKind::Adapter, a.row};
            lines << QStringList({a.id,
                                  a.sha256,
                                  a.name,
                                  a.path,
                                  a.origin,
                                  a.baseName,
                                  QString::number(a.evalLoss.value_or(-1)),
                                  a.runFolder,
                                  a.trashed.toString(Qt::ISODateWithMs),
                                  parents.join(u' '),
                                  library.tags().of(subject).value().join(u' '),
                                  library.notes().of(subject).value()})
                         .join(u'|');
        }
    }
    auto runs = library.runs().list().value();
    const auto trashed = library.runs().trashed().value();
    runs.insert(runs.end(), trashed.begin(), trashed.end());
    for (const Run& run : runs) {
        const Subject subject{SubjectKind::Run, run.row};
        lines << QStringList({run.id,
                              run.name,
                              run.folder,
                              run.baseName,
                              run.datasetName,
                              QString::number(int(run.status)),
                              QString::number(run.metrics.bestLoss.value_or(-1)),
                              run.trashed.toString(Qt::ISODateWithMs),
                              library.tags().of(subject).value().join(u' '),
                              library.notes().of(subject).value()})
                     .join(u'|');
    }
    lines.sort();
    return lines;
}

void TestLibrary::recordsARunWithAllThatBelongsToIt()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    const Adapter adapter = library.recorded(library.path("runs/one"));
    QCOMPARE(adapter.name, u"kestrel"_s);
    QCOMPARE(adapter.baseName, u"tiny"_s);
    QCOMPARE(adapter.runFolder, library.path("runs/one"));
    const auto run = library->runs().findById(u"run-1"_s);
    VERIFY_OK(run);
    QCOMPARE(run.value().metrics.lossPoints, std::vector<double>({3, 2, 1.5}));
    QCOMPARE(run.value().datasetName, u"pirate.jsonl"_s);
    QCOMPARE(library->datasets().findByHash(u"d1"_s).value().rows, 60);
    QCOMPARE(library->adapters().ofRun(run.value().row).value().row, adapter.row);
}

void TestLibrary::recordingAgainChangesNothing()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    library.recorded(library.path("runs/one"));
    const QStringList before = state(*library);
    library.recorded(library.path("runs/one"));
    QCOMPARE(state(*library), before);
    QCOMPARE(library->baseModels().list().value().size(), size_t(1));
}

void TestLibrary::recordsInTheBackground()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    QString id;
    library->recordRun(library.path("runs/one"), [&](const Result<QString>& recorded) {
        id = recorded ? recorded.value() : u"failed"_s;
    });
    QTRY_COMPARE(id, u"run-1"_s);
    std::string refused;
    library->recordRun(library.path("runs/none"), [&](const Result<QString>& recorded) {
        refused = recorded ? std::string("recorded") : recorded.error().code;
    });
    QTRY_COMPARE(refused, std::string(::engine::contract::code::kNotFound));
}

void TestLibrary::trashIsUndone()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    const Adapter adapter = library.recorded(library.path("runs/one"));
    const QStringList before = state(*library);
    VERIFY_OK(library->adapters().trash(adapter.row));
    QVERIFY(library->adapters().list().value().empty());
    AdapterQuery trash;
    trash.isTrash = true;
    trash.text = u"kest"_s;
    QCOMPARE(library->adapters().list(trash).value().size(), size_t(1));
    QVERIFY(library->search(u"kestrel"_s).value().front().subject.kind != SubjectKind::Adapter);
    VERIFY_OK(library->adapters().restore(adapter.row));
    QCOMPARE(state(*library), before);
}

void TestLibrary::tagsNotesAndNamesAreMirrored()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    const Adapter adapter = library.recorded(library.path("runs/one"));
    VERIFY_OK(library->adapters().rename(adapter.row, u"물총새"_s));
    VERIFY_OK(library->tags().set({SubjectKind::Adapter, adapter.row}, {u"keep"_s}));
    VERIFY_OK(library->notes().set({SubjectKind::Adapter, adapter.row}, u"good"_s));
    VERIFY_OK(library->adapters().trash(adapter.row));
    library->flush();
    const auto side = readSideFile(adapter.path);
    VERIFY_OK(side);
    QCOMPARE(side.value().name, u"물총새"_s);
    QCOMPARE(side.value().tags, QStringList{u"keep"_s});
    QCOMPARE(side.value().note, u"good"_s);
    QVERIFY(side.value().trashed.isValid());
}

void TestLibrary::rebuildEqualsTheOriginal()
{
    LibraryFixture library;
    writeRun(library.path("runs/b-parent"));
    writeRun(library.path("runs/a-child"),
             {.id = "run-2",
              .name = "child",
              .startFrom = library.path("runs/b-parent/output/adapter")});
    writeRun(library.path("runs/c-broken"),
             {.id = "run-3",
              .name = "broken",
              .isFinished = false,
              .lastEvent = R"({"event":"failed","code":"diverged","message":"no"})"});
    const Adapter parent = library.recorded(library.path("runs/b-parent"));
    const Adapter child = library.recorded(library.path("runs/a-child"));
    library.recorded(library.path("runs/c-broken"));
    writeAdapter(library.path("elsewhere/imported"), "import");
    bool isImported = false;
    library->importAdapter(library.path("elsewhere/imported"), {}, [&](const Result<QString>& id) {
        isImported = id.ok();
    });
    QTRY_VERIFY(isImported);
    VERIFY_OK(library->tags().set({SubjectKind::Adapter, child.row}, {u"keep"_s, u"지원"_s}));
    VERIFY_OK(library->notes().set({SubjectKind::Run, *child.run}, u"slow at first"_s));
    VERIFY_OK(library->adapters().rename(child.row, u"renamed"_s));
    VERIFY_OK(library->adapters().trash(parent.row));
    VERIFY_OK(library->runs().trash(library->runs().findById(u"run-3"_s).value().row));
    library->flush();
    const QStringList original = state(*library);
    QCOMPARE(original.size(), 3 + 3);

    library.close();
    QVERIFY(QDir(library.path("backups")).removeRecursively());
    for (const char* suffix : {"", "-wal", "-shm"}) {
        QFile::remove(library.path("library.db") + QLatin1String(suffix));
    }
    QVERIFY(library.reopen().isNew);
    QVERIFY(state(*library).isEmpty());
    QCOMPARE(library.rebuild(), QStringList());
    QCOMPARE(state(*library), original);
    QCOMPARE(library.rebuild(), QStringList());
    QCOMPARE(state(*library), original);
}

void TestLibrary::rebuildForgetsWhatIsGone()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    writeRun(library.path("outside/two"), {.id = "run-2", .name = "outside"});
    QVERIFY(QDir().mkpath(library.path("adapters")));
    library.recorded(library.path("runs/one"));
    library.recorded(library.path("outside/two"));
    QVERIFY(QDir(library.path("runs/one")).removeRecursively());
    QVERIFY(QDir(library.path("outside/two")).removeRecursively());
    QCOMPARE(library.rebuild(), QStringList());
    QVERIFY(!library->runs().findById(u"run-1"_s));
    QVERIFY(!library->adapters().findById(u"run-1"_s));
    // On a drive that is away, perhaps.
    VERIFY_OK(library->adapters().findById(u"run-2"_s));
}

void TestLibrary::rebuildNamesWhatItCannotRead()
{
    LibraryFixture library;
    writeRun(library.path("runs/good"));
    test_support::writeFile(library.path("runs/bad/job.json"), "{");
    test_support::writeFile(library.path("adapters/xyz/adapter_config.json"), "{}");
    const QStringList refused = library.rebuild();
    QCOMPARE(refused.size(), 2);
    QVERIFY(refused.first().contains(u"runs/bad"_s));
    VERIFY_OK(library->runs().findById(u"run-1"_s));
}

void TestLibrary::damagedLibraryIsMovedAsideAndRebuilt()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    const Adapter adapter = library.recorded(library.path("runs/one"));
    VERIFY_OK(library->notes().set({SubjectKind::Adapter, adapter.row}, u"kept"_s));
    library.close();
    QDir(library.path("backups")).removeRecursively();
    test_support::writeFile(library.path("library.db"), QByteArray(20000, 'x'));
    const OpenReport report = library.reopen();
    QVERIFY(library->isOpen());
    QVERIFY(QFile::exists(report.damagedFile));
    QCOMPARE(library.rebuild(), QStringList());
    const auto found = library->adapters().findById(u"run-1"_s);
    VERIFY_OK(found);
    QCOMPARE(library->notes().of({SubjectKind::Adapter, found.value().row}).value(), u"kept"_s);
}

void TestLibrary::dailyCopyBringsBackWhatHasNoFolder()
{
    LibraryFixture library;
    Chat chat;
    chat.title = u"precious"_s;
    VERIFY_OK(library->chats().save(chat));
    VERIFY_OK(library->jobs().add(JobKind::Preset, u"mine"_s, {}));
    QDir(library.path("backups")).removeRecursively();
    library.reopen(); // the copy of the day
    QTRY_COMPARE(QDir(library.path("backups")).entryList({u"library-*.db"_s}).size(), 1);
    library.close();
    test_support::writeFile(library.path("library.db"), QByteArray(20000, 'x'));
    QVERIFY(!library.reopen().damagedFile.isEmpty());
    QCOMPARE(library->chats().list().value().front().title, u"precious"_s);
    VERIFY_OK(library->jobs().findByName(JobKind::Preset, u"mine"_s));
}

void TestLibrary::damageFoundByTheCheckIsMendedAtTheNextStart()
{
    LibraryFixture library;
    for (int i = 0; i < 300; ++i) {
        VERIFY_OK(library->jobs().add(JobKind::Draft, QString(400, QLatin1Char('x')), {}));
    }
    library.close();
    QDir(library.path("backups")).removeRecursively();
    QFile file(library.path("library.db"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    // Deep inside, where opening does not look.
    file.seek(file.size() - 40960);
    file.write(QByteArray(20480, '\x5a'));
    file.close();
    markOpen(library.path("library.db"));
    const OpenReport report = library.reopen();
    QVERIFY(report.wasUnclean);
    QSignalSpy damaged(&*library, &Library::damaged);
    QTRY_COMPARE(damaged.count(), 1);
    QVERIFY(!library.reopen().damagedFile.isEmpty());
    QVERIFY(library->isOpen());
    QVERIFY(!isMarkedDamaged(library.path("library.db")));
}

void TestLibrary::cleanExitIsNotChecked()
{
    LibraryFixture library;
    QVERIFY(!library.reopen().wasUnclean);
}

void TestLibrary::newerLibraryAnswersWithItsReason()
{
    LibraryFixture library;
    library.close();
    {
        Database database;
        VERIFY_OK(database.open(library.path("library.db")));
        VERIFY_OK(database.execute(u"PRAGMA user_version=99"_s));
    }
    library.reopen();
    QVERIFY(!library->isOpen());
    const auto listed = library->adapters().list();
    QVERIFY(!listed);
    QCOMPARE(listed.error().code, std::string(::engine::contract::code::kNewerFormat));
    QVERIFY(QFile::exists(library.path("library.db")));
}

void TestLibrary::unwritableFolderIsSaid()
{
    QTemporaryDir folder;
    test_support::writeFile(folder.filePath(u"file"_s), "x");
    const QString below = folder.filePath(u"file/library.db"_s);
    Library library({below, {}, {}, {}});
    const auto opened = library.open();
    QVERIFY(!opened);
    QVERIFY(!opened.error().message.empty());
    QVERIFY(!opened.error().hint.empty());
    QVERIFY(!library.runs().list());
}

void TestLibrary::importCopiesAndRemembersTheName()
{
    LibraryFixture library;
    writeAdapter(library.path("download/legal-ner"), "legal");
    const auto inspected = ::engine::contract::parseJson(
        R"({"parameters":77,"modules":[{"relative_norm":0.1},{"relative_norm":0.3}]})");
    QString id;
    library->importAdapter(library.path("download/legal-ner"),
                           inspected.value(),
                           [&](const Result<QString>& done) { id = done ? done.value() : u"-"_s; });
    QTRY_VERIFY(!id.isEmpty());
    QVERIFY(QDir(library.path("download")).removeRecursively());
    const auto adapter = library->adapters().findById(id);
    VERIFY_OK(adapter);
    QCOMPARE(adapter.value().name, u"legal-ner"_s);
    QCOMPARE(adapter.value().origin, u"imported"_s);
    QCOMPARE(adapter.value().path, library.path("adapters/") + adapter.value().sha256);
    QCOMPARE(*adapter.value().relativeNorm, 0.2);
    QCOMPARE(adapter.value().parameters, 77);
    library->flush();
}

void TestLibrary::importOfKnownContentIsTheSameAdapter()
{
    LibraryFixture library;
    writeAdapter(library.path("a"));
    writeAdapter(library.path("b"));
    QStringList ids;
    const auto done = [&](const Result<QString>& id) { ids << (id ? id.value() : u"-"_s); };
    library->importAdapter(library.path("a"), {}, done);
    QTRY_COMPARE(ids.size(), 1);
    VERIFY_OK(library->adapters().trash(library->adapters().findById(ids[0]).value().row));
    library->importAdapter(library.path("b"), {}, done);
    QTRY_COMPARE(ids.size(), 2);
    QCOMPARE(ids[1], ids[0]);
    const auto listed = library->adapters().list();
    QCOMPARE(listed.value().size(), size_t(1));
    QCOMPARE(listed.value()[0].name, u"a"_s);
}

void TestLibrary::importOfNonsenseIsRefused()
{
    LibraryFixture library;
    std::string code;
    library->importAdapter(library.path("nothing"), {}, [&](const Result<QString>& done) {
        code = done ? std::string("imported") : done.error().code;
    });
    QTRY_COMPARE(code, std::string(::engine::contract::code::kNotFound));
}

void TestLibrary::purgeRemovesOnlyOurFiles()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    test_support::writeFile(library.path("model/config.json"), "{}");
    const Adapter adapter = library.recorded(library.path("runs/one"));
    VERIFY_OK(library->notes().set({SubjectKind::Adapter, adapter.row}, u"x"_s));
    VERIFY_OK(library->purge({SubjectKind::Adapter, adapter.row}));
    QTRY_VERIFY(!QFile::exists(adapter.path));
    QTRY_VERIFY(!QFile::exists(sideFilePath(adapter.path)));
    QVERIFY(QFile::exists(library.path("runs/one/job.json")));
    QCOMPARE(library->notes().of({SubjectKind::Adapter, adapter.row}).value(), QString());

    BaseModel base;
    base.path = library.path("model");
    const qint64 row = library->baseModels().save(base).value();
    VERIFY_OK(library->purge({SubjectKind::BaseModel, row}));
    QVERIFY(QFile::exists(library.path("model/config.json")));
}

void TestLibrary::runKeepsItsFolderWhileItsAdapterIsKept()
{
    LibraryFixture library;
    writeRun(library.path("runs/one"));
    const Adapter adapter = library.recorded(library.path("runs/one"));
    const auto refused = library->purge({SubjectKind::Run, *adapter.run});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string(code::kConflict));
    VERIFY_OK(library->purge({SubjectKind::Adapter, adapter.row}));
    VERIFY_OK(library->purge({SubjectKind::Run, *adapter.run}));
    QTRY_VERIFY(!QFile::exists(library.path("runs/one")));
}

void TestLibrary::hostileNamesAreOnlyNames()
{
    LibraryFixture library;
    const QByteArray name = "'; DROP TABLE runs; -- <img src=x> %s \\u202e";
    writeRun(library.path("runs/it's \"here\" 한글 %1"), {.name = name});
    const Adapter adapter = library.recorded(library.path("runs/it's \"here\" 한글 %1"));
    QCOMPARE(adapter.name, QString::fromUtf8(name));
    VERIFY_OK(library->tags().set({SubjectKind::Adapter, adapter.row}, {u"a,b;\"c"_s}));
    library->flush();
    QCOMPARE(library.rebuild(), QStringList());
    QCOMPARE(library->search(u"drop table"_s).value().size(), size_t(2));
}

QTEST_GUILESS_MAIN(TestLibrary)
#include "tst_library.moc"
