// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/bad_rows_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "ui/dialogs/dialogs.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

// More than this many rows are told by their number.
constexpr std::size_t kMostRows = 10000;

QByteArray quoted(const QString& text)
{
    QString escaped = text;
    escaped.replace(u'"', u"\"\""_s);
    return '"' + escaped.toUtf8() + '"';
}

} // namespace

QByteArray problemList(const Value& dropped)
{
    QByteArray list = "line,code,reason,file\n";
    for (const Value& row : dropped.toList()) {
        list += QByteArray::number(qint64(row["line"].toInteger())) + ','
                + quoted(app::qs(row["code"].toString())) + ','
                + quoted(app::engineText(row["reason"].toString())) + ','
                + quoted(app::qs(row["file"].toString())) + '\n';
    }
    return list;
}

QByteArray problemRows(const Value& dropped)
{
    QByteArray rows;
    for (const Value& row : dropped.toList()) {
        if (row["text"].isString()) {
            rows += QByteArray::fromStdString(row["text"].toString()) + '\n';
        }
    }
    return rows;
}

BadRowsTab::BadRowsTab(Dialogs& dialogs, QWidget* parent)
    : QWidget(parent), m_dialogs(dialogs), m_model(new QStandardItemModel(this)),
      m_table(new widgets::TableView), m_text(new widgets::PlainLabel({}, Type::Mono)),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_summary(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary)),
      m_saveRows(widgets::smallButton(tr("Save the rows…"), u"save"_s))
{
    const Theme& look = theme();
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Rows that cannot be used"));
    m_text->setWrapping(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(10));
    m_text->hide();
    m_failure->hide();
    auto* saveList = widgets::smallButton(tr("Save the list…"), u"save"_s);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    foot->setSpacing(look.px(8));
    foot->addWidget(m_summary, 1);
    foot->addWidget(m_saveRows);
    foot->addWidget(saveList);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_failure);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_text);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(foot);
    connect(saveList, &QAbstractButton::clicked, this, [this] {
        save(u"-bad-rows.csv"_s, tr("CSV (*.csv)"), problemList(m_dropped));
    });
    connect(m_saveRows, &QAbstractButton::clicked, this, [this] {
        const QString ending = QFileInfo(m_path).suffix();
        save(u"-bad-rows."_s + (ending.isEmpty() ? u"txt"_s : ending),
             tr("All files (*)"),
             problemRows(m_dropped));
    });
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            &BadRowsTab::showText);
}

void BadRowsTab::setRows(const Value& dropped, const QString& path)
{
    m_dropped = dropped;
    m_path = path;
    m_failure->hide();
    m_text->hide();
    m_model->removeRows(0, m_model->rowCount());
    m_model->setHorizontalHeaderLabels({tr("Line"), tr("Reason"), tr("File")});
    const auto& rows = dropped.toList();
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
        QList<QStandardItem*> items;
        for (const QString& text : {app::formatCount(rows[i]["line"].toInteger()),
                                    app::engineText(rows[i]["reason"].toString()),
                                    app::qs(rows[i]["file"].toString())}) {
            items.append(new QStandardItem(text));
            items.last()->setEditable(false);
        }
        items.first()->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_model->appendRow(items);
    }
    m_table->setStretchColumn(1);
    m_summary->setText(
        rows.size() > kMostRows
            ? tr("The first %1 of %2")
                  .arg(app::formatCount(int64_t(kMostRows)), app::formatCount(int64_t(rows.size())))
            : tr("They are not trained. The file stays as it is."));
    m_saveRows->setVisible(
        std::ranges::any_of(rows, [](const Value& row) { return row["text"].isString(); }));
}

void BadRowsTab::showText()
{
    const int row = m_table->currentIndex().row();
    const auto& rows = m_dropped.toList();
    const bool isKnown = row >= 0 && std::size_t(row) < rows.size()
                         && !rows[std::size_t(row)]["text"].toString().empty();
    m_text->setVisible(isKnown);
    if (isKnown) {
        m_text->setText(app::qs(rows[std::size_t(row)]["text"].toString()).left(600));
    }
}

void BadRowsTab::save(const QString& ending, const QString& filter, const QByteArray& bytes)
{
    m_dialogs.saveFile(this,
                       tr("Save rows that cannot be used"),
                       QFileInfo(m_path).completeBaseName() + ending,
                       filter,
                       [this, bytes](const QString& path) {
                           app::runThen(
                               this,
                               [path, bytes] { return app::writeFileAtomically(path, bytes); },
                               [this](const Result<void>& written) {
                                   m_failure->setVisible(!written.ok());
                                   if (!written.ok()) {
                                       m_failure->setText(app::engineText(written.error().message),
                                                          app::engineText(written.error().hint));
                                   }
                               });
                       });
}

} // namespace ui::pages::data
