// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/adapter_repository.h"

#include "tests/app/library/library_fixture.h"

#include <QElapsedTimer>
#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestAdapterRepository : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_library = std::make_unique<test_support::LibraryFixture>(); }
    void sortsByEveryColumn_data();
    void sortsByEveryColumn();
    void sameNamesAreSeveralAdapters();
    void newContentOfARunIsTheSameAdapter();
    void givenNameOutlivesTheFolder();
    void filtersByBaseAndTag();
    void parentsAreTiedWhicheverComesFirst();
    void forgottenParentLeavesItsTrace();
    void tenThousandAreListedSearchedAndSorted();

private:
    Library& library() { return **m_library; }
    qint64 add(const QString& id, const std::function<void(Adapter&)>& edit = {});
    QStringList ids(const AdapterQuery& query);

    std::unique_ptr<test_support::LibraryFixture> m_library;
};

qint64 TestAdapterRepository::add(const QString& id, const std::function<void(Adapter&)>& edit)
{
    Adapter adapter;
    adapter.id = id;
    adapter.sha256 = u"sha-"_s + id;
    adapter.name = id;
    adapter.path = u"/adapters/"_s + id;
    adapter.method = u"lora"_s;
    if (edit) {
        edit(adapter);
    }
    const auto row = library().adapters().save(adapter);
    return row ? row.value() : 0;
}

QStringList TestAdapterRepository::ids(const AdapterQuery& query)
{
    QStringList found;
    const auto rows = library().adapters().order(query);
    for (const Adapter& adapter : test_support::valueOf(library().adapters().fetch(rows.value()))) {
        found << adapter.id;
    }
    return found;
}

void TestAdapterRepository::sortsByEveryColumn_data()
{
    QTest::addColumn<int>("sort");
    QTest::addColumn<bool>("isDescending");
    QTest::addColumn<QStringList>("expected");
    const QStringList abc = {u"a"_s, u"b"_s, u"c"_s};
    const QStringList cba = {u"c"_s, u"b"_s, u"a"_s};
    QTest::newRow("name") << int(AdapterSort::Name) << false << abc;
    QTest::newRow("name, down") << int(AdapterSort::Name) << true << cba;
    QTest::newRow("rank") << int(AdapterSort::Rank) << false << abc;
    QTest::newRow("parameters") << int(AdapterSort::Parameters) << false << cba;
    QTest::newRow("bytes") << int(AdapterSort::Bytes) << true << abc;
    QTest::newRow("made") << int(AdapterSort::Made) << true << cba;
    QTest::newRow("made by") << int(AdapterSort::Method) << false
                             << QStringList({u"c"_s, u"a"_s, u"b"_s});
    QTest::newRow("loss, none last")
        << int(AdapterSort::EvalLoss) << false << QStringList({u"b"_s, u"a"_s, u"c"_s});
    QTest::newRow("loss down, none last")
        << int(AdapterSort::EvalLoss) << true << QStringList({u"a"_s, u"b"_s, u"c"_s});
}

void TestAdapterRepository::sortsByEveryColumn()
{
    QFETCH(int, sort);
    QFETCH(bool, isDescending);
    QFETCH(QStringList, expected);
    add(u"a"_s, [](Adapter& a) {
        a.name = u"alpha"_s;
        a.rank = 4;
        a.parameters = 900;
        a.bytes = 90;
        a.evalLoss = 2.0;
        a.made = QDateTime::fromMSecsSinceEpoch(1000, Qt::UTC);
    });
    add(u"b"_s, [](Adapter& a) {
        a.name = u"Beta"_s;
        a.rank = 8;
        a.parameters = 800;
        a.bytes = 80;
        a.evalLoss = 1.0;
        a.made = QDateTime::fromMSecsSinceEpoch(2000, Qt::UTC);
    });
    add(u"c"_s, [](Adapter& a) {
        a.name = u"gamma"_s;
        a.rank = 16;
        a.parameters = 700;
        a.bytes = 70;
        a.origin = QString::fromLatin1(origin::kImported);
        a.made = QDateTime::fromMSecsSinceEpoch(3000, Qt::UTC);
    });
    AdapterQuery query;
    query.sort = AdapterSort(sort);
    query.isDescending = isDescending;
    QCOMPARE(ids(query), expected);
}

void TestAdapterRepository::sameNamesAreSeveralAdapters()
{
    const qint64 first = add(u"a"_s, [](Adapter& a) { a.name = u"same"_s; });
    const qint64 second = add(u"b"_s, [](Adapter& a) {
        a.name = u"same"_s;
        a.sha256 = u"sha-a"_s; // and even the same content: two runs of one job
    });
    QVERIFY(first != second);
    QCOMPARE(library().adapters().findByHash(u"sha-a"_s).value().size(), size_t(2));
}

void TestAdapterRepository::newContentOfARunIsTheSameAdapter()
{
    const qint64 row = add(u"a"_s, [](Adapter& a) {
        a.evalLoss = 2.0;
        a.evalStep = 10;
        a.relativeNorm = 0.1;
    });
    VERIFY_OK(library().tags().set({SubjectKind::Adapter, row}, {u"keep"_s}));
    QCOMPARE(add(u"a"_s,
                 [](Adapter& a) {
                     a.sha256 = u"other"_s;
                     a.evalLoss = 1.5;
                     a.evalStep = 20;
                 }),
             row);
    const auto found = library().adapters().find(row);
    VERIFY_OK(found);
    QCOMPARE(*found.value().evalLoss, 1.5);
    QCOMPARE(found.value().evalStep, 20);
    // Measured on the old content, so it is not known any more.
    QVERIFY(!found.value().relativeNorm);
    QCOMPARE(library().tags().of({SubjectKind::Adapter, row}).value(), QStringList{u"keep"_s});
}

void TestAdapterRepository::givenNameOutlivesTheFolder()
{
    const qint64 row = add(u"a"_s);
    VERIFY_OK(library().adapters().rename(row, u"  my  name "_s));
    add(u"a"_s);
    QCOMPARE(library().adapters().find(row).value().name, u"my name"_s);
    QVERIFY(!library().adapters().rename(row, u" "_s));
}

void TestAdapterRepository::filtersByBaseAndTag()
{
    const qint64 base = library().baseModels().save(test_support::baseAt(u"/m/q"_s)).value();
    const qint64 row = add(u"a"_s, [&](Adapter& a) { a.base = base; });
    add(u"b"_s, [&](Adapter& a) { a.base = base; });
    add(u"c"_s);
    VERIFY_OK(library().tags().set({SubjectKind::Adapter, row}, {u"Keep"_s}));
    AdapterQuery query;
    query.sort = AdapterSort::Name;
    query.isDescending = false;
    query.base = base;
    QCOMPARE(ids(query), QStringList({u"a"_s, u"b"_s}));
    query.tag = u"keep"_s;
    QCOMPARE(ids(query), QStringList({u"a"_s}));
    QCOMPARE(library().adapters().totals(query).value().count, 1);
    QCOMPARE(library().adapters().bases().value().size(), size_t(1));
    const auto counts = library().adapters().countsByBase();
    VERIFY_OK(counts);
    QCOMPARE(counts.value().size(), 1);
    const auto bases = library().adapters().bases();
    for (const auto& [base, name] : bases.value()) {
        AdapterQuery ofBase;
        ofBase.base = base;
        QCOMPARE(qint64(counts.value().value(base)),
                 library().adapters().totals(ofBase).value().count);
    }
}

void TestAdapterRepository::parentsAreTiedWhicheverComesFirst()
{
    const auto parentAt = [](const QString& path) {
        AdapterParent parent;
        parent.path = path;
        parent.relation = QString::fromLatin1(relation::kContinued);
        return parent;
    };
    const qint64 child = add(u"child"_s);
    VERIFY_OK(library().adapters().setParents(child, {parentAt(u"/adapters/late"_s)}));
    QVERIFY(!library().adapters().parents(child).value()[0].parent);
    const qint64 late = add(u"late"_s);
    QCOMPARE(library().adapters().parents(child).value()[0].parent, std::optional<qint64>(late));
    const qint64 second = add(u"second"_s);
    VERIFY_OK(library().adapters().setParents(second, {parentAt(u"/adapters/late/"_s)}));
    const auto children = library().adapters().children(late);
    VERIFY_OK(children);
    QCOMPARE(children.value().size(), size_t(2));
    QCOMPARE(children.value()[1].child, second);
}

void TestAdapterRepository::forgottenParentLeavesItsTrace()
{
    const qint64 parent = add(u"parent"_s);
    const qint64 child = add(u"child"_s);
    AdapterParent relation;
    relation.path = u"/adapters/parent"_s;
    relation.relation = u"merged"_s;
    relation.weight = 0.4;
    VERIFY_OK(library().adapters().setParents(child, {relation}));
    VERIFY_OK(library().adapters().forget(parent));
    const auto parents = library().adapters().parents(child);
    VERIFY_OK(parents);
    QVERIFY(!parents.value()[0].parent);
    QCOMPARE(parents.value()[0].path, u"/adapters/parent"_s);
    QCOMPARE(parents.value()[0].weight, 0.4);
}

void TestAdapterRepository::tenThousandAreListedSearchedAndSorted()
{
    constexpr int kCount = 10000;
    const auto addAll = [this]() -> Result<void> {
        for (int i = 0; i < kCount; ++i) {
            add(u"adapter-%1"_s.arg(i), [i](Adapter& a) {
                a.name = u"%1-어댑터-%2"_s.arg(i % 2 == 0 ? u"kestrel"_s : u"tone"_s).arg(i);
                a.bytes = 1000;
                a.evalLoss = double(i * 7919 % kCount);
                a.made = QDateTime::fromMSecsSinceEpoch(i, Qt::UTC);
            });
        }
        return {};
    };
    VERIFY_OK(library().inOneGo(addAll));
    QElapsedTimer timer;
    const auto timed = [&](const char* what, const AdapterQuery& query) {
        timer.start();
        const auto rows = library().adapters().order(query);
        const double ordered = double(timer.nsecsElapsed()) / 1e6;
        timer.start();
        const std::vector<qint64> page(rows.value().begin(),
                                       rows.value().begin()
                                           + std::min<qsizetype>(100, rows.value().size()));
        const auto read = library().adapters().fetch(page);
        qInfo("%s: order %.1f ms, page of %zu %.1f ms",
              what,
              ordered,
              read.value().size(),
              double(timer.nsecsElapsed()) / 1e6);
        return rows.value().size();
    };
    AdapterQuery query;
    QCOMPARE(timed("newest", query), size_t(kCount));
    query.sort = AdapterSort::EvalLoss;
    QCOMPARE(timed("by loss", query), size_t(kCount));
    query.sort = AdapterSort::Name;
    QCOMPARE(timed("by name", query), size_t(kCount));
    query.text = u"kestrel"_s;
    QCOMPARE(timed("kestrel", query), size_t(kCount / 2));
    query.text = u"어댑"_s;
    QCOMPARE(timed("two syllables", query), size_t(kCount));
    query.text = u"kestrel-어댑터-4242"_s;
    QCOMPARE(timed("one of them", query), size_t(1));
    timer.start();
    QCOMPARE(library().adapters().totals({}).value().bytes, kCount * 1000);
    qInfo("totals: %.1f ms", double(timer.nsecsElapsed()) / 1e6);
}

QTEST_GUILESS_MAIN(TestAdapterRepository)
#include "tst_adapter_repository.moc"
