// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/playground_page.h"

#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/pages/playground/adapter_picker.h"
#include "ui/pages/playground/composer.h"
#include "ui/pages/playground/difference.h"
#include "ui/pages/playground/difference_bar.h"
#include "ui/pages/playground/pane.h"
#include "ui/pages/playground/sampling_panel.h"
#include "ui/pages/playground/side_panel.h"
#include "ui/pages/playground/transcript_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/separator.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::pages::playground {

using app::qs;
using app::stdString;
using ::engine::contract::Value;

namespace {

const QString kDraft = QStringLiteral("playground");

} // namespace

PlaygroundPage::PlaygroundPage(PageContext& context)
    : Page(QStringLiteral("playground"), context),
      m_talk(new Talk(studio().chat(), studio().library(), this)), m_stack(new QStackedWidget),
      m_empty(new widgets::EmptyState(QStringLiteral("model"), tr("No base model yet"))),
      m_difference(new DifferenceBar), m_composer(new Composer),
      m_side(new SidePanel(*m_talk, studio().library())), m_draft(new QTimer(this))
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_stack->addWidget(makeChat());
    m_stack->addWidget(m_empty);
    m_empty->setWords(tr("The playground talks with a base model and its adapters."));
    widgets::Button* const add = m_empty->setAction(tr("Add a model"), QStringLiteral("plus"));
    connect(
        add, &QPushButton::clicked, this, [this] { navigator().go({QStringLiteral("models")}); });

    m_draft->setSingleShot(true);
    m_draft->setInterval(500);
    connect(m_draft, &QTimer::timeout, this, &PlaygroundPage::keepDraft);
    connectTalk();
    restoreDraft();
    showSetup();
    showPanes();
}

PlaygroundPage::~PlaygroundPage()
{
    keepDraft();
}

QWidget* PlaygroundPage::makeChat()
{
    auto* const chat = new QWidget;
    auto* const layout = new QHBoxLayout(chat);
    const int gap = theme().px(16);
    layout->setContentsMargins(theme().px(24), gap, theme().px(24), gap);
    layout->setSpacing(gap);
    auto* const card = new widgets::Card;
    card->setFlush(true);
    m_columns = new QHBoxLayout;
    m_columns->setSpacing(0);
    card->body()->setSpacing(0);
    card->body()->addLayout(m_columns, 1);
    card->body()->addWidget(new widgets::Separator);
    card->body()->addWidget(m_difference);
    card->body()->addWidget(m_composer);
    layout->addWidget(card, 1);
    m_side->setFixedWidth(theme().px(248));
    layout->addWidget(m_side);
    return chat;
}

void PlaygroundPage::connectTalk()
{
    connect(m_talk, &Talk::setupChanged, this, &PlaygroundPage::showSetup);
    connect(m_talk, &Talk::exchangesChanged, this, [this] {
        m_composer->setHasAnswers(m_talk->current() != nullptr);
        showDifference();
        showBusy();
    });
    connect(m_talk, &Talk::answerChanged, this, [this] {
        showDifference();
        showBusy();
    });
    connect(m_talk, &Talk::runningChanged, this, &PlaygroundPage::showBusy);
    connect(m_talk, &Talk::kept, this, &PlaygroundPage::keepDraft);
    connect(m_composer, &Composer::sendAsked, m_talk, &Talk::send);
    connect(m_composer, &Composer::stopAsked, m_talk, &Talk::stop);
    connect(m_composer, &Composer::againAsked, m_talk, &Talk::again);
    connect(m_composer, &Composer::systemChanged, m_talk, &Talk::setSystem);
    connect(m_composer, &Composer::keepAsked, this, &PlaygroundPage::keepPrompt);
    connect(m_composer, &Composer::edited, m_draft, qOverload<>(&QTimer::start));
    connect(
        m_side, &SidePanel::promptChosen, this, [this](const QString& system, const QString& text) {
            m_composer->setSystem(system);
            m_composer->setQuestion(text);
            m_composer->focusQuestion();
        });
    connect(&m_side->sampling(), &SamplingPanel::viewChanged, this, [this] {
        for (Pane* const pane : m_panes) {
            pane->transcript().setColoured(m_side->sampling().isColoured());
        }
        showDifference();
    });
    connect(&studio().library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::BaseModels) {
                    showSetup();
                }
            });
}

QString PlaygroundPage::title() const
{
    return tr("Playground");
}

QString PlaygroundPage::fact() const
{
    const Conversation& conversation = m_talk->conversation();
    if (conversation.model.isEmpty()) {
        return {};
    }
    return tr("%1, %n pane(s)", nullptr, int(conversation.panes.size())).arg(m_baseName);
}

QList<QWidget*> PlaygroundPage::topBarWidgets()
{
    m_copy = widgets::ghostButton(tr("Copy conversation"), QStringLiteral("copy"));
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(toText(m_talk->conversation()));
    });
    m_modelButton = widgets::ghostButton(tr("Base model"), QStringLiteral("model"));
    auto* const menu = new QMenu(m_modelButton);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillModels(menu); });
    m_modelButton->setMenu(menu);
    m_paneCount = new widgets::SegmentedControl;
    m_paneCount->setAccessibleName(tr("Number of panes"));
    m_paneCount->addSegment(QStringLiteral("1"), {}, tr("One pane"));
    m_paneCount->addSegment(QStringLiteral("2"), {}, tr("Two panes"));
    m_paneCount->addSegment(tr("3 panes"));
    connect(m_paneCount, &widgets::SegmentedControl::currentChanged, this, [this](int index) {
        if (std::size_t(index + 1) != m_talk->panes().size()) {
            m_talk->setPaneCount(index + 1);
        }
    });
    m_new = widgets::normalButton(tr("New conversation"));
    connect(m_new, &QPushButton::clicked, this, [this] {
        m_talk->startNew();
        m_composer->focusQuestion();
    });
    showSetup();
    showBusy();
    return {m_modelButton, m_copy, m_paneCount, m_new};
}

void PlaygroundPage::open(const Destination& destination)
{
    const QString model = destination.options.value(QStringLiteral("model")).toString();
    const QString adapter = destination.options.value(QStringLiteral("adapter")).toString();
    QStringList adapters = destination.options.value(QStringLiteral("adapters")).toStringList();
    if (adapters.isEmpty() && !adapter.isEmpty()) {
        adapters = {adapter};
    }
    if (!model.isEmpty()) {
        chooseModel(model);
    }
    if (!adapters.isEmpty()) {
        chooseAdapters(adapters);
    }
    // A base may have come since, or have moved.
    showSetup();
    m_composer->focusQuestion();
}

void PlaygroundPage::chooseModel(const QString& folder)
{
    if (folder != m_talk->conversation().model) {
        // Adapters of the old base would not fit, and its answers are not this one's.
        Conversation fresh = m_talk->conversation();
        fresh.row = 0;
        fresh.exchanges.clear();
        fresh.model = folder;
        for (PaneSetup& pane : fresh.panes) {
            pane.adapter.reset();
        }
        m_talk->load(fresh);
    }
}

// The base beside the first two of them; of their bases the first that is known counts.
void PlaygroundPage::chooseAdapters(const QStringList& idsOrPaths)
{
    auto& adapters = studio().library().adapters();
    std::vector<PaneSetup> panes(1);
    QString base;
    for (const QString& idOrPath : idsOrPaths.mid(0, kMostPanes - 1)) {
        auto found = adapters.findById(idOrPath);
        if (!found) {
            found = adapters.findByPath(idOrPath);
        }
        AdapterChoice choice{idOrPath, {}, QFileInfo(idOrPath).fileName(), {}, 0, 0};
        if (found) {
            choice = choiceOf(found.value());
            base = base.isEmpty() ? found.value().basePath : base;
        }
        panes.push_back({choice, 1});
    }
    if (!base.isEmpty()) {
        chooseModel(base);
    }
    Conversation fresh = m_talk->conversation();
    fresh.row = 0;
    fresh.exchanges.clear();
    fresh.panes = panes;
    m_talk->load(fresh);
}

void PlaygroundPage::showSetup()
{
    const auto models = studio().library().baseModels().list();
    if (m_talk->conversation().model.isEmpty() && models && !models.value().empty()) {
        m_talk->setModel(models.value().front().path); // comes back here
        return;
    }
    const Conversation& conversation = m_talk->conversation();
    if (m_panes.size() != conversation.panes.size()) {
        showPanes();
    }
    const auto known = studio().library().baseModels().findByPath(conversation.model);
    m_baseName = known && !known.value().name.isEmpty()
                     ? known.value().name
                     : app::library::modelName(conversation.model);
    QString facts = m_baseName;
    if (known && !known.value().dtype.isEmpty()) {
        facts += QStringLiteral(" \u00b7 ") + known.value().dtype;
    }
    for (Pane* const pane : m_panes) {
        pane->setBaseFacts(facts);
    }
    m_composer->setSystem(conversation.system);
    if (m_paneCount) {
        m_paneCount->setCurrentIndex(int(conversation.panes.size()) - 1);
    }
    m_isMissing = !conversation.model.isEmpty() && !QFileInfo::exists(conversation.model);
    m_composer->setRefusal(
        m_isMissing ? tr("The base model is not where it was: %1").arg(conversation.model)
                    : QString());
    m_stack->setCurrentIndex(conversation.model.isEmpty() ? 1 : 0);
    showDifference();
    m_draft->start();
    Q_EMIT headingChanged();
}

void PlaygroundPage::showPanes()
{
    while (!m_columns->isEmpty()) {
        QLayoutItem* const item = m_columns->takeAt(0);
        delete item->widget();
        delete item;
    }
    m_panes.clear();
    for (std::size_t i = 0; i < m_talk->panes().size(); ++i) {
        if (i > 0) {
            m_columns->addWidget(new widgets::Separator(Qt::Vertical));
        }
        auto* const pane = new Pane(*m_talk, studio().library(), dialogs(), int(i));
        pane->transcript().setColoured(m_side->sampling().isColoured());
        m_columns->addWidget(pane, 1);
        m_panes.push_back(pane);
    }
}

void PlaygroundPage::showDifference()
{
    const Exchange* const exchange = m_talk->current();
    const bool marks = m_side->sampling().marksDifference();
    m_difference->setConversation(m_talk->conversation(), marks);
    const auto difference = exchange && marks ? markedDifference(*exchange, m_panes.size())
                                              : std::optional<Difference>();
    for (std::size_t i = 0; i < m_panes.size(); ++i) {
        TextRange range;
        if (difference && (i == difference->first || i == difference->second)) {
            range = wordAt(exchange->answers[i], difference->token);
        }
        m_panes[i]->transcript().setDifference(range.begin, range.end);
    }
}

void PlaygroundPage::showBusy()
{
    const int pane = m_talk->writingPane();
    if (m_copy) {
        m_copy->setEnabled(m_talk->current() != nullptr);
    }
    if (pane < 0) {
        m_composer->setBusy({});
        return;
    }
    const QString letter = paneLetter(m_talk->panes(), std::size_t(pane));
    const Answer& answer = m_talk->current()->answers[std::size_t(pane)];
    m_composer->setBusy(answer.state == Answer::State::Writing
                            ? tr("%1 is still writing").arg(letter)
                        : answer.state == Answer::State::Loading ? tr("Loading the model…")
                                                                 : tr("Waiting for the engine…"));
}

void PlaygroundPage::fillModels(QMenu* menu)
{
    menu->clear();
    const auto models = studio().library().baseModels().list();
    for (const app::library::BaseModel& model :
         models ? models.value() : std::vector<app::library::BaseModel>()) {
        // An ampersand in a name is no shortcut.
        QString name = model.name;
        QAction* const action = menu->addAction(name.replace(u'&', QLatin1String("&&")));
        action->setCheckable(true);
        action->setChecked(model.path == m_talk->conversation().model);
        connect(
            action, &QAction::triggered, this, [this, path = model.path] { chooseModel(path); });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Choose a folder…")), &QAction::triggered, this, [this] {
        dialogs().openFolder(
            this, tr("Choose a model folder"), [this](const QString& path) { chooseModel(path); });
    });
}

void PlaygroundPage::keepPrompt()
{
    const QString typed = m_composer->question().trimmed();
    app::library::Prompt prompt;
    prompt.text = !typed.isEmpty()    ? typed
                  : m_talk->current() ? m_talk->current()->question
                                      : QString();
    prompt.system = m_composer->system();
    prompt.title = prompt.text.section(u'\n', 0, 0).left(80);
    if (!prompt.text.isEmpty()) {
        // A library that cannot be written has said so on Home.
        static_cast<void>(studio().library().prompts().add(prompt));
    }
}

void PlaygroundPage::keepDraft()
{
    m_draft->stop();
    Conversation setup = m_talk->conversation();
    setup.exchanges.clear();
    studio().drafts().save(kDraft,
                           Value::object({{"question", stdString(m_composer->question())},
                                          {"chat", int64_t(m_talk->conversation().row)},
                                          {"setup", toValue(setup)}}));
}

void PlaygroundPage::restoreDraft()
{
    const auto draft = studio().drafts().load(kDraft);
    if (!draft) {
        return;
    }
    m_composer->setQuestion(qs((*draft)["question"].toString()));
    Conversation conversation = conversationOf((*draft)["setup"]);
    const qint64 row = (*draft)["chat"].toInteger();
    if (row > 0) {
        if (const auto chat = studio().library().chats().find(row)) {
            conversation = conversationOf(chat.value().content);
            conversation.row = row;
        }
    }
    m_talk->load(conversation);
}

std::unique_ptr<ui::Page> makePage(PageContext& context)
{
    return std::make_unique<PlaygroundPage>(context);
}

} // namespace ui::pages::playground
