#include "ui/pages/SettingsPage.h"

#include "ui/settings/DescriptorsGroup.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QScrollArea>

namespace countersign {

namespace {
constexpr int widest = 900;  // longer lines are hard to read
}

SettingsPage::SettingsPage(ProfileReader& reader, SettingsControl& control, QWidget* parent)
    : Page(parent), m_reader(reader), m_control(control)
{
    m_search = new QLineEdit(this);
    m_search->setClearButtonEnabled(true);
    m_search->setPlaceholderText(tr("Search the settings"));
    m_search->setAccessibleName(tr("Search the settings"));
    m_search->setMinimumWidth(220);
    m_search->setMaximumWidth(420);
    m_search->addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    auto* head = new QHBoxLayout;
    m_title = plainLabel(tr("Settings"), this, Theme::font(1.6, QFont::DemiBold));
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_search, 2);

    auto* content = new QWidget;
    content->setObjectName(QStringLiteral("scrollContent"));
    content->setMaximumWidth(widest);
    m_engine = new EngineGroup(control, content);
    m_dynamic = new DynamicGroup(control, content);
    m_rpc = new RpcGroup(control, content);
    m_relay = new RelayGroup(control, content);
    m_submitters = new SubmittersGroup(control, content);
    m_groups = {m_engine, m_dynamic, m_rpc, new DescriptorsGroup(control, content), m_submitters, m_relay};
    m_none = mutedLabel(tr("No setting matches."), content);
    m_none->hide();
    auto* groups = new QVBoxLayout(content);
    groups->setContentsMargins(0, 0, 8, 0);
    groups->setSpacing(16);
    m_doubts = new TamperedSettingsPanel(control, content);
    groups->addWidget(m_doubts);
    for (SettingsGroup* group : m_groups) {
        groups->addWidget(group);
    }
    groups->addWidget(m_none);
    groups->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(content);
    content->setAutoFillBackground(false);

    m_locked = mutedLabel(tr("The profile is locked: settings can be read and not changed."), this);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 16, 16);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_locked);
    layout->addWidget(m_problem);
    layout->addWidget(scroll, 1);
    connect(m_search, &QLineEdit::textChanged, this, &SettingsPage::search);
    connect(&m_control, &SettingsControl::readyChanged, this, &SettingsPage::updateLocked);
    connect(&m_control, &SettingsControl::changed, this, &SettingsPage::refresh);
    updateLocked();
}

void SettingsPage::start()
{
    if (!m_started) {
        m_started = true;
        refresh();
    }
}

void SettingsPage::refresh()
{
    if (!m_started) {
        return;
    }
    m_loading = true;
    m_reader.query(
        this, [](Database& database) { return SettingsData::read(database); },
        [this](const Result<SettingsData>& stored) {
            m_loading = false;
            m_problem->setText(stored ? QString() : stored.error().sentence);
            m_problem->setVisible(!stored);
            if (stored) {
                m_doubts->show(*stored);
                for (SettingsGroup* group : m_groups) {
                    group->show(*stored);
                }
            }
        });
}

bool SettingsPage::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
    return true;
}

void SettingsPage::search()
{
    bool any = false;
    for (SettingsGroup* group : m_groups) {
        const bool matches = group->matches(m_search->text());
        group->setVisible(matches);
        any = any || matches;
    }
    m_none->setVisible(!any);
}

void SettingsPage::updateLocked()
{
    m_locked->setVisible(!m_control.isReady());
}

}  // namespace countersign
