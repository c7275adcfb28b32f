// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/search_index.h"

#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestSearchIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void findsByPartOfAnything_data();
    void findsByPartOfAnything();
    void operatorsAndQuotesAreOnlyText_data();
    void operatorsAndQuotesAreOnlyText();
    void bestNameComesFirst();
    void forgottenSubjectsAreNotFound();

private:
    QStringList found(const QString& text);
    qint64 add(const QString& id, const QString& name);

    test_support::LibraryFixture m_library;
};

qint64 TestSearchIndex::add(const QString& id, const QString& name)
{
    Adapter adapter;
    adapter.id = id;
    adapter.sha256 = id;
    adapter.name = name;
    adapter.path = u"/adapters/"_s + id;
    return m_library->adapters().save(adapter).value();
}

void TestSearchIndex::initTestCase()
{
    VERIFY_OK(
        m_library->baseModels().save(test_support::baseAt(u"/models/Qwen2.5-0.5B"_s, u"b1"_s)));
    const qint64 kestrel = add(u"a"_s, u"kestrel-r16"_s);
    VERIFY_OK(m_library->notes().set({SubjectKind::Adapter, kestrel},
                                     u"Good on brakes, 100% thin on e-bikes"_s));
    VERIFY_OK(m_library->tags().set({SubjectKind::Adapter, kestrel}, {u"Support"_s, u"keep"_s}));
    // 고객지원, decomposed as some file systems store it.
    add(u"b"_s, u"고객지원-v2"_s.normalized(QString::NormalizationForm_D));
    add(u"c"_s, u"\"AND\" OR (x*) it's"_s);
    Adapter based;
    based.id = u"d"_s;
    based.name = u"tone"_s;
    based.path = u"/adapters/d"_s;
    based.basePath = u"/models/Qwen2.5-0.5B"_s;
    based.base = 1;
    VERIFY_OK(m_library->adapters().save(based));
    add(u"e"_s, u"re-kestrel-of-many-words"_s);
}

QStringList TestSearchIndex::found(const QString& text)
{
    QStringList ids;
    const auto hits = m_library->search(text);
    for (const SearchHit& hit : test_support::valueOf(hits)) {
        if (hit.subject.kind == SubjectKind::Adapter) {
            ids << hit.id;
        }
    }
    ids.sort();
    AdapterQuery query;
    query.text = text;
    QStringList filtered;
    for (const Adapter& adapter : test_support::valueOf(m_library->adapters().list(query))) {
        filtered << adapter.id;
    }
    filtered.sort();
    // The list's filter and the search agree, but for an empty text.
    return text.trimmed().isEmpty() || ids == filtered ? ids : QStringList{u"they differ"_s};
}

void TestSearchIndex::findsByPartOfAnything_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("ids");
    QTest::newRow("middle of a name") << u"estre"_s << QStringList{u"a"_s, u"e"_s};
    QTest::newRow("case") << u"KESTREL-R"_s << QStringList{u"a"_s};
    QTest::newRow("note") << u"e-bikes"_s << QStringList{u"a"_s};
    QTest::newRow("tag") << u"support"_s << QStringList{u"a"_s};
    QTest::newRow("base") << u"qwen2"_s << QStringList{u"d"_s};
    QTest::newRow("two words, two places") << u"kes brakes"_s << QStringList{u"a"_s};
    QTest::newRow("short and long word") << u"r1 brakes"_s << QStringList{u"a"_s};
    QTest::newRow("two letters") << u"v2"_s << QStringList{u"b"_s};
    QTest::newRow("one syllable") << u"객"_s << QStringList{u"b"_s};
    QTest::newRow("two syllables") << u"지원"_s << QStringList{u"b"_s};
    QTest::newRow("three syllables") << u"고객지"_s << QStringList{u"b"_s};
    QTest::newRow("decomposed query")
        << u"고객지"_s.normalized(QString::NormalizationForm_D) << QStringList{u"b"_s};
    QTest::newRow("full width") << u"ｋｅｓｔｒｅｌ－ｒ"_s << QStringList{u"a"_s};
    QTest::newRow("a percent sign is one") << u"0%"_s << QStringList{u"a"_s};
    QTest::newRow("an underscore is one") << u"_"_s << QStringList{};
    QTest::newRow("nothing of it") << u"zebra"_s << QStringList{};
    QTest::newRow("blank") << u"  "_s << QStringList{};
}

void TestSearchIndex::findsByPartOfAnything()
{
    QFETCH(QString, text);
    QFETCH(QStringList, ids);
    QCOMPARE(found(text), ids);
}

void TestSearchIndex::operatorsAndQuotesAreOnlyText_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"\"AND\"",
                             "it's",
                             "(x*)",
                             "\"",
                             "name:",
                             "AND OR NOT",
                             "NEAR(",
                             "^x",
                             "-kestrel",
                             "*",
                             "\\",
                             "';--",
                             "{a b}: c"}) {
        QTest::newRow(text) << QString::fromUtf8(text);
    }
    QTest::newRow("NUL") << QString(QChar::Null) + u"abc"_s;
    QTest::newRow("lone surrogate") << QString(QChar(0xd83d)) + u"abc"_s;
    QTest::newRow("very long") << QString(100000, QLatin1Char('x'));
}

void TestSearchIndex::operatorsAndQuotesAreOnlyText()
{
    QFETCH(QString, text);
    VERIFY_OK(m_library->search(text));
    const QStringList ids = found(text);
    const bool isInC = u"\"and\" or (x*) it's"_s.contains(text, Qt::CaseInsensitive);
    QCOMPARE(ids.contains(u"c"_s), isInC);
}

void TestSearchIndex::bestNameComesFirst()
{
    const auto hits = m_library->search(u"kestrel"_s);
    VERIFY_OK(hits);
    QVERIFY(!hits.value().empty());
    QCOMPARE(hits.value().front().id, u"a"_s);
    QCOMPARE(hits.value().front().name, u"kestrel-r16"_s);
}

void TestSearchIndex::forgottenSubjectsAreNotFound()
{
    const qint64 row = add(u"gone"_s, u"evanescent"_s);
    QCOMPARE(found(u"evanes"_s), QStringList{u"gone"_s});
    VERIFY_OK(m_library->adapters().forget(row));
    QCOMPARE(found(u"evanes"_s), QStringList{});
}

QTEST_GUILESS_MAIN(TestSearchIndex)
#include "tst_search_index.moc"
