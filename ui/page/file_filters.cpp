// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/file_filters.h"

#include <QCoreApplication>

namespace ui {

namespace {

struct FilterText
{
    Q_DECLARE_TR_FUNCTIONS(ui::FileFilters)
};

} // namespace

QString dataFileFilter()
{
    return FilterText::tr("Data (%1)")
               .arg(QStringLiteral("*.jsonl *.ndjson *.json *.csv *.tsv *.parquet *.txt *.md *.gz"))
           + QStringLiteral(";;") + FilterText::tr("All files (*)");
}

} // namespace ui
