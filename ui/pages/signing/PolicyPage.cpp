#include "ui/pages/signing/PolicyPage.h"

#include "ui/policy/PutInForceDialog.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

PolicyPage::PolicyPage(PolicyControl& control, Reauthentication& reauthentication, const Clock& clock,
                       QWidget* parent)
    : Page(parent), m_control(control), m_reauthentication(reauthentication), m_clock(clock)
{
    build();
    connect(m_editor, &PolicyEditor::changed, this, [this] {
        if (!m_isTrying && !m_tried.empty() && m_tried != typedBytes()) {
            m_tried.clear();
            m_trial->showSentence(tr("What was tried was another text. Try this one."));
        }
        updateState();
    });
    connect(m_try, &QPushButton::clicked, this, &PolicyPage::tryHistory);
    connect(m_put, &QPushButton::clicked, this, &PolicyPage::putInForce);
    connect(m_discard, &QPushButton::clicked, m_editor, &PolicyEditor::discardChanges);
    connect(m_empty, &EmptyState::actionTriggered, this, &PolicyPage::refresh);
    connect(&m_control, &PolicyControl::changed, this, &PolicyPage::refresh);
    connect(&m_control, &PolicyControl::readyChanged, this, [this] {
        m_isTrying = m_isTrying && m_control.isReady();
        m_isReading = m_isReading && m_control.isReady();
        refresh();
    });
    updateState();
}

void PolicyPage::build()
{
    m_title = plainLabel(tr("Policy"), this, Theme::font(1.6, QFont::DemiBold));
    m_subtitle = mutedLabel({}, this);
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_editor = new PolicyEditor(this);
    m_trial = new TrialView(m_editor);
    m_editor->addTab(m_trial, tr("&History"));
    m_empty = new EmptyState(this);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_editor);
    m_stack->addWidget(m_empty);
    m_try = new QPushButton(tr("Try against the history"), this);
    m_put = new QPushButton(tr("Put in force …"), this);
    m_put->setProperty("role", QStringLiteral("primary"));
    m_discard = new QPushButton(tr("Discard the changes"), this);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_title, 0, Qt::AlignBottom);
    head->addWidget(m_subtitle, 1, Qt::AlignBottom);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_try);
    buttons->addWidget(m_put);
    buttons->addStretch(1);
    buttons->addWidget(m_discard);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addLayout(buttons);
    layout->addWidget(m_stack, 1);
}

void PolicyPage::start()
{
    m_isStarted = true;
    refresh();
}

void PolicyPage::refresh()
{
    if (!m_isStarted || m_isReading) {
        return;
    }
    if (!m_control.isReady()) {
        m_isRead = false;
        return updateState();
    }
    m_isReading = true;
    m_control.inForce(this, [this](const Result<std::optional<PolicyInForce>>& known) {
        m_isReading = false;
        take(known);
    });
}

void PolicyPage::take(const Result<std::optional<PolicyInForce>>& known)
{
    if (!m_control.isReady()) {
        return;  // locked meanwhile
    }
    const bool isSame = m_isRead && known && m_inForce.has_value() == known->has_value() &&
                        (!m_inForce || m_inForce->sha256 == (*known)->sha256);
    m_error = known ? std::nullopt : std::optional(known.error());
    m_isRead = known.has_value();
    if (known && !isSame) {
        m_inForce = *known;
        m_editor->setInForce(m_inForce
                                 ? QString::fromUtf8(reinterpret_cast<const char*>(m_inForce->bytes.data()),
                                                     static_cast<qsizetype>(m_inForce->bytes.size()))
                                 : QString());
    }
    updateState();
}

void PolicyPage::focusContent()
{
    if (isEditorShown()) {
        m_editor->textField()->setFocus();
    }
}

void PolicyPage::showInForce()
{
    if (!m_isRead) {
        m_subtitle->clear();
    } else if (m_inForce) {
        m_subtitle->setText(
            tr("In force: %1, since %2")
                .arg(visibleText(m_inForce->name), relativeTime(m_inForce->setAt, m_clock.now())));
        m_subtitle->setToolTip(
            plainToolTip(absoluteTime(m_inForce->setAt) + u'\n' + QString::fromStdString(m_inForce->sha256)));
    } else {
        m_subtitle->setText(tr("In force: the built-in policy"));
        m_subtitle->setToolTip(
            plainToolTip(tr("Understood and nothing critical found: one approval; else one "
                            "approval, re-authentication and a typed word.")));
    }
}

void PolicyPage::updateState()
{
    showInForce();
    const bool isPolicy = m_control.isReady() && m_isRead && m_editor->policy() != nullptr;
    m_try->setEnabled(isPolicy && !m_isTrying);
    m_put->setEnabled(isPolicy && m_editor->hasChanges());
    m_try->setText(m_isTrying ? tr("Trying …") : tr("Try against the history"));
    m_discard->setEnabled(m_isRead && m_editor->hasChanges());
    if (!m_control.isReady()) {
        m_empty->show(
            QStringLiteral("lock"), tr("Unlock to see the policy"),
            tr("It is checked with the profile's keys, so that nobody who can only write its file can "
               "change what it allows."));
        m_stack->setCurrentWidget(m_empty);
    } else if (m_error) {
        m_empty->show(QStringLiteral("mismatch"), tr("The policy in force cannot be trusted"),
                      m_error->sentence, tr("Try again"));
        m_stack->setCurrentWidget(m_empty);
    } else {
        m_stack->setCurrentWidget(m_editor);
    }
}

Bytes PolicyPage::typedBytes() const
{
    const std::string text = m_editor->text().toStdString();
    return toBytes(asBytes(text));
}

void PolicyPage::tryHistory()
{
    if (!m_try->isEnabled()) {
        return;
    }
    m_isTrying = true;
    m_editor->tabs()->setCurrentWidget(m_trial);
    m_trial->showSentence(tr("Trying it on the jobs of this profile …"));
    m_tried = typedBytes();
    m_control.tryHistory(this, m_tried, [this, tried = m_tried](const Result<PolicyTrial>& trial) {
        if (tried != m_tried) {
            return;  // of an earlier question, behind a lock
        }
        m_isTrying = false;
        if (tried != typedBytes()) {
            m_trial->showSentence(tr("The text became another one meanwhile. Try it again."));
        } else if (trial) {
            m_trial->show(*trial);
        } else {
            m_trial->showSentence(trial.error().sentence);
        }
        updateState();
    });
    updateState();
}

PutInForceDialog* PolicyPage::putInForce()
{
    const auto policy = m_editor->policy();
    if (!m_put->isEnabled() || policy == nullptr) {
        return nullptr;
    }
    auto* dialog =
        new PutInForceDialog(typedBytes(), *policy, m_inForce, m_control, m_reauthentication, m_clock, this);
    dialog->show();
    return dialog;
}

}  // namespace countersign
