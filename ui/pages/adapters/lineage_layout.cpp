// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/lineage_layout.h"

#include "app/base/format.h"
#include "ui/pages/adapters/adapter_texts.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>
#include <deque>
#include <numeric>

namespace ui::pages::adapters {

using app::library::Adapter;
using app::library::AdapterParent;
using app::library::Library;

namespace {

namespace relation = app::library::relation;

constexpr size_t kMostAdapters = 24;

struct LineageText
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::adapters::Lineage)
};

LineageNode::Kind kindOf(const Adapter& adapter, const std::vector<AdapterParent>& parents)
{
    if (adapter.origin == QLatin1String(app::library::origin::kImported)) {
        return LineageNode::Kind::Imported;
    }
    const auto has = [&parents](const char* wanted) {
        return std::any_of(parents.begin(), parents.end(), [wanted](const AdapterParent& parent) {
            return parent.relation == QLatin1String(wanted);
        });
    };
    if (has(relation::kReRanked)) {
        return LineageNode::Kind::ReRanked;
    }
    if (has(relation::kExtracted)) {
        return LineageNode::Kind::Extracted;
    }
    if (has(relation::kContinued)) {
        return LineageNode::Kind::Continued;
    }
    return has(relation::kMerged) ? LineageNode::Kind::Combined : LineageNode::Kind::Trained;
}

QString wordOf(LineageNode::Kind kind)
{
    switch (kind) {
    case LineageNode::Kind::Base:
        return LineageText::tr("base");
    case LineageNode::Kind::Trained:
        return LineageText::tr("trained");
    case LineageNode::Kind::Continued:
        return LineageText::tr("continued");
    case LineageNode::Kind::Combined:
        //: Trained on a base into which other adapters had been merged.
        return LineageText::tr("merged base");
    case LineageNode::Kind::ReRanked:
        return LineageText::tr("re-ranked");
    case LineageNode::Kind::Extracted:
        return LineageText::tr("extracted");
    case LineageNode::Kind::Imported:
        return LineageText::tr("imported");
    case LineageNode::Kind::Unknown:
        break;
    }
    return LineageText::tr("not in the library");
}

// Grows the graph one adapter at a time; each is there once.
class Reader
{
public:
    explicit Reader(Library& library) : m_library(library) {}

    Lineage read(const Adapter& subject)
    {
        add(subject);
        m_lineage.nodes.front().isSubject = true;
        // Ancestors, breadth first, then the children with their other parents.
        std::deque<qint64> waiting = {subject.row};
        while (!waiting.empty()) {
            const qint64 row = waiting.front();
            waiting.pop_front();
            for (const qint64 parent : addParents(row)) {
                waiting.push_back(parent);
            }
        }
        const auto children = m_library.adapters().children(subject.row);
        for (size_t i = 0; children && i < children.value().size(); ++i) {
            if (addKnown(children.value()[i].child) >= 0) {
                addParents(children.value()[i].child);
            }
        }
        addBase(subject);
        return std::move(m_lineage);
    }

private:
    int add(const Adapter& adapter)
    {
        const auto parents = m_library.adapters().parents(adapter.row);
        LineageNode node;
        node.kind = kindOf(adapter, parents ? parents.value() : std::vector<AdapterParent>());
        node.name = adapter.name;
        node.detail =
            LineageText::tr("%1 · %2").arg(wordOf(node.kind), app::formatShort(adapter.parameters));
        node.adapter = adapter.row;
        node.isTrashed = adapter.trashed.isValid();
        m_lineage.nodes.push_back(node);
        const int index = int(m_lineage.nodes.size()) - 1;
        m_places.insert(adapter.row, index);
        return index;
    }

    // The node of this row, made when there is room; -1 when not.
    int addKnown(qint64 row)
    {
        if (m_places.contains(row)) {
            return m_places.value(row);
        }
        if (m_lineage.nodes.size() >= kMostAdapters) {
            ++m_lineage.hidden;
            return -1;
        }
        const auto adapter = m_library.adapters().find(row);
        return adapter ? add(adapter.value()) : -1;
    }

    // Returns those that were new.
    std::vector<qint64> addParents(qint64 row)
    {
        std::vector<qint64> added;
        const int child = m_places.value(row, -1);
        const auto parents = m_library.adapters().parents(row);
        for (size_t i = 0; parents && i < parents.value().size(); ++i) {
            const AdapterParent& parent = parents.value()[i];
            const bool isNew = parent.parent && !m_places.contains(*parent.parent);
            const int from = parent.parent ? addKnown(*parent.parent) : addUnknown(parent);
            if (from < 0 || from == child || hasEdge(from, child)) {
                continue;
            }
            m_lineage.edges.push_back({from, child});
            if (isNew) {
                added.push_back(*parent.parent);
            }
        }
        return added;
    }

    int addUnknown(const AdapterParent& parent)
    {
        LineageNode node;
        node.kind = LineageNode::Kind::Unknown;
        const QStringList parts = parent.path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
        // …/<run>/output/adapter says more by the run than by its own name.
        const bool isRun = parts.size() > 2 && parts[parts.size() - 2] == QLatin1String("output");
        node.name = parts.isEmpty() ? app::noValue()
                    : isRun         ? parts[parts.size() - 3]
                                    : parts.last();
        node.detail = wordOf(node.kind);
        m_lineage.nodes.push_back(node);
        return int(m_lineage.nodes.size()) - 1;
    }

    // Every adapter without a parent stands on the base.
    void addBase(const Adapter& subject)
    {
        if (baseText(subject) == app::noValue()) {
            return;
        }
        LineageNode node;
        node.kind = LineageNode::Kind::Base;
        node.name = baseText(subject);
        node.base = subject.basePath;
        node.detail = wordOf(node.kind);
        if (subject.base) {
            const auto base = m_library.baseModels().find(*subject.base);
            if (base && base.value().parameters > 0) {
                node.detail = LineageText::tr("%1 · %2").arg(
                    node.detail, app::formatShort(base.value().parameters));
            }
        }
        const int index = int(m_lineage.nodes.size());
        m_lineage.nodes.push_back(node);
        for (int i = 0; i < index; ++i) {
            const bool hasParent =
                std::any_of(m_lineage.edges.begin(),
                            m_lineage.edges.end(),
                            [i](const LineageEdge& edge) { return edge.to == i; });
            if (!hasParent && m_lineage.nodes[size_t(i)].kind != LineageNode::Kind::Unknown) {
                m_lineage.edges.push_back({index, i});
            }
        }
    }

    bool hasEdge(int from, int to) const
    {
        return std::any_of(
            m_lineage.edges.begin(), m_lineage.edges.end(), [from, to](const LineageEdge& edge) {
                return edge.from == from && edge.to == to;
            });
    }

    Library& m_library;
    Lineage m_lineage;
    QHash<qint64, int> m_places;
};

} // namespace

Lineage readLineage(Library& library, const Adapter& adapter)
{
    Lineage lineage = Reader(library).read(adapter);
    placeLineage(lineage);
    return lineage;
}

void placeLineage(Lineage& lineage)
{
    auto& nodes = lineage.nodes;
    // Longest way from a source; a circle, which only a damaged library has, stops growing.
    std::vector<int> column(nodes.size(), 0);
    for (size_t round = 0; round < nodes.size(); ++round) {
        bool isStable = true;
        for (const LineageEdge& edge : lineage.edges) {
            if (column[size_t(edge.to)] <= column[size_t(edge.from)]) {
                column[size_t(edge.to)] = column[size_t(edge.from)] + 1;
                isStable = false;
            }
        }
        if (isStable) {
            break;
        }
    }
    const int last = nodes.empty() ? -1 : *std::max_element(column.begin(), column.end());
    lineage.columns = 0;
    lineage.rows = 0;
    std::vector<double> height(nodes.size(), 0);
    for (int c = 0; c <= last; ++c) {
        std::vector<size_t> members;
        for (size_t i = 0; i < nodes.size(); ++i) {
            if (column[i] == c) {
                members.push_back(i);
            }
        }
        if (members.empty()) {
            continue;
        }
        // Each beside the middle of its parents.
        std::vector<double> wish(nodes.size(), 0);
        for (const size_t member : members) {
            double sum = 0;
            int count = 0;
            for (const LineageEdge& edge : lineage.edges) {
                if (size_t(edge.to) == member) {
                    sum += height[size_t(edge.from)];
                    ++count;
                }
            }
            wish[member] = count > 0 ? sum / count : 0;
        }
        std::stable_sort(members.begin(), members.end(), [&wish](size_t left, size_t right) {
            return wish[left] < wish[right];
        });
        for (size_t i = 0; i < members.size(); ++i) {
            height[members[i]] = double(i);
            nodes[members[i]].place = QPoint(lineage.columns, int(i));
        }
        lineage.rows = std::max(lineage.rows, int(members.size()));
        ++lineage.columns;
    }
}

} // namespace ui::pages::adapters
