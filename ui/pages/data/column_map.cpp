// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/column_map.h"

#include "app/base/text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/elided_label.h"

#include <QGridLayout>

#include <algorithm>

namespace ui::pages::data {

namespace {

using widgets::ComboBox;

// A table of more columns is mapped by a preset or on the command line.
constexpr qsizetype kMostColumns = 40;

// While no column has a role the format itself says what is read.
QString unusedWord(const ImportFile& file)
{
    const QStringList columns = file.columns();
    const bool isMapped = std::ranges::any_of(columns, [&file](const QString& column) {
        return !file.roleOf(app::stdString(column)).empty();
    });
    return isMapped ? ColumnMap::tr("Not used") : ColumnMap::tr("As detected");
}

QString exampleOf(const ImportFile& file, const QString& column)
{
    return app::qs(file.answer["examples"][app::stdString(column)].toString()).simplified();
}

} // namespace

ColumnMap::ColumnMap(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(theme().px(12));
    m_grid->setVerticalSpacing(theme().px(6));
    m_grid->setColumnStretch(1, 1);
    setAccessibleName(tr("Roles of the columns"));
}

void ColumnMap::setFile(const ImportFile& file)
{
    const QStringList columns = file.columns().mid(0, kMostColumns);
    if (columns == m_shown) {
        // The same fields with other choices: the focus stays.
        for (int row = 0; row < columns.size(); ++row) {
            auto* example =
                qobject_cast<widgets::ElidedLabel*>(m_grid->itemAtPosition(row, 1)->widget());
            example->setText(exampleOf(file, columns[row]));
            auto* combo = qobject_cast<ComboBox*>(m_grid->itemAtPosition(row, 2)->widget());
            combo->setItemText(0, unusedWord(file));
            combo->setCurrentData(app::qs(file.roleOf(app::stdString(columns[row]))));
        }
        return;
    }
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    m_shown = columns;
    for (int row = 0; row < columns.size(); ++row) {
        addRow(row, file, columns[row]);
    }
}

void ColumnMap::addRow(int row, const ImportFile& file, const QString& column)
{
    auto* name = new widgets::ElidedLabel(column, Type::Small);
    name->setMinimumWidth(theme().px(110));
    auto* example = new widgets::ElidedLabel(exampleOf(file, column), Type::Small, Tone::Tertiary);
    auto* combo = new ComboBox;
    combo->setMinimumWidth(theme().px(150));
    combo->setAccessibleName(tr("Role of the column %1").arg(column));
    combo->addItem(unusedWord(file), QString());
    for (const std::string& role : columnRoles()) {
        combo->addItem(roleName(role), app::qs(role));
    }
    const QString current = app::qs(file.roleOf(app::stdString(column)));
    if (!combo->setCurrentData(current)) {
        combo->addItem(current, current);
        combo->setCurrentData(current);
    }
    m_grid->addWidget(name, row, 0);
    m_grid->addWidget(example, row, 1);
    m_grid->addWidget(combo, row, 2);
    connect(combo, &QComboBox::activated, this, [this, combo, column] {
        Q_EMIT roleChosen(column, combo->currentData().toString());
    });
}

} // namespace ui::pages::data
