// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/widgets/gallery.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/command_box.h"
#include "ui/widgets/drop_overlay.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/figure_row.h"
#include "ui/widgets/figure_tile.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/progress_bar.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/skeleton.h"
#include "ui/widgets/slider.h"
#include "ui/widgets/sparkline.h"
#include "ui/widgets/sparkline_delegate.h"
#include "ui/widgets/status_delegate.h"
#include "ui/widgets/status_label.h"
#include "ui/widgets/switch.h"
#include "ui/widgets/tab_view.h"
#include "ui/widgets/table_view.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QRadioButton>
#include <QSpinBox>
#include <QStandardItemModel>

using namespace ui;
using namespace ui::widgets;
using namespace Qt::StringLiterals;

namespace {

QHBoxLayout* row(std::initializer_list<QWidget*> widgets)
{
    auto* layout = new QHBoxLayout;
    layout->setSpacing(8);
    for (QWidget* widget : widgets) {
        layout->addWidget(widget);
    }
    layout->addStretch(1);
    return layout;
}

QWidget* disabled(QWidget* widget)
{
    widget->setEnabled(false);
    return widget;
}

QLineEdit* line(const QString& text)
{
    return new QLineEdit(text);
}

QList<double> curve(bool rises)
{
    QList<double> points;
    for (int i = 0; i < 24; ++i) {
        points << 1.3 + 1.0 / (1 + i) + (rises && i > 16 ? (i - 16) * 0.15 : 0.0);
    }
    return points;
}

QWidget* buttons()
{
    auto* card = new Card(u"Buttons"_s);
    card->body()->addLayout(row({primaryButton(u"Start"_s),
                                 normalButton(u"Open…"_s),
                                 ghostButton(u"Details"_s),
                                 dangerButton(u"Stop and save"_s)}));
    card->body()->addLayout(row({primaryButton(u"New run"_s, u"plus"_s),
                                 normalButton(u"Open a job file…"_s, u"folder"_s),
                                 ghostButton(u"Import…"_s, u"folder"_s),
                                 linkButton(u"All runs"_s)}));
    card->body()->addLayout(
        row({disabled(primaryButton(u"Start"_s)),
             disabled(normalButton(u"Open…"_s, u"folder"_s)),
             disabled(dangerButton(u"Stop"_s)),
             new PlainLabel(u"Choose data first"_s, Type::Small, Tone::Secondary)}));
    auto* segments = new SegmentedControl({u"Linear"_s, u"Log"_s});
    card->body()->addLayout(row({smallButton(u"Add to queue"_s),
                                 new IconButton(u"filter"_s, u"Filter"_s, true),
                                 new IconButton(u"undo"_s, u"Undo"_s),
                                 segments}));
    auto* checked = new QCheckBox(u"Checked"_s);
    checked->setChecked(true);
    auto* on = new Switch(u"On"_s);
    on->setChecked(true);
    auto* radio = new QRadioButton(u"Radio"_s);
    radio->setChecked(true);
    card->body()->addLayout(
        row({checked, new QCheckBox(u"Off"_s), radio, on, new Switch(u"Off"_s)}));
    card->body()->addWidget(startButton(u"Start training"_s, u"play"_s));
    return card;
}

QStandardItemModel* runs(QObject* parent)
{
    struct Run
    {
        const char* name;
        StatusKind kind;
        const char* status;
        const char* loss;
    };
    auto* model = new QStandardItemModel(0, 4, parent);
    model->setHorizontalHeaderLabels({u"Run"_s, u"Status"_s, u"Loss"_s, u"Validation"_s});
    for (const Run& run : {Run{"kestrel-r16", StatusKind::Active, "Training", "1.327"},
                           Run{"kestrel-r8", StatusKind::Ok, "Finished", "1.311"},
                           Run{"kestrel-ko-r16", StatusKind::Warning, "Interrupted", "1.448"},
                           Run{"sql-r32-lr2e-3", StatusKind::Error, "Failed", "–"}}) {
        auto* name = new QStandardItem(QString::fromUtf8(run.name));
        auto* status = new QStandardItem(QString::fromUtf8(run.status));
        auto* spark = new QStandardItem;
        auto* loss = new QStandardItem(QString::fromUtf8(run.loss));
        name->setData(true, StrongRole);
        name->setData(u"46 % · validation 1.327"_s, SecondLineRole);
        name->setData(u"14:22"_s, TrailingRole);
        const auto points = QVariant::fromValue(curve(run.kind == StatusKind::Error));
        for (QStandardItem* item : {name, status, spark}) {
            item->setData(int(run.kind), StatusRole);
        }
        name->setData(points, PointsRole);
        spark->setData(points, PointsRole);
        loss->setTextAlignment(Qt::AlignRight);
        model->appendRow({name, status, spark, loss});
    }
    model->setHeaderData(
        3, Qt::Horizontal, int(Qt::AlignRight | Qt::AlignVCenter), Qt::TextAlignmentRole);
    return model;
}

QWidget* tables()
{
    auto* card = new Card(u"Table rows"_s);
    card->setFlush(true);
    auto* table = new TableView;
    table->setModel(runs(table));
    table->setItemDelegateForColumn(1, new StatusDelegate(table));
    table->setItemDelegateForColumn(2, new SparklineDelegate(table));
    table->setStretchColumn(0);
    table->setFitsContent(true);
    table->selectRow(1);
    card->body()->addWidget(table);
    return card;
}

QWidget* lists()
{
    auto* card = new Card;
    card->setFlush(true);
    auto* search = new QHBoxLayout;
    search->setContentsMargins(12, 12, 12, 12);
    search->setSpacing(8);
    search->addWidget(new SearchField(u"Filter runs"_s));
    search->addWidget(new IconButton(u"filter"_s, u"Filter"_s, true));
    card->body()->addLayout(search);
    card->body()->addWidget(new Separator);
    auto* list = new ListView;
    list->setModel(runs(list));
    list->setCurrentIndex(list->model()->index(0, 0));
    list->setMinimumHeight(120);
    card->body()->addWidget(list, 1);
    return card;
}

QWidget* fields()
{
    auto* card = new Card(u"Fields"_s);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    auto* combo = new ComboBox;
    combo->addItem(icon(u"model"_s, IconRole::Strong), u"Qwen2.5-0.5B"_s);
    auto* model = new FieldFrame(u"Model"_s, combo);
    model->setUnit(u"494 M"_s);
    model->setHint(u"24 layers · bf16 · 988 MB"_s);
    auto* changed = new FieldFrame(u"Changed"_s, line(u"1024"_s));
    changed->setUnit(u"tokens"_s);
    changed->setHint(u"Default 2,048"_s);
    changed->setChanged(true);
    auto* unusual = new FieldFrame(u"Unusual"_s, line(u"2e-3"_s));
    unusual->setState(FieldFrame::State::Unusual, u"10× the usual for LoRA"_s);
    auto* refused = new FieldFrame(u"Refused"_s, line(u"0"_s));
    refused->setState(FieldFrame::State::Refused, u"Expected 1 to 1,024"_s);
    auto* off = new FieldFrame(u"Disabled"_s, line(u"4-bit"_s));
    off->setHint(u"Needs a GPU: none was found"_s);
    off->editor()->setEnabled(false);
    grid->addWidget(new FieldFrame(u"Normal"_s, line(u"2e-4"_s)), 0, 0, Qt::AlignTop);
    grid->addWidget(model, 0, 1, Qt::AlignTop);
    grid->addWidget(changed, 1, 0, Qt::AlignTop);
    grid->addWidget(unusual, 1, 1, Qt::AlignTop);
    grid->addWidget(refused, 2, 0, Qt::AlignTop);
    grid->addWidget(off, 2, 1, Qt::AlignTop);
    grid->addWidget(new FieldFrame(u"Spin box"_s, new QSpinBox), 3, 0);
    grid->addWidget(new FieldFrame(u"Scale"_s, new Slider(0, 100, 40)), 3, 1);
    card->body()->addLayout(grid);
    return card;
}

QWidget* figures()
{
    auto* card = new Card;
    card->setFlush(true);
    auto* tabs = new TabView;
    auto* tiles = new FigureRow;
    auto* train = tiles->addTile(u"Train loss"_s);
    train->setFigure(u"1.262"_s);
    train->setSub(u"smoothed · raw 1.31"_s);
    auto* validation = tiles->addTile(u"Validation loss"_s);
    validation->setFigure(u"1.327"_s);
    validation->setSub(u"best, step 1,200"_s, Tone::Ok);
    auto* memory = tiles->addTile(u"Memory"_s);
    memory->setFigure(u"4.27 GiB"_s);
    memory->setSub(u"predicted 4.31"_s);
    tabs->addTab(tiles, u"Charts"_s);
    tabs->setCount(tabs->addTab(new QWidget, u"Samples"_s), 7);
    tabs->addTab(new QWidget, u"Log"_s);
    card->body()->addWidget(tabs);
    card->body()->addWidget(new Separator);
    auto* facts = new FactList;
    facts->setFacts(
        {{u"Base"_s, u"Qwen2.5-0.5B, hash matches"_s},
         {u"Run"_s, u"2026-03-01_142208_kestrel-r16"_s, FactList::Style::Link},
         {u"EOS"_s, u"<|endoftext|> 151643"_s, FactList::Style::Mono},
         {u"Time"_s, u"18 min 35 s"_s, FactList::Style::Normal, Tone::Normal, u"clock"_s}});
    facts->setContentsMargins(16, 12, 16, 12);
    card->body()->addWidget(facts);
    return card;
}

QWidget* messages()
{
    auto* card = new Card(u"Message bars and chips"_s);
    auto* body = card->body();
    auto* info =
        new MessageBar(MessageBar::Severity::Info, {}, u"38 samples are cut on the left."_s);
    info->addLink(u"Show"_s, info, [] {});
    body->addWidget(info);
    body->addWidget(new MessageBar(
        MessageBar::Severity::Success, u"Saved."_s, u"kestrel-r16-to-r8 is in the library."_s));
    auto* warning = new MessageBar(
        MessageBar::Severity::Warning, u"Interrupted at step 1,412."_s, u"Step 1,400 loads."_s);
    warning->addAction(u"Resume"_s, warning, [] {});
    body->addWidget(warning);
    auto* error = new MessageBar(MessageBar::Severity::Error,
                                 u"Not enough memory: 9.1 of 8.0 GiB."_s,
                                 u"Batch 4 × 4 fits and trains the same."_s);
    error->addAction(u"Use 4 × 4"_s, error, [] {});
    body->addWidget(error);
    auto* chips = new FlowLayout(8);
    auto* training = new Chip(u"Training"_s, Chip::Kind::Accent);
    training->setDot(true);
    auto* passed = new Chip(u"passed"_s, Chip::Kind::Ok);
    passed->setIconName(u"check"_s);
    for (Chip* chip : {new Chip(u"tag"_s),
                       training,
                       passed,
                       new Chip(u"tight"_s, Chip::Kind::Warning),
                       new Chip(u"Failed"_s, Chip::Kind::Error),
                       new Chip(u"9f3c41d7"_s, Chip::Kind::Mono)}) {
        chips->addWidget(chip);
    }
    body->addLayout(chips);
    return card;
}

QWidget* icons()
{
    auto* card = new Card(u"Icons"_s, u"16 grid, 1.4 line, round ends"_s);
    auto* flow = new FlowLayout(18);
    const QStringList names = iconNames();
    for (const QString& name : names) {
        auto* label = new QLabel;
        label->setPixmap(icon(name).pixmap(16, 16));
        flow->addWidget(label);
    }
    auto* mark = new QLabel;
    mark->setPixmap(logo().pixmap(20, 20));
    flow->addWidget(mark);
    card->body()->addLayout(flow);
    return card;
}

QWidget* loading()
{
    auto* card = new Card(u"Loading"_s, u"reading shapes"_s);
    card->addHeaderWidget(new Button(u"Cancel"_s, Button::Kind::Ghost, Button::Extent::Small));
    card->body()->addWidget(new Skeleton);
    auto* bar = new ProgressBar(4);
    bar->setShare(0.62);
    card->body()->addSpacing(8);
    card->body()->addWidget(bar);
    card->body()->addWidget(new PlainLabel(u"181 of 290 tensors"_s, Type::Small, Tone::Secondary));
    card->body()->addWidget(
        new CommandBox(u"cd Exports/kestrel-r16/gguf\nollama run kestrel-r16"_s));
    auto* spark = new Sparkline;
    spark->setPoints(curve(false));
    card->body()->addLayout(row({new StatusLabel(StatusKind::Active, u"Training"_s), spark}));
    return card;
}

QWidget* empty()
{
    auto* card = new Card(u"Empty state"_s);
    auto* state = new EmptyState(u"data"_s,
                                 u"No data yet"_s,
                                 u"Questions and answers, chats, plain text or pairs. jsonl, json, "
                                 "csv, parquet or txt."_s);
    state->setAction(u"Add data…"_s, u"folder"_s);
    state->setHint(u"or drop files anywhere"_s);
    card->body()->addWidget(state);
    return card;
}

QWidget* drop()
{
    auto* card = new Card;
    card->setMinimumHeight(170);
    auto* overlay = new DropOverlay(card);
    overlay->setWords(u"Add to Data"_s, u"3 files: jsonl, csv · opens the import wizard"_s);
    overlay->show();
    return card;
}

} // namespace

std::unique_ptr<QWidget> makeGallery()
{
    auto gallery = std::make_unique<QWidget>();
    auto* columns = new QHBoxLayout(gallery.get());
    columns->setContentsMargins(24, 24, 24, 24);
    columns->setSpacing(24);
    const auto column = [&](std::initializer_list<QWidget*> cards) {
        auto* layout = new QVBoxLayout;
        layout->setSpacing(16);
        for (QWidget* card : cards) {
            layout->addWidget(card);
        }
        layout->addStretch(1);
        columns->addLayout(layout, 1);
    };
    column({buttons(), tables(), empty()});
    column({fields(), figures(), drop()});
    column({messages(), icons(), loading(), lists()});
    return gallery;
}
