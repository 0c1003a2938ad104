#include "ui/pages/detail/HealthDetail.h"

#include "ui/text/HealthText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QVBoxLayout>

namespace countersign {

MendPlace mendPlace(HealthRule rule)
{
    switch (rule) {
        case HealthRule::WalletUndecryptable:
            return MendPlace::Quarantine;
        case HealthRule::SettingsTampered:
        case HealthRule::RelayStale:
        case HealthRule::ScopeMissing:
        case HealthRule::ScopeExcess:
            return MendPlace::Settings;
        case HealthRule::KeyUnregistered:
        case HealthRule::KeyOld:
            return MendPlace::Keys;
        default:
            return isWalletRule(rule) ? MendPlace::Wallet : MendPlace::Nowhere;
    }
}

bool isMendedByRevoking(HealthRule rule)
{
    switch (rule) {
        case HealthRule::WalletAddressMismatch:
        case HealthRule::WalletRevokedAtDynamic:
        case HealthRule::WalletPasswordProtected:
        case HealthRule::WalletOld:
        case HealthRule::WalletNeverUsed:
            return true;
        default:
            return false;
    }
}

HealthDetail::HealthDetail(ProfileReader& reader, QWidget* parent)
    : DetailPane(reader, tr("Select a finding to see what mends it."), parent)
{
    m_severity = new ChipLabel(content());
    m_kind = mutedLabel({}, content());
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_severity);
    head->addWidget(m_kind, 1);
    m_title = plainLabel({}, content(), Theme::font(1.1, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);

    m_advice = adviceFrame(content());
    m_mend = plainLabel({}, m_advice);
    m_mend->setWordWrap(true);
    m_mend->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_action = new QPushButton(m_advice);
    m_revoke = new QPushButton(tr("Revoke …"), m_advice);
    m_revoke->setProperty("role", QStringLiteral("danger"));
    m_revoke->setEnabled(false);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_action);
    buttons->addStretch(1);
    buttons->addWidget(m_revoke);
    auto* advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->setSpacing(8);
    advice->addWidget(sectionLabel(tr("What to do"), m_advice));
    advice->addWidget(m_mend);
    advice->addLayout(buttons);

    m_facts = new FactGrid(content());
    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_title);
    layout->addWidget(m_advice);
    layout->addWidget(m_facts);
    layout->addStretch(1);
    connect(m_action, &QPushButton::clicked, this, &HealthDetail::mend);
    connect(m_revoke, &QPushButton::clicked, this, [this] {
        Q_EMIT revokeWanted(QString::fromStdString(m_finding.walletId.value_or(std::string())));
    });
    connect(&Theme::instance(), &Theme::changed, this, &HealthDetail::refresh);
}

void HealthDetail::read()
{
    ask<HealthFinding>(
        [question = m_question](Database& database, std::int64_t id) -> Result<HealthFinding> {
            const std::vector<std::int64_t> ids = {id};
            ASSIGN_OR_RETURN(auto rows, HealthReader(database, question).rows(ids));
            return rows.empty() ? failure(ErrorCode::NotFound, tr("This is mended."))
                                : Result<HealthFinding>(std::move(rows.front()));
        },
        [this](const HealthFinding& finding) { take(finding); });
}

void HealthDetail::take(const HealthFinding& finding)
{
    m_finding = finding;
    m_severity->setState(stateText(finding.severity));
    m_kind->setText(healthRuleName(finding.rule));
    m_title->setText(finding.title);
    m_mend->setText(finding.mend);
    const MendPlace place = mendPlace(finding.rule);
    m_action->setVisible(place != MendPlace::Nowhere);
    m_action->setText(place == MendPlace::Wallet       ? tr("Open the wallet")
                      : place == MendPlace::Quarantine ? tr("Open Quarantine")
                      : place == MendPlace::Keys       ? tr("Keys and their wallets …")
                                                       : tr("Open Settings"));
    m_revoke->setVisible(finding.walletId.has_value() && isMendedByRevoking(finding.rule));
    m_facts->clear();
    if (finding.address) {
        m_facts->addCode(tr("Address"), visibleText(*finding.address));
    }
    if (finding.walletId) {
        m_facts->addCode(tr("Wallet id"), visibleText(*finding.walletId));
    }
    if (!finding.subject.empty() && finding.subject != finding.walletId) {
        m_facts->addCode(tr("Subject"), visibleText(finding.subject));
    }
    const std::string_view id = toText(finding.rule);
    m_facts->add(tr("Kind"), QString::fromLatin1(id.data(), qsizetype(id.size())));
}

void HealthDetail::setRevokingAllowed(bool isAllowed)
{
    m_revoke->setEnabled(isAllowed);
    m_revoke->setToolTip(isAllowed ? QString() : tr("Unlock the profile first."));
}

void HealthDetail::mend()
{
    if (!action().isEmpty()) {
        Q_EMIT mendWanted(m_finding);
    }
}

}  // namespace countersign
