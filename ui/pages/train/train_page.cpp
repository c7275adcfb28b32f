// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/train_page.h"

#include "app/base/error_text.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/engine/catalog_access.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/train/command_card.h"
#include "ui/pages/train/consequences_panel.h"
#include "ui/pages/train/data_choice.h"
#include "ui/pages/train/job_command.h"
#include "ui/pages/train/job_file.h"
#include "ui/pages/train/method_options.h"
#include "ui/pages/train/settings_card.h"
#include "ui/pages/train/setup_panel.h"
#include "ui/pages/train/start_panel.h"
#include "ui/pages/train/target_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/status_label.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>

namespace ui::pages::train {

namespace {

using app::qs;
using app::stdString;
using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using widgets::Card;

constexpr double kSetupWidth = 272;
constexpr double kConsequencesWidth = 296;
constexpr double kStackBelow = 1120; // of the window; the collapsed sidebar takes 56 of it
constexpr double kSidebar = 56;
constexpr int kSaveDelayMs = 400;
const char* const kDraft = "train";

QScrollArea* scrolling(QWidget* content)
{
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    // The card's ground shows through.
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

} // namespace

TrainPage::TrainPage(PageContext& context)
    : Page(QStringLiteral("train"), context),
      m_facts(m_draft, studio().engine(), studio().paths().runs), m_outer(new QStackedWidget),
      m_content(new QWidget), m_state(new widgets::EmptyState(QStringLiteral("train"), QString()))
{
    m_setup = new SetupPanel(m_draft, m_facts, this->context());
    m_targets = new TargetPanel(m_draft);
    m_consequences = new ConsequencesPanel(m_draft, m_facts, m_targets->model());
    m_start = new StartPanel;
    makeColumns();
    m_outer->addWidget(m_state);
    m_outer->addWidget(m_content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_outer);

    m_saving.setSingleShot(true);
    m_saving.setInterval(kSaveDelayMs);
    connect(&m_saving, &QTimer::timeout, this, [this] {
        studio().drafts().save(QLatin1String(kDraft), m_draft.saved());
        m_isSaved = true;
        Q_EMIT headingChanged();
    });
    connect(&m_draft, &JobDraft::edited, this, &TrainPage::follow);
    connect(&m_facts, &JobFacts::planChanged, this, &TrainPage::followPlan);
    connect(&m_facts, &JobFacts::modelChanged, this, [this] {
        m_targets->setModelAnswer(m_facts.model());
    });
    connect(m_start, &StartPanel::startRequested, this, [this] { start(Start::Now); });
    connect(m_start, &StartPanel::queueRequested, this, [this] { start(Start::Queue); });
    connect(m_start, &StartPanel::presetRequested, this, &TrainPage::savePreset);
    app::engine::EngineService& engine = studio().engine();
    connect(&engine, &app::engine::EngineService::catalogChanged, this, &TrainPage::takeCatalog);
    connect(&engine, &app::engine::EngineService::stateChanged, this, &TrainPage::showState);
    connect(&studio().runs(), &app::runs::RunCenter::listChanged, this, &TrainPage::showState);
    const auto shortcut = [this](const QKeySequence& keys, auto action) {
        auto* key = new QShortcut(keys, this);
        key->setContext(Qt::WidgetWithChildrenShortcut);
        connect(key, &QShortcut::activated, this, action);
    };
    shortcut(Qt::CTRL | Qt::Key_Return, [this] { start(Start::Now); });
    shortcut(Qt::CTRL | Qt::Key_Enter, [this] { start(Start::Now); });
    shortcut(QKeySequence::Undo, [this] { m_draft.undoStack().undo(); });
    shortcut(QKeySequence::Redo, [this] { m_draft.undoStack().redo(); });
    takeCatalog();
    showState();
}

TrainPage::~TrainPage()
{
    if (m_saving.isActive()) {
        studio().drafts().save(QLatin1String(kDraft), m_draft.saved());
    }
}

void TrainPage::makeColumns()
{
    makeMiddle();
    m_source = new widgets::StatusLabel;
    m_source->setType(Type::Small);
    m_source->setTone(Tone::Secondary);
    m_consequencesCard = new Card(tr("What this will take"));
    m_consequencesCard->setFlush(true);
    m_consequencesCard->addHeaderWidget(m_source);
    m_consequencesCard->body()->addWidget(scrolling(m_consequences), 1);
    m_consequencesCard->body()->addWidget(m_start);
    auto* columns = new QHBoxLayout(m_content);
    columns->setContentsMargins(theme().px(24), theme().px(16), theme().px(24), theme().px(16));
    columns->setSpacing(theme().px(16));
    Card* setup = makeSetup();
    columns->addWidget(setup);
    columns->addWidget(m_middleColumn, 1);
    columns->addWidget(m_consequencesCard);
    const auto applyWidths = [this, setup] {
        setup->setFixedWidth(theme().px(kSetupWidth));
        if (!m_isNarrow) {
            m_consequencesCard->setFixedWidth(theme().px(kConsequencesWidth));
        }
    };
    applyWidths();
    connect(&theme(), &Theme::changed, this, [this, applyWidths] {
        applyWidths();
        arrange();
    });
}

Card* TrainPage::makeSetup()
{
    auto* card = new Card(tr("Setup"));
    card->setFlush(true);
    m_changes = new widgets::Chip({}, widgets::Chip::Kind::Accent);
    card->addHeaderWidget(m_changes);
    card->body()->addWidget(scrolling(m_setup), 1);
    m_allSettings = widgets::ghostButton(tr("All settings"), QStringLiteral("chevron_right"));
    m_allSettings->setLayoutDirection(Qt::RightToLeft);
    card->footer()->addWidget(m_allSettings, 1);
    connect(m_allSettings, &QAbstractButton::clicked, this, [this] {
        const bool isOpen = m_middle->currentWidget() == m_settings;
        showMiddle(isOpen ? static_cast<QWidget*>(m_targetCard) : m_settings);
        if (!isOpen) {
            m_settings->search();
        }
    });
    return card;
}

void TrainPage::makeMiddle()
{
    m_targetCard = new Card(tr("Targets and ranks"));
    m_targetCard->setFlush(true);
    m_targetCard->body()->addWidget(m_targets);
    connect(m_targets, &TargetPanel::factChanged, this, [this] {
        m_targetCard->setTitle(m_targets->title());
        m_targetCard->setFact(m_targets->fact());
    });
    m_targetCard->addHeaderWidget(m_targets->options().toggle());
    m_settings = new SettingsCard(m_draft, dialogs());
    connect(m_settings, &SettingsCard::countChanged, this, [this] {
        m_allSettings->setText(tr("All settings  %1").arg(m_settings->count()));
    });
    m_command = new CommandCard;
    for (ClosableCard* card : std::initializer_list<ClosableCard*>{m_settings, m_command}) {
        connect(card, &ClosableCard::closeRequested, this, [this] { showMiddle(m_targetCard); });
    }

    m_middle = new QStackedWidget;
    m_middle->addWidget(m_targetCard);
    m_middle->addWidget(m_settings);
    m_middle->addWidget(m_command);
    m_tabs = new widgets::SegmentedControl({tr("Method"), tr("What this will take")});
    m_tabs->hide();
    connect(m_tabs, &widgets::SegmentedControl::currentChanged, this, [this](int tab) {
        showMiddle(tab == 1 ? m_consequencesCard : m_targetCard);
    });
    m_middleColumn = new QWidget;
    auto* layout = new QVBoxLayout(m_middleColumn);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(12));
    layout->addWidget(m_tabs, 0, Qt::AlignLeft);
    layout->addWidget(m_middle, 1);
}

void TrainPage::takeCatalog()
{
    const engine::contract::Catalog* catalog = studio().engine().catalog();
    if (catalog == nullptr) {
        return;
    }
    const bool isFirst = !m_draft.isReady();
    Value studioValues = Value::Object();
    if (!catalog->methods.empty()) {
        const Value fresh = studio().newJob(qs(catalog->methods.front().id));
        for (const char* key :
             {"runtime.device", "runtime.threads", "training.watchdog.min_free_disk_mb"}) {
            studioValues.set(key, app::engine::valueAt(fresh, key));
        }
    }
    m_draft.setCatalog(*catalog, studioValues);
    if (isFirst) {
        if (const std::optional<Value> saved = studio().drafts().load(QLatin1String(kDraft))) {
            m_draft.restore(*saved);
        } else if (!studio().presets().usable(*catalog).empty()) {
            const app::studio::Preset preset = studio().presets().usable(*catalog).front();
            m_draft.usePreset(&preset);
            m_draft.undoStack().clear();
        }
        m_isSaved = true;
        m_saving.stop();
        open(std::exchange(m_pending, {}));
    } else {
        m_facts.refresh();
    }
    showState();
}

void TrainPage::showState()
{
    using State = app::engine::EngineService::State;
    const State state = studio().engine().state();
    m_outer->setCurrentIndex(m_draft.isReady() ? 1 : 0);
    if (!m_draft.isReady()) {
        const bool hasFailed = state == State::Failed || state == State::Incompatible;
        m_state->setTitle(hasFailed ? app::errorSentence(studio().engine().error())
                                    : tr("The engine is starting"));
        m_state->setWords(hasFailed ? app::errorDetail(studio().engine().error()) : QString());
        return;
    }
    const app::runs::RunInfo* current = studio().runs().current();
    if (current != nullptr) {
        m_start->setWords(tr("%1 is running. Add this one to the queue.").arg(current->name),
                          false);
    } else if (state != State::Ready) {
        m_start->setWords(tr("The engine is starting again."), true);
    } else {
        m_start->setWords(
            m_hasRefusal ? tr("Something above is refused; it would not start.") : QString(), true);
    }
}

QString TrainPage::fact() const
{
    if (!m_draft.isReady()) {
        return {};
    }
    const QString typed = m_draft.text(QStringLiteral("output.name"));
    const QString name = typed.isEmpty() ? m_setup->suggestedName() : typed;
    return m_isSaved ? tr("%1 · draft saved").arg(name) : name;
}

QList<QWidget*> TrainPage::topBarWidgets()
{
    auto* undo = new widgets::IconButton(QStringLiteral("undo"), tr("Undo"));
    auto* redo = new widgets::IconButton(QStringLiteral("redo"), tr("Redo"));
    QUndoStack& stack = m_draft.undoStack();
    undo->setEnabled(stack.canUndo());
    redo->setEnabled(stack.canRedo());
    connect(&stack, &QUndoStack::canUndoChanged, undo, &QWidget::setEnabled);
    connect(&stack, &QUndoStack::canRedoChanged, redo, &QWidget::setEnabled);
    connect(undo, &QAbstractButton::clicked, &stack, &QUndoStack::undo);
    connect(redo, &QAbstractButton::clicked, &stack, &QUndoStack::redo);
    auto* command = widgets::ghostButton(tr("Show the command"), QStringLiteral("terminal"));
    connect(command, &QAbstractButton::clicked, this, &TrainPage::showCommand);
    auto* openJob = widgets::normalButton(tr("Open a job file…"), QStringLiteral("folder"));
    connect(openJob, &QAbstractButton::clicked, this, [this] {
        dialogs().openFiles(this,
                            tr("Open a job file"),
                            tr("Job files (*.json);;All files (*)"),
                            [this](const QStringList& paths) { openJobFile(paths.first()); });
    });
    return {undo, redo, command, openJob};
}

void TrainPage::open(const Destination& destination)
{
    if (!m_draft.isReady()) {
        m_pending = destination;
        return;
    }
    const QVariantMap& options = destination.options;
    if (const QString file = options.value(QStringLiteral("job")).toString(); !file.isEmpty()) {
        openJobFile(file);
        return;
    }
    Value edits = Value::Object();
    const std::pair<const char*, const char*> kPaths[] = {{"model", "model.path"},
                                                          {"start_from", "method.start_from"}};
    for (const auto& [option, path] : kPaths) {
        if (const QString value = options.value(QLatin1String(option)).toString();
            !value.isEmpty()) {
            edits.set(path, stdString(value));
        }
    }
    const QStringList files = options.value(QStringLiteral("data")).toStringList();
    const Value data = files.isEmpty()
                           ? dataRefresh(m_draft, studio().paths())
                           : filesChoice(m_draft, studio().library(), studio().paths(), files);
    for (const auto& [path, value] : data.toObject()) {
        edits.set(path, value);
    }
    if (options.contains(QStringLiteral("max_length"))) {
        edits.set("data.max_length",
                  int64_t(options.value(QStringLiteral("max_length")).toLongLong()));
        edits.set("data.truncate", stdString(options.value(QStringLiteral("truncate")).toString()));
    }
    if (!edits.toObject().empty()) {
        m_draft.editMany(tr("Open"), edits);
    }
}

void TrainPage::openJobFile(const QString& path)
{
    app::runThen(
        this,
        [path] { return readJobFile(path); },
        [this, path](const Result<Value>& job) {
            if (!job) {
                m_consequences->setProblems({job.error()});
                return;
            }
            m_consequences->setProblems({});
            m_draft.openJob(tr("Open a job file"), job.value());
        });
}

void TrainPage::follow()
{
    const int changes = m_draft.changeCount();
    m_changes->setText(tr("%n changed", nullptr, changes));
    m_changes->setVisible(changes > 0);
    if (m_middle->currentWidget() == m_command) {
        writeCommand();
    }
    m_isSaved = false;
    m_saving.start();
    Q_EMIT headingChanged();
}

void TrainPage::followPlan()
{
    const Answer& plan = m_facts.plan();
    m_targets->setPlanAnswer(plan);
    m_setup->setOutlooks(plan);
    const QString source = m_consequences->source();
    m_source->setStatus(plan.isKnown() ? StatusKind::Ok : StatusKind::Idle, source);
    m_source->setVisible(!source.isEmpty());
    const TrainableWords& words = m_consequences->trainable();
    m_start->setTotal(words.share.isEmpty()
                          ? tr("Trainable parameters: %1").arg(words.figure)
                          : tr("%1 trainable · %2").arg(words.figure, words.share));
    if (plan.isPending) {
        return;
    }
    if (m_hasRefusal) {
        m_setup->clearErrors();
        m_settings->clearErrors();
        m_targets->setRefusal({});
        m_targets->options().clearErrors();
        m_consequences->setProblems({});
    }
    m_hasRefusal = plan.error.has_value();
    if (plan.error) {
        place(*plan.error, false);
    }
    showState();
}

bool TrainPage::place(const Error& error, bool takesFocus)
{
    const QString where = qs(error.where);
    const bool isInSetup = m_setup->setError(where, error);
    const bool isInMethod = m_targets->options().setError(where, error);
    bool isShown = m_settings->setError(where, error) || isInSetup || isInMethod;
    for (const char* key : {"method.targets",
                            "method.exclude",
                            "method.layers",
                            "method.rank_pattern",
                            "method.alpha_pattern"}) {
        if (where.startsWith(QLatin1String(key))) {
            m_targets->setRefusal(app::errorDetail(error));
            isShown = true;
        }
    }
    if (!isShown) {
        m_consequences->setProblems({error});
    }
    if (takesFocus && isInSetup) {
        m_setup->focusProblem();
    } else if (takesFocus && isInMethod) {
        showMiddle(m_targetCard);
        m_targets->options().focusField(where);
    } else if (takesFocus && m_settings->hasField(where)) {
        showMiddle(m_settings);
        m_settings->reveal(where);
    }
    return isShown;
}

Value TrainPage::job() const
{
    Value job = m_draft.job();
    if (m_draft.text(QStringLiteral("output.name")).isEmpty()) {
        app::engine::setValueAt(job, "output.name", stdString(m_setup->suggestedName()));
    }
    return job;
}

void TrainPage::start(Start how)
{
    if (!m_draft.isReady()) {
        return;
    }
    m_start->setBusy(true);
    m_facts.confirmPlan([this, how](const Answer& plan) {
        m_start->setBusy(false);
        if (plan.error) {
            place(*plan.error, true);
        } else if (m_facts.data().error) {
            m_setup->focusProblem();
        } else {
            launch(how);
        }
    });
}

void TrainPage::launch(Start how)
{
    if (how == Start::Queue) {
        const Result<QString> queued = studio().runs().enqueue(job());
        if (!queued) {
            m_consequences->setProblems({queued.error()});
            return;
        }
        navigator().go({QStringLiteral("runs"), queued.value()});
        return;
    }
    const Result<QString> folder = studio().runs().start(job());
    if (!folder) {
        m_consequences->setProblems({folder.error()});
        return;
    }
    navigator().go({QStringLiteral("runs"), folder.value()});
}

void TrainPage::savePreset()
{
    TextQuestion question;
    question.title = tr("Save as preset");
    question.label = tr("Name");
    question.value = m_setup->suggestedName();
    question.accept = tr("Save");
    question.refuse = [](const QString& name) {
        return name.trimmed().isEmpty() ? tr("A preset needs a name.") : QString();
    };
    dialogs().askText(this, question, [this](const QString& name) {
        std::vector<app::studio::PresetValue> values;
        for (const auto& [path, value] : m_draft.presetContent()) {
            values.push_back({path, value, {}});
        }
        const Result<QString> saved =
            studio().presets().save(name.trimmed(), m_draft.method(), values);
        if (!saved) {
            m_consequences->setProblems({saved.error()});
            return;
        }
        m_draft.usePreset(studio().presets().find(saved.value()));
    });
}

void TrainPage::showMiddle(QWidget* card)
{
    m_middle->setCurrentWidget(card);
    const QSignalBlocker blocker(m_tabs);
    m_tabs->setCurrentIndex(card == m_consequencesCard ? 1 : card == m_targetCard ? 0 : -1);
}

void TrainPage::showCommand()
{
    showMiddle(m_command);
    writeCommand();
}

void TrainPage::writeCommand()
{
    m_command->setCommand(commandOf(m_draft,
                                    studio().engine().program(),
                                    studio().paths().runs + u'/' + m_setup->suggestedName()));
}

void TrainPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    arrange();
}

void TrainPage::arrange()
{
    const bool isNarrow = width() < theme().px(kStackBelow - kSidebar);
    if (isNarrow == m_isNarrow) {
        return;
    }
    m_isNarrow = isNarrow;
    auto* columns = static_cast<QHBoxLayout*>(m_content->layout());
    m_tabs->setVisible(isNarrow);
    m_start->setCompact(isNarrow);
    if (isNarrow) {
        m_consequencesCard->setMinimumWidth(0);
        m_consequencesCard->setMaximumWidth(QWIDGETSIZE_MAX);
        m_middle->addWidget(m_consequencesCard);
        m_middleColumn->layout()->addWidget(m_start);
        m_start->show();
        showMiddle(m_targetCard);
    } else {
        m_middle->removeWidget(m_consequencesCard);
        m_consequencesCard->setFixedWidth(theme().px(kConsequencesWidth));
        columns->addWidget(m_consequencesCard);
        m_consequencesCard->show();
        m_consequencesCard->body()->addWidget(m_start);
        m_start->show();
        if (m_middle->currentWidget() == nullptr) {
            showMiddle(m_targetCard);
        }
    }
}

std::unique_ptr<Page> makePage(PageContext& context)
{
    return std::make_unique<TrainPage>(context);
}

} // namespace ui::pages::train
