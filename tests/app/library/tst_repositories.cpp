// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The small repositories: bases, data, tags, notes, evaluations, exports, prompts, chats, jobs.
#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;
using test_support::Value;

class TestRepositories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_library = std::make_unique<test_support::LibraryFixture>(); }
    void baseIsKnownByItsHashWhereverItLies();
    void baseWithoutHashIsKnownByItsFolder();
    void otherContentInTheSameFolderIsAnotherBase();
    void emptyFieldsLeaveABaseAlone();
    void hubCachesAreNamedByTheirModel_data();
    void hubCachesAreNamedByTheirModel();
    void adapterWaitsForItsBase();
    void editedDataKeepsItsPlaceUntilARunUsedIt();
    void tagsAreTrimmedAndForgotten();
    void blankNoteIsNone();
    void writtenTextsSurviveAsTheyAre();
    void evaluationsAreNewestFirst();
    void exportsAreFoundByAdapter();
    void promptsKeepTheirOrder();
    void chatsComeBackWhole();
    void queueIsReordered();
    void presetsAreFoundByName();
    void changesAreTold();
    void missingRowsAreSaid();

private:
    Library& library() { return **m_library; }

    std::unique_ptr<test_support::LibraryFixture> m_library;
};

void TestRepositories::baseIsKnownByItsHashWhereverItLies()
{
    const auto first = library().baseModels().save(test_support::baseAt(u"/old/Qwen"_s, u"h"_s));
    const auto moved = library().baseModels().save(test_support::baseAt(u"/new/place/"_s, u"h"_s));
    VERIFY_OK(first);
    VERIFY_OK(moved);
    QCOMPARE(moved.value(), first.value());
    const auto found = library().baseModels().findByHash(u"h"_s);
    VERIFY_OK(found);
    QCOMPARE(found.value().path, u"/new/place"_s);
    QCOMPARE(found.value().name, u"Qwen"_s);
}

void TestRepositories::baseWithoutHashIsKnownByItsFolder()
{
    BaseModel model = test_support::baseAt(u"/m/a"_s);
    model.family = u"llama"_s;
    const auto inspected = library().baseModels().save(model);
    const auto trained = library().baseModels().save(test_support::baseAt(u"/m/a"_s, u"h"_s));
    const auto again = library().baseModels().save(test_support::baseAt(u"/m/a"_s));
    VERIFY_OK(inspected);
    QCOMPARE(trained.value(), inspected.value());
    QCOMPARE(again.value(), inspected.value());
    QCOMPARE(library().baseModels().findByHash(u"h"_s).value().family, u"llama"_s);
}

void TestRepositories::otherContentInTheSameFolderIsAnotherBase()
{
    const auto first = library().baseModels().save(test_support::baseAt(u"/m/a"_s, u"h1"_s));
    const auto second = library().baseModels().save(test_support::baseAt(u"/m/a"_s, u"h2"_s));
    VERIFY_OK(second);
    QVERIFY(first.value() != second.value());
    QCOMPARE(library().baseModels().findByPath(u"/m/a"_s).value().sha256, u"h2"_s);
}

void TestRepositories::emptyFieldsLeaveABaseAlone()
{
    BaseModel model = test_support::baseAt(u"/m/a"_s, u"h"_s);
    model.name = u"Name"_s;
    model.dtype = u"bfloat16"_s;
    model.parameters = 500;
    model.context = 2048;
    VERIFY_OK(library().baseModels().save(model));
    VERIFY_OK(library().baseModels().save(test_support::baseAt(u"/m/a"_s, u"h"_s)));
    const auto found = library().baseModels().findByPath(u"/m/a"_s);
    VERIFY_OK(found);
    QCOMPARE(found.value().name, u"Name"_s);
    QCOMPARE(found.value().dtype, u"bfloat16"_s);
    QCOMPARE(found.value().parameters, 500);
    QCOMPARE(found.value().context, 2048);
}

void TestRepositories::hubCachesAreNamedByTheirModel_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("name");
    QTest::newRow("folder") << u"/m/Qwen2.5-0.5B/"_s << u"Qwen2.5-0.5B"_s;
    QTest::newRow("hub") << u"/c/models--Qwen--Qwen2.5-0.5B/snapshots/0607a"_s << u"Qwen2.5-0.5B"_s;
    QTest::newRow("a folder called snapshots") << u"/snapshots/x"_s << u"x"_s;
}

void TestRepositories::hubCachesAreNamedByTheirModel()
{
    QFETCH(QString, folder);
    QFETCH(QString, name);
    QCOMPARE(modelName(folder), name);
}

void TestRepositories::adapterWaitsForItsBase()
{
    Adapter adapter;
    adapter.id = u"a"_s;
    adapter.path = u"/a"_s;
    adapter.basePath = u"meta-llama/Llama-3.2-1B"_s;
    adapter.baseSha256 = u"h"_s;
    adapter.baseQuantization = u"nf4"_s;
    adapter.correctsRounding = true;
    const auto row = library().adapters().save(adapter);
    VERIFY_OK(row);
    const Adapter saved = library().adapters().find(row.value()).value();
    QCOMPARE(saved.baseName, u"Llama-3.2-1B"_s);
    QCOMPARE(saved.baseQuantization, u"nf4"_s);
    QVERIFY(saved.correctsRounding);
    const auto base = library().baseModels().save(test_support::baseAt(u"/m/llama"_s, u"h"_s));
    const auto tied = library().adapters().find(row.value());
    VERIFY_OK(tied);
    QCOMPARE(tied.value().base, std::optional<qint64>(base.value()));
    QCOMPARE(tied.value().basePath, u"/m/llama"_s);
}

void TestRepositories::editedDataKeepsItsPlaceUntilARunUsedIt()
{
    const auto first = library().datasets().save(test_support::dataAt(u"/d/a.jsonl"_s, u"d1"_s));
    const auto edited = library().datasets().save(test_support::dataAt(u"/d/a.jsonl"_s, u"d2"_s));
    QCOMPARE(edited.value(), first.value());
    Run run;
    run.id = u"r"_s;
    run.dataset = edited.value();
    VERIFY_OK(library().runs().save(run));
    const auto third = library().datasets().save(test_support::dataAt(u"/d/a.jsonl"_s, u"d3"_s));
    VERIFY_OK(third);
    QVERIFY(third.value() != first.value());
    QCOMPARE(library().datasets().find(first.value()).value().sha256, u"d2"_s);
}

void TestRepositories::tagsAreTrimmedAndForgotten()
{
    const qint64 row = library().baseModels().save(test_support::baseAt(u"/m/a"_s)).value();
    const Subject subject{SubjectKind::BaseModel, row};
    VERIFY_OK(library().tags().set(subject, {u" keep  it "_s, u"Keep it"_s, u""_s, u"한국어"_s}));
    QCOMPARE(library().tags().of(subject).value(), QStringList({u"keep it"_s, u"한국어"_s}));
    QCOMPARE(library().tags().all(SubjectKind::BaseModel).value().size(), size_t(2));
    QVERIFY(library().tags().all(SubjectKind::Adapter).value().empty());
    VERIFY_OK(library().tags().set(subject, {}));
    QVERIFY(library().tags().all(SubjectKind::BaseModel).value().empty());
}

void TestRepositories::blankNoteIsNone()
{
    const Subject subject{SubjectKind::Dataset,
                          library().datasets().save(test_support::dataAt(u"/d"_s)).value()};
    VERIFY_OK(library().notes().set(subject, u"first"_s));
    VERIFY_OK(library().notes().set(subject, u"second"_s));
    QCOMPARE(library().notes().of(subject).value(), u"second"_s);
    VERIFY_OK(library().notes().set(subject, u" \n"_s));
    QCOMPARE(library().notes().of(subject).value(), QString());
}

void TestRepositories::writtenTextsSurviveAsTheyAre()
{
    const QString hostile = u"'; DROP TABLE runs; -- \"%_\\ <b> \u202e 👩‍🚀 \u0001"_s;
    BaseModel model = test_support::baseAt(u"/m/"_s + hostile);
    model.name = hostile;
    const qint64 row = library().baseModels().save(model).value();
    VERIFY_OK(library().notes().set({SubjectKind::BaseModel, row}, hostile));
    VERIFY_OK(library().tags().set({SubjectKind::BaseModel, row}, {hostile}));
    QCOMPARE(library().baseModels().find(row).value().name, hostile);
    QCOMPARE(library().notes().of({SubjectKind::BaseModel, row}).value(), hostile);
    QCOMPARE(library().tags().of({SubjectKind::BaseModel, row}).value(), QStringList{hostile});
    VERIFY_OK(library().search(hostile));
}

void TestRepositories::evaluationsAreNewestFirst()
{
    Evaluation evaluation;
    evaluation.adapter = u"a"_s;
    evaluation.metrics = Value::object({{"rougeL", 0.4}});
    evaluation.made = QDateTime::fromMSecsSinceEpoch(1000, Qt::UTC);
    VERIFY_OK(library().evaluations().add(evaluation));
    evaluation.metrics = Value::object({{"rougeL", 0.5}});
    evaluation.made = QDateTime::fromMSecsSinceEpoch(2000, Qt::UTC);
    VERIFY_OK(library().evaluations().add(evaluation));
    evaluation.adapter.clear();
    evaluation.basePath = u"/m"_s;
    VERIFY_OK(library().evaluations().add(evaluation));
    const auto found = library().evaluations().ofAdapter(u"a"_s);
    VERIFY_OK(found);
    QCOMPARE(found.value().size(), size_t(2));
    QCOMPARE(found.value()[0].metrics["rougeL"].toDouble(), 0.5);
    QCOMPARE(library().evaluations().ofBase(u"/m/"_s).value().size(), size_t(1));
}

void TestRepositories::exportsAreFoundByAdapter()
{
    Export exported;
    exported.adapters = {u"a"_s, u"b"_s};
    exported.format = u"merged"_s;
    exported.path = u"/out"_s;
    exported.verification = Value::object({{"passed", true}});
    VERIFY_OK(library().exports().add(exported));
    exported.adapters = {u"b"_s};
    const auto second = library().exports().add(exported);
    VERIFY_OK(second);
    QCOMPARE(library().exports().ofAdapter(u"a"_s).value().size(), size_t(1));
    QCOMPARE(library().exports().ofAdapter(u"b"_s).value().size(), size_t(2));
    QVERIFY(library().exports().list(1).value()[0].verification["passed"].toBool());
    VERIFY_OK(library().exports().remove(second.value()));
    QCOMPARE(library().exports().list().value().size(), size_t(1));
}

void TestRepositories::promptsKeepTheirOrder()
{
    std::vector<qint64> rows;
    for (const char* text : {"one", "two", "three"}) {
        Prompt prompt;
        prompt.text = QString::fromLatin1(text);
        rows.push_back(library().prompts().add(prompt).value());
    }
    VERIFY_OK(library().prompts().move(rows[2], 0));
    VERIFY_OK(library().prompts().trash(rows[0]));
    const auto texts = [this] {
        QStringList found;
        for (const Prompt& prompt : test_support::valueOf(library().prompts().list())) {
            found << prompt.text;
        }
        return found;
    };
    QCOMPARE(texts(), QStringList({u"three"_s, u"two"_s}));
    VERIFY_OK(library().prompts().restore(rows[0]));
    QCOMPARE(texts(), QStringList({u"three"_s, u"one"_s, u"two"_s}));
    QCOMPARE(library().prompts().list(u"tw"_s).value().size(), size_t(1));
}

void TestRepositories::chatsComeBackWhole()
{
    Chat chat;
    chat.title = u"brakes"_s;
    chat.content = Value::object({{"turns", Value::list(std::vector<std::string>{"a", "b"})}});
    const auto row = library().chats().save(chat);
    VERIFY_OK(row);
    auto found = library().chats().find(row.value());
    VERIFY_OK(found);
    QVERIFY(found.value().content == chat.content);
    chat.row = row.value();
    chat.title = u"wheels"_s;
    VERIFY_OK(library().chats().save(chat));
    QCOMPARE(library().chats().list(u"wheels"_s).value().size(), size_t(1));
    VERIFY_OK(library().chats().trash(row.value()));
    QVERIFY(library().chats().list().value().empty());
    VERIFY_OK(library().chats().purge(row.value()));
    QVERIFY(!library().chats().save(chat));
}

void TestRepositories::queueIsReordered()
{
    std::vector<qint64> rows;
    for (const char* name : {"one", "two", "three"}) {
        rows.push_back(library()
                           .jobs()
                           .add(JobKind::Queued, QString::fromLatin1(name), Value::object({}))
                           .value());
    }
    VERIFY_OK(library().jobs().add(JobKind::Preset, u"preset"_s, Value::object({})));
    VERIFY_OK(library().jobs().move(rows[0], 1));
    VERIFY_OK(library().jobs().move(rows[2], -7));
    QStringList names;
    for (const StoredJob& job : test_support::valueOf(library().jobs().list(JobKind::Queued))) {
        names << job.name;
    }
    QCOMPARE(names, QStringList({u"three"_s, u"two"_s, u"one"_s}));
    VERIFY_OK(library().jobs().remove(rows[1]));
    QCOMPARE(library().jobs().list(JobKind::Queued).value().size(), size_t(2));
}

void TestRepositories::presetsAreFoundByName()
{
    VERIFY_OK(library().jobs().add(JobKind::Preset, u"small"_s, Value::object({{"x", 1}})));
    const auto found = library().jobs().findByName(JobKind::Preset, u"small"_s);
    VERIFY_OK(found);
    QCOMPARE(found.value().job["x"].toInteger(), 1);
    VERIFY_OK(library().jobs().update(found.value().row, u"small"_s, Value::object({{"x", 2}})));
    QCOMPARE(library().jobs().find(found.value().row).value().job["x"].toInteger(), 2);
    QVERIFY(!library().jobs().findByName(JobKind::Draft, u"small"_s));
}

void TestRepositories::changesAreTold()
{
    QList<int> tables;
    connect(&library(), &Library::changed, this, [&](Table table) { tables << int(table); });
    const qint64 row = library().baseModels().save(test_support::baseAt(u"/m/a"_s)).value();
    VERIFY_OK(library().tags().set({SubjectKind::BaseModel, row}, {u"x"_s}));
    QCOMPARE(tables, QList<int>({int(Table::BaseModels), int(Table::Tags)}));
}

void TestRepositories::missingRowsAreSaid()
{
    const auto found = library().adapters().find(4711);
    QVERIFY(!found);
    QVERIFY(!found.error().message.empty());
    QVERIFY(!library().adapters().rename(4711, u"x"_s));
    QVERIFY(!library().runs().trash(4711));
}

QTEST_GUILESS_MAIN(TestRepositories)
#include "tst_repositories.moc"
