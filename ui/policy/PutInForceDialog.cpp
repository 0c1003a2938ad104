#include "ui/policy/PutInForceDialog.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QDialogButtonBox>
#include <QVBoxLayout>

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
    m_again = new ReauthenticationPanel(reauthentication, clock, this);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_set = buttons->addButton(tr("Put in force"), QDialogButtonBox::ActionRole);
    m_set->setProperty("role", QStringLiteral("primary"));
    m_set->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(title);
    layout->addWidget(advice);
    layout->addWidget(m_again);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_set, &QPushButton::clicked, this, &PutInForceDialog::put);
}

void PutInForceDialog::update()
{
    m_set->setEnabled(m_control.isReady() && !m_isPutting && m_again->isGiven());
}

void PutInForceDialog::put()
{
    if (!m_set->isEnabled()) {
        return;
    }
    m_again->obtain([this](const Reauthentication::Grant& grant) {
        m_isPutting = true;
        m_problem->clear();
        m_control.putInForce(this, m_bytes, m_replaces, grant, [this](const Status& done) {
            m_isPutting = false;
            if (done) {
                accept();
                return;
            }
            m_problem->setText(done.error().sentence);
            update();
        });
        update();
    });
}

}  // namespace countersign
