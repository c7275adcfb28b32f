// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/adapters/lineage_layout.h"

#include <QTemporaryDir>
#include <QTest>

using namespace ui::pages::adapters;
using app::library::Adapter;
using app::library::AdapterParent;
using app::library::Library;

class TestLineageLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void loneAdapterStandsBesideItsBase();
    void generationsGoFromLeftToRight();
    void otherParentsOfAChildAreShown();
    void unknownParentIsNamedByItsRun();
    void circleDoesNotHang();
    void manyRelativesAreCounted();
    void noTwoNodesShareAPlace();

private:
    qint64 add(const QString& id, const QList<qint64>& parents = {});
    Lineage read(qint64 row);
    static int indexOf(const Lineage& lineage, const QString& name);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Library> m_library;
};

void TestLineageLayout::init()
{
    m_library.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_library = std::make_unique<Library>(
        app::library::LibraryFolders{m_folder->filePath(QStringLiteral("library.db")),
                                     m_folder->filePath(QStringLiteral("runs")),
                                     m_folder->filePath(QStringLiteral("adapters")),
                                     m_folder->filePath(QStringLiteral("backups"))});
    QVERIFY(m_library->open().ok());
}

qint64 TestLineageLayout::add(const QString& id, const QList<qint64>& parents)
{
    Adapter adapter;
    adapter.id = id;
    adapter.name = id;
    adapter.path = QStringLiteral("/runs/") + id + QStringLiteral("/output/adapter");
    adapter.basePath = QStringLiteral("/models/tiny");
    const auto row = m_library->adapters().save(adapter);
    std::vector<AdapterParent> relations;
    for (const qint64 parent : parents) {
        AdapterParent relation;
        relation.parent = parent;
        relation.relation = QString::fromLatin1(app::library::relation::kContinued);
        relations.push_back(relation);
    }
    (void)m_library->adapters().setParents(row.value(), relations);
    return row.value();
}

Lineage TestLineageLayout::read(qint64 row)
{
    return readLineage(*m_library, m_library->adapters().find(row).value());
}

int TestLineageLayout::indexOf(const Lineage& lineage, const QString& name)
{
    for (size_t i = 0; i < lineage.nodes.size(); ++i) {
        if (lineage.nodes[i].name == name) {
            return int(i);
        }
    }
    return -1;
}

void TestLineageLayout::loneAdapterStandsBesideItsBase()
{
    const Lineage lineage = read(add(QStringLiteral("kestrel")));
    QCOMPARE(lineage.nodes.size(), size_t(2));
    QCOMPARE(lineage.columns, 2);
    const int base = indexOf(lineage, QStringLiteral("tiny"));
    QVERIFY(base >= 0);
    QCOMPARE(lineage.nodes[size_t(base)].place, QPoint(0, 0));
    QVERIFY(lineage.nodes[size_t(base)].kind == LineageNode::Kind::Base);
    QCOMPARE(lineage.edges.size(), size_t(1));
}

void TestLineageLayout::generationsGoFromLeftToRight()
{
    const qint64 first = add(QStringLiteral("first"));
    const qint64 second = add(QStringLiteral("second"), {first});
    add(QStringLiteral("third"), {second});
    const Lineage lineage = read(second);
    const auto column = [&](const char* name) {
        return lineage.nodes[size_t(indexOf(lineage, QString::fromLatin1(name)))].place.x();
    };
    QCOMPARE(column("tiny"), 0);
    QCOMPARE(column("first"), 1);
    QCOMPARE(column("second"), 2);
    QCOMPARE(column("third"), 3);
    QVERIFY(lineage.nodes[size_t(indexOf(lineage, QStringLiteral("second")))].isSubject);
}

void TestLineageLayout::otherParentsOfAChildAreShown()
{
    const qint64 kestrel = add(QStringLiteral("kestrel"));
    const qint64 tone = add(QStringLiteral("tone"));
    add(QStringLiteral("both"), {kestrel, tone});
    const Lineage lineage = read(kestrel);
    QVERIFY(indexOf(lineage, QStringLiteral("tone")) >= 0);
    QVERIFY(indexOf(lineage, QStringLiteral("both")) >= 0);
}

void TestLineageLayout::unknownParentIsNamedByItsRun()
{
    const qint64 row = add(QStringLiteral("child"));
    AdapterParent relation;
    relation.path = QStringLiteral("/old/2026-03-01_kestrel/output/adapter");
    relation.relation = QString::fromLatin1(app::library::relation::kContinued);
    QVERIFY(m_library->adapters().setParents(row, {relation}).ok());
    const Lineage lineage = read(row);
    const int parent = indexOf(lineage, QStringLiteral("2026-03-01_kestrel"));
    QVERIFY(parent >= 0);
    QVERIFY(lineage.nodes[size_t(parent)].kind == LineageNode::Kind::Unknown);
    QCOMPARE(lineage.nodes[size_t(parent)].adapter, 0);
}

void TestLineageLayout::circleDoesNotHang()
{
    const qint64 first = add(QStringLiteral("first"));
    const qint64 second = add(QStringLiteral("second"), {first});
    AdapterParent back;
    back.parent = second;
    back.relation = QString::fromLatin1(app::library::relation::kContinued);
    QVERIFY(m_library->adapters().setParents(first, {back}).ok());
    QVERIFY(read(first).nodes.size() >= 2);
}

void TestLineageLayout::manyRelativesAreCounted()
{
    const qint64 parent = add(QStringLiteral("parent"));
    for (int i = 0; i < 40; ++i) {
        add(QStringLiteral("child-%1").arg(i), {parent});
    }
    const Lineage lineage = read(parent);
    QCOMPARE(lineage.nodes.size(), size_t(25)); // 24 adapters and the base
    QCOMPARE(lineage.hidden, 41 - 24);
}

void TestLineageLayout::noTwoNodesShareAPlace()
{
    const qint64 parent = add(QStringLiteral("parent"));
    const qint64 other = add(QStringLiteral("other"));
    for (int i = 0; i < 6; ++i) {
        add(QStringLiteral("child-%1").arg(i), {parent, other});
    }
    const Lineage lineage = read(parent);
    QList<QPoint> places;
    for (const LineageNode& node : lineage.nodes) {
        QVERIFY(!places.contains(node.place));
        places << node.place;
    }
}

QTEST_GUILESS_MAIN(TestLineageLayout)
#include "tst_lineage_layout.moc"
