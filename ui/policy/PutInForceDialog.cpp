#include "ui/policy/PutInForceDialog.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QDialogButtonBox>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

PutInForceDialog::PutInForceDialog(Bytes bytes, const PolicyDocument& policy,
                                   const std::optional<PolicyInForce>& before, PolicyControl& control,
                                   Reauthentication& reauthentication, const Clock& clock, QWidget* parent)
    : QDialog(parent),
      m_control(control),
      m_bytes(std::move(bytes)),
      m_replaces(before ? before->sha256 : std::string())
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Put a policy in force"));
    setMinimumWidth(520);
    build(policy, before, reauthentication, clock);
    connect(m_again, &ReauthenticationPanel::changed, this, &PutInForceDialog::update);
    connect(m_again, &ReauthenticationPanel::submitted, this, &PutInForceDialog::put);
    connect(m_approvals, &PolicyChangePanel::changed, this, [this] {
        update();
        grow();
    });
    connect(m_approvals, &PolicyChangePanel::writeWanted, this, &PutInForceDialog::write);
    connect(&m_control, &PolicyControl::readyChanged, this, [this] {
        m_isPutting = m_isPutting && m_control.isReady();
        update();
    });
    update();
}

void PutInForceDialog::build(const PolicyDocument& policy, const std::optional<PolicyInForce>& before,
                             Reauthentication& reauthentication, const Clock& clock)
{
    const QString name = visibleText(policy.name);
    const QString headline = !before ? tr("Put %1 in force in place of the built-in policy?").arg(name)
                             : before->name == policy.name
                                 ? tr("Put the changed %1 in force?").arg(name)
                                 : tr("Put %1 in force in place of %2?").arg(name, visibleText(before->name));
    auto* title = plainLabel(headline, this, Theme::font(1.25, QFont::DemiBold));
    title->setWordWrap(true);
    auto* advice = adviceFrame(this);
    m_words = plainLabel(tr("It decides about every job at this desk from then on. Approvals that were given "
                            "under the one before "
                            "stop counting, here and at every desk that has another policy: open jobs need "
                            "them anew. The change "
                            "is recorded."),
                         advice);
    m_words->setWordWrap(true);
    auto* inside = new QVBoxLayout(advice);
    inside->setContentsMargins(12, 10, 12, 10);
    inside->addWidget(m_words);
    m_approvals = new PolicyChangePanel(m_bytes, m_control, this);
    m_written = mutedLabel({}, this);
    m_written->setWordWrap(true);
    m_again = new ReauthenticationPanel(reauthentication, clock, this);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_set = buttons->addButton(tr("Put in force"), QDialogButtonBox::ActionRole);
    setRole(m_set, QStringLiteral("primary"));
    m_set->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(title);
    layout->addWidget(advice);
    layout->addWidget(m_approvals);
    layout->addWidget(m_again);
    layout->addWidget(m_written);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_set, &QPushButton::clicked, this, &PutInForceDialog::put);
}

void PutInForceDialog::update()
{
    const bool can = m_control.isReady() && !m_isPutting && m_again->isGiven();
    m_set->setEnabled(can && m_approvals->isReached());
    m_approvals->writeButton()->setEnabled(can);
    m_approvals->writeButton()->setToolTip(can ? QString() : tr("Confirm who you are first."));
}

/// What became visible, or longer, has its room.
void PutInForceDialog::grow()
{
    layout()->activate();
    const int height =
        layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width()) : sizeHint().height();
    resize(width(), std::max(height, this->height()));
}

void PutInForceDialog::act(const std::function<void(const Reauthentication::Grant&, Callback<void>)>& action,
                           const std::function<void()>& done)
{
    m_again->obtain([this, action, done](const Reauthentication::Grant& grant) {
        m_isPutting = true;
        m_problem->clear();
        action(grant, [this, done](const Status& outcome) {
            m_isPutting = false;
            if (outcome) {
                return done();
            }
            m_problem->setText(outcome.error().sentence);
            m_approvals->read();
            update();
        });
        update();
    });
}

void PutInForceDialog::put()
{
    if (!m_set->isEnabled()) {
        return;
    }
    act(
        [this](const Reauthentication::Grant& grant, Callback<void> done) {
            m_control.putInForce(this, m_bytes, m_replaces, m_approvals->statements(), grant,
                                 std::move(done));
        },
        [this] { accept(); });
}

void PutInForceDialog::write(const QString& file)
{
    if (!m_approvals->writeButton()->isEnabled()) {
        return;
    }
    act(
        [this, file](const Reauthentication::Grant& grant, Callback<void> done) {
            m_control.endorse(this, m_bytes, m_replaces, file, grant, std::move(done));
        },
        [this, file] {
            m_written->setText(tr("Saved: %1. Hand it to the desk where the policy is changed.").arg(file));
            update();
            grow();
        });
}

}  // namespace countersign
