#include "ui/operators/RemoveOperatorDialog.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QDialogButtonBox>
#include <QVBoxLayout>

namespace countersign {

RemoveOperatorDialog::RemoveOperatorDialog(const Operator& one, OperatorControl& control,
                                           Reauthentication& reauthentication, const Clock& clock,
                                           QWidget* parent)
    : QDialog(parent), m_control(control), m_name(QString::fromStdString(one.name))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Remove an operator"));
    setMinimumWidth(520);
    build(one, reauthentication, clock);
    connect(m_again, &ReauthenticationPanel::changed, this, &RemoveOperatorDialog::update);
    connect(m_again, &ReauthenticationPanel::submitted, this, &RemoveOperatorDialog::remove);
    connect(&m_control, &OperatorControl::readyChanged, this, [this] {
        m_isRemoving = m_isRemoving && m_control.isReady();
        update();
    });
    count(one.publicKey);
    update();
}

void RemoveOperatorDialog::build(const Operator& one, Reauthentication& reauthentication, const Clock& clock)
{
    auto* headline = plainLabel(tr("Remove %1 from the register?").arg(visibleText(one.name)), this,
                                Theme::font(1.25, QFont::DemiBold));
    headline->setWordWrap(true);
    auto* advice = adviceFrame(this);
    auto* words =
        plainLabel(tr("Everything that %1 said stops counting at this desk at once: approvals, and "
                      "rejections of jobs that were not ended by them. Other desks have registers of "
                      "their own.")
                       .arg(visibleText(one.name)),
                   advice);
    words->setWordWrap(true);
    m_outlook = plainLabel(tr("Counting the open jobs that this affects …"), advice,
                           Theme::font(1.0, QFont::DemiBold));
    m_outlook->setWordWrap(true);
    auto* inside = new QVBoxLayout(advice);
    inside->setContentsMargins(12, 10, 12, 10);
    inside->setSpacing(6);
    inside->addWidget(words);
    inside->addWidget(m_outlook);
    m_again = new ReauthenticationPanel(reauthentication, clock, this);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_remove =
        buttons->addButton(tr("Remove %1").arg(visibleText(one.name)), QDialogButtonBox::DestructiveRole);
    setRole(m_remove, QStringLiteral("danger"));
    m_remove->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(headline);
    layout->addWidget(advice);
    layout->addWidget(m_again);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_remove, &QPushButton::clicked, this, &RemoveOperatorDialog::remove);
}

void RemoveOperatorDialog::count(const ed25519::PublicKey& key)
{
    m_control.openJobsWith(this, key, [this](const Result<int>& jobs) {
        if (!jobs) {
            m_outlook->setText(
                tr("How many open jobs it affects cannot be told: %1").arg(jobs.error().sentence));
        } else if (*jobs == 0) {
            m_outlook->setText(tr("No open job has a statement of theirs."));
        } else {
            m_outlook->setText(*jobs == 1 ? tr("1 open job has a statement of theirs.")
                                          : tr("%1 open jobs have statements of theirs.").arg(*jobs));
        }
    });
}

void RemoveOperatorDialog::update()
{
    m_remove->setEnabled(m_control.isReady() && !m_isRemoving && m_again->isGiven());
}

void RemoveOperatorDialog::remove()
{
    if (!m_remove->isEnabled()) {
        return;
    }
    m_again->obtain([this](const Reauthentication::Grant& grant) {
        m_isRemoving = true;
        m_control.remove(this, m_name, grant, [this](const Status& removed) {
            m_isRemoving = false;
            if (removed) {
                accept();
                return;
            }
            m_problem->setText(removed.error().sentence);
            update();
        });
        update();
    });
}

}  // namespace countersign
