// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/models/module_tree_model.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/widgets/item_roles.h"

#include <algorithm>

namespace ui::pages::models {

namespace {

using engine::contract::Value;
using namespace Qt::StringLiterals;

// More blocks than this fold into one row behind the first few.
constexpr int kShownBlocks = 3;
constexpr int kMostBlocks = 6;

QString shapeOf(const Value& module)
{
    QStringList sizes;
    for (const Value& size : module["shape"].toList()) {
        sizes.append(QString::number(size.toInteger()));
    }
    return sizes.join(u" × "_s);
}

// A part of a fused weight (q of c_attn). Older recordings give its name alone: parts of one size.
struct Slice
{
    QString name;
    qint64 rows = 0;
};

std::vector<Slice> slicesOf(const Value& module)
{
    std::vector<Slice> slices;
    const auto& list = module["slices"].toList();
    const auto& shape = module["shape"].toList();
    const bool isTransposed = module["kind"].toString() == "conv1d";
    const qint64 out = shape.size() == 2 ? shape[isTransposed ? 1 : 0].toInteger() : 0;
    for (const Value& slice : list) {
        slices.push_back(slice.isString()
                             ? Slice{app::qs(slice.toString()), out / qint64(list.size())}
                             : Slice{app::qs(slice["name"].toString()), slice["rows"].toInteger()});
    }
    return slices;
}

// What a module is called in settings: its short name, or those of its parts.
bool isCalled(const Value& module, const QString& word)
{
    return app::qs(module["short_name"].toString()) == word
           || std::ranges::any_of(slicesOf(module),
                                  [&word](const Slice& slice) { return slice.name == word; });
}

bool isNumber(const QString& name)
{
    return !name.isEmpty() && std::ranges::all_of(name, [](QChar c) { return c.isDigit(); });
}

} // namespace

struct ModuleTreeModel::Node
{
    QString name;
    QString fullName;
    QString shape;
    QString detail;
    bool bias = false;
    bool tied = false;
    bool isSlice = false; // its parameters are counted by the module
    qint64 parameters = 0;
    int row = 0;
    Node* parent = nullptr;
    std::vector<std::unique_ptr<Node>> children;

    Node* child(const QString& wanted)
    {
        for (const auto& each : children) {
            if (each->name == wanted) {
                return each.get();
            }
        }
        children.push_back(std::make_unique<Node>());
        Node* added = children.back().get();
        added->name = wanted;
        added->fullName = fullName.isEmpty() ? wanted : QString(fullName + u'.' + wanted);
        added->parent = this;
        return added;
    }

    qint64 sum()
    {
        for (const auto& each : children) {
            const qint64 counted = each->sum();
            parameters += each->isSlice ? 0 : counted;
        }
        return parameters;
    }

    int blocks() const
    {
        return static_cast<int>(
            std::ranges::count_if(children, [](const auto& each) { return isNumber(each->name); }));
    }

    // Puts the numbered children behind the first few under one row.
    void fold()
    {
        for (const auto& each : children) {
            each->fold();
        }
        if (blocks() != static_cast<int>(children.size()) || blocks() <= kMostBlocks) {
            return;
        }
        auto rest = std::make_unique<Node>();
        rest->name = children[kShownBlocks]->name + u" … "_s + children.back()->name;
        rest->parent = this;
        for (std::size_t i = kShownBlocks; i < children.size(); ++i) {
            rest->parameters += children[i]->parameters;
            children[i]->parent = rest.get();
            rest->children.push_back(std::move(children[i]));
        }
        rest->shape = ModuleTreeModel::tr("%n more block(s)", nullptr, rest->blocks());
        children.resize(kShownBlocks);
        children.push_back(std::move(rest));
    }

    void number()
    {
        for (std::size_t i = 0; i < children.size(); ++i) {
            children[i]->row = static_cast<int>(i);
            children[i]->number();
        }
    }
};

ModuleTreeModel::ModuleTreeModel(QObject* parent)
    : QAbstractItemModel(parent), m_root(std::make_unique<Node>())
{
}

ModuleTreeModel::~ModuleTreeModel() = default;

void ModuleTreeModel::setModel(const Value& model)
{
    m_model = model;
    rebuild();
}

void ModuleTreeModel::setFilter(const QString& text)
{
    m_filter = text.trimmed();
    rebuild();
}

void ModuleTreeModel::rebuild()
{
    beginResetModel();
    m_root = std::make_unique<Node>();
    m_shownModules = 0;
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    const auto& modules = m_model["modules"].toList();
    const bool meansShortNames =
        !words.isEmpty() && std::ranges::all_of(words, [&modules](const QString& word) {
            return std::ranges::any_of(
                modules, [&word](const Value& module) { return isCalled(module, word); });
        });
    for (const Value& module : modules) {
        const QString name = app::qs(module["name"].toString());
        const bool shown =
            meansShortNames ? std::ranges::any_of(
                words, [&module](const QString& word) { return isCalled(module, word); })
                            : name.contains(m_filter, Qt::CaseInsensitive);
        if (name.isEmpty() || !shown) {
            continue;
        }
        Node* node = m_root.get();
        for (const QString& part : name.split(u'.')) {
            node = node->child(part);
        }
        // A tied head has no weights of its own.
        const bool isEmbedding = module["kind"].toString() == "embedding";
        const bool isHead = !isEmbedding && module["layer"].toInteger() < 0
                            && module["kind"].toString() == "linear";
        node->tied = m_model["tied"].toBool() && (isEmbedding || isHead);
        node->shape = shapeOf(module);
        node->parameters = node->tied && isHead ? 0 : module["parameters"].toInteger();
        node->bias = module["bias"].toBool();
        node->detail = app::qs(module["dtype"].toString());
        addSlices(*node, module, meansShortNames ? words : QStringList());
        ++m_shownModules;
    }
    m_root->sum();
    if (m_filter.isEmpty()) {
        m_root->fold();
    }
    m_root->number();
    endResetModel();
}

// Those called one of `words`, or all where there are none.
void ModuleTreeModel::addSlices(Node& node, const Value& module, const QStringList& words)
{
    const auto& shape = module["shape"].toList();
    const qint64 in =
        shape.size() == 2 ? shape[module["kind"].toString() == "conv1d" ? 0 : 1].toInteger() : 0;
    for (const Slice& slice : slicesOf(module)) {
        if (!words.isEmpty() && !words.contains(slice.name)) {
            continue;
        }
        Node* part = node.child(slice.name);
        part->isSlice = true;
        part->shape = u"%1 × %2"_s.arg(slice.rows).arg(in);
        part->bias = node.bias;
        part->detail = node.detail;
        part->parameters = slice.rows * (in + (node.bias ? 1 : 0));
    }
}

QModelIndex ModuleTreeModel::firstMatch() const
{
    const Node* node = m_root.get();
    while (!node->children.empty()) {
        node = node->children.front().get();
    }
    return node == m_root.get() ? QModelIndex() : createIndex(node->row, 0, node);
}

ModuleTreeModel::Node* ModuleTreeModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex ModuleTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, nodeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ModuleTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid()) {
        return {};
    }
    Node* parent = nodeOf(child)->parent;
    return parent == m_root.get() ? QModelIndex() : createIndex(parent->row, 0, parent);
}

int ModuleTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int ModuleTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant ModuleTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Node& node = *nodeOf(index);
    const qint64 total = m_model["parameters"]["total"].toInteger();
    const double share = total > 0 ? double(node.parameters) / double(total) : 0;
    switch (role) {
    case Qt::DisplayRole:
        return display(node, index.column());
    case Qt::ToolTipRole:
        return index.column() == Module ? node.fullName : QString();
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter
                   | (index.column() == Parameters ? Qt::AlignRight : Qt::AlignLeft));
    case widgets::StrongRole:
        return !node.children.empty() && index.column() == Module;
    case FullNameRole:
        return node.fullName;
    case widgets::ShareRole:
        return share;
    case IsGroupRole:
        return !node.children.empty();
    case DetailRole:
        return node.detail;
    default:
        return {};
    }
}

QVariant ModuleTreeModel::display(const Node& node, int column) const
{
    switch (column) {
    case Module:
        return node.tied ? tr("%1 (tied)").arg(node.name) : node.name;
    case Shape:
        if (node.shape.isEmpty() && node.blocks() > 0) {
            int blocks = 0;
            for (const auto& each : node.children) {
                blocks += isNumber(each->name) ? 1 : each->blocks();
            }
            return tr("%n block(s)", nullptr, blocks);
        }
        return node.bias ? tr("%1 + bias").arg(node.shape) : node.shape;
    case Parameters:
        return node.parameters > 0 ? app::formatCount(node.parameters) : app::noValue();
    case Share: {
        if (node.parameters == 0) {
            return QString();
        }
        const qint64 total = m_model["parameters"]["total"].toInteger();
        return app::formatPercent(total > 0 ? double(node.parameters) / double(total) : 0);
    }
    default:
        return {};
    }
}

QVariant ModuleTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (section == Parameters ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Module:
        return tr("Module");
    case Shape:
        return tr("Shape (out × in)");
    case Parameters:
        return tr("Parameters");
    case Share:
        return tr("Share");
    default:
        return {};
    }
}

} // namespace ui::pages::models
