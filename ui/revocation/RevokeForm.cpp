#include "ui/revocation/RevokeForm.h"

#include "ui/text/AddressText.h"
#include "ui/text/RevocationText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace countersign {

namespace {
/// At most three bytes of UTF-8 each.
constexpr int mostReasonCharacters = static_cast<int>(RevocationRequest::mostReasonBytes) / 3;
}  // namespace

RevokeForm::RevokeForm(Reauthentication& reauthentication, const Clock& clock, QWidget* parent)
    : QWidget(parent),
      m_model(new RevocationPlanModel(this)),
      m_panel(new ReauthenticationPanel(reauthentication, clock, this))
{
    build();
    connect(m_reason, &QLineEdit::textChanged, this, &RevokeForm::changed);
    connect(m_onlySet, &QCheckBox::clicked, this, &RevokeForm::scopeChanged);
    connect(m_localFirst, &QCheckBox::toggled, this, &RevokeForm::changed);
    connect(m_panel, &ReauthenticationPanel::changed, this, &RevokeForm::changed);
}

void RevokeForm::build()
{
    m_headline = plainLabel({}, this, Theme::font(1.25, QFont::DemiBold));
    m_explanation = plainLabel({}, this);
    m_explanation->setWordWrap(true);
    m_table = new DataTable(this);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("What happens to each wallet"));
    m_table->setColumnWidths({214, 76, 116, 96, 210});
    m_table->setStretchColumn(RevocationPlanModel::FateColumn);
    m_table->setMinimumHeight(3 * tableRowHeight);
    m_reason = new QLineEdit(this);
    m_reason->setMaxLength(mostReasonCharacters);
    m_reason->setPlaceholderText(tr("Goes into the record and into the proof"));
    m_reason->setAccessibleName(tr("Reason"));
    m_onlySet = new QCheckBox(this);
    m_check = new QCheckBox(tr("Try afterwards whether Dynamic refuses to sign"), this);
    m_check->setToolTip(
        tr("The wallet's credential is held back for this in memory only, and a signing room is "
           "asked for with it. What comes of it stands in the proof."));
    m_localFirst = new QCheckBox(tr("Destroy here now, without waiting for Dynamic"), this);
    auto* meaning = mutedLabel(tr("The key material is gone from this machine at once, even if Dynamic "
                                  "cannot be reached. The call to Dynamic stays queued until it succeeds: "
                                  "until then the delegation is in force there."),
                               this);
    meaning->setWordWrap(true);
    meaning->setContentsMargins(22, 0, 0, 0);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_headline);
    layout->addWidget(m_explanation);
    layout->addWidget(m_table, 1);
    layout->addSpacing(4);
    layout->addWidget(sectionLabel(tr("Reason"), this));
    layout->addWidget(m_reason);
    layout->addSpacing(4);
    layout->addWidget(m_onlySet);
    layout->addWidget(m_localFirst);
    layout->addWidget(meaning);
    layout->addWidget(m_check);
    layout->addSpacing(4);
    layout->addWidget(m_panel);
}

void RevokeForm::setPreview(RevocationPreviewPtr preview)
{
    m_preview = std::move(preview);
    m_model->setPreview(m_preview);
    const std::vector<RevocationItem>& ends = m_preview->plan.toEnd;
    // Only where there is a choice.
    m_shareSet = ends.size() == 1 && ends.front().shareSetIds.size() == 1 ? ends.front().shareSetIds.front()
                                                                          : std::string();
    m_onlySet->setText(tr("Only share set %1; whatever else its owner delegated stays")
                           .arg(elidedId(visibleText(m_shareSet))));
    m_onlySet->setVisible(!m_shareSet.empty());
    m_onlySet->setChecked(!m_shareSet.empty() && !ends.front().onlyShareSet.empty());
    m_check->setEnabled(mayBeChecked());
    m_headline->setText(actionText());
    m_explanation->setText(explain());
    Q_EMIT changed();
}

QString RevokeForm::actionText() const
{
    const std::size_t ends = m_preview ? m_preview->plan.toEnd.size() : 0;
    if (ends > 0) {
        return tr("Revoke %1").arg(delegationCount(static_cast<std::int64_t>(ends)));
    }
    const std::size_t pending = m_preview ? m_preview->pendingItems.size() : 0;
    return pending > 0 ? tr("Go on with %1").arg(walletCount(static_cast<std::int64_t>(pending)))
                       : tr("Nothing to revoke");
}

QString RevokeForm::explain() const
{
    QStringList sentences;
    const std::size_t ends = m_preview->plan.toEnd.size();
    if (ends > 0) {
        sentences << tr("From the moment it begins, nothing is signed here with what is revoked. The wallets "
                        "stay their owners'. It cannot be undone: only an owner can delegate again.")
                  << reasonOf(plannedCall(m_preview->plan));
    }
    if (m_preview->waitingJobs > 0) {
        sentences << (m_preview->waitingJobs == 1
                          ? tr("One waiting job is rejected.")
                          : tr("%1 waiting jobs are rejected.").arg(m_preview->waitingJobs));
    }
    if (m_preview->signingJobs > 0) {
        sentences << tr(
            "A ceremony that is under way is waited for and recorded, since its signature may "
            "exist already; then that wallet is ended.");
    }
    if (!m_preview->pendingItems.empty()) {
        sentences << tr("An earlier revocation waits for Dynamic's answer, and goes on: %1.")
                         .arg(walletCount(static_cast<std::int64_t>(m_preview->pendingItems.size())));
    }
    if (!m_preview->plan.ended.empty()) {
        sentences << tr("Over already, nothing is sent: %1.")
                         .arg(walletCount(static_cast<std::int64_t>(m_preview->plan.ended.size())));
    }
    if (m_preview->neverDelegated > 0) {
        sentences
            << tr("Never delegated here, nothing is sent: %1.").arg(walletCount(m_preview->neverDelegated));
    }
    return sentences.join(u' ');
}

bool RevokeForm::isComplete() const
{
    const bool isSomething =
        m_preview && (!m_preview->plan.toEnd.empty() || !m_preview->pendingItems.empty());
    return isSomething && !m_reason->text().trimmed().isEmpty() && m_panel->isGiven();
}

bool RevokeForm::mayBeChecked() const
{
    return m_preview && m_preview->plan.toEnd.size() <= RevocationRequest::mostWalletsToCheck;
}

RevocationControl::Order RevokeForm::order() const
{
    return {.reason = m_reason->text().trimmed().toStdString(),
            .localFirst = m_localFirst->isChecked(),
            .checkAfterwards = m_check->isChecked() && mayBeChecked()};
}

std::optional<std::string> RevokeForm::onlyShareSet() const
{
    return m_onlySet->isChecked() && !m_shareSet.empty() ? std::optional(m_shareSet) : std::nullopt;
}

}  // namespace countersign
