#include "ui/pages/detail/WalletDetail.h"

#include "core/inspection/wallets/WalletCheckStore.h"
#include "core/settings/ExplorerLink.h"
#include "core/vault/Settings.h"
#include "core/vault/database/Rows.h"
#include "ui/session/control/InspectionControl.h"
#include "ui/text/InspectionText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"
#include "ui/widgets/identity/Identicon.h"
#include "ui/widgets/table/TimelineDelegate.h"

#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

namespace countersign {

WalletDetail::WalletDetail(ProfileReader& reader, const Clock& clock, QWidget* parent)
    : DetailPane(reader, tr("Select a wallet to see what is known of it."), parent),
      m_reader(reader),
      m_clock(clock)
{
    build(clock);
    connect(m_timelineTable, &DataTable::opened, this, &WalletDetail::openHappening);
    connect(m_timeline, &PagedTableModel::stateChanged, this, &WalletDetail::fitTimeline);
    connect(m_sign, &QPushButton::clicked, this, &WalletDetail::sign);
    connect(m_revoke, &QPushButton::clicked, this, [this] { Q_EMIT revokeWanted(row()); });
    setSigningAllowed(false);
    setRevokingAllowed(false);
    setNamingAllowed(false);
    connect(m_toQuarantine, &QPushButton::clicked, this, &WalletDetail::quarantineChosen);
    connect(&Theme::instance(), &Theme::changed, this, &WalletDetail::refresh);
}

void WalletDetail::build(const Clock& clock)
{
    QLayout* const head = buildHead();
    m_status = new ChipLabel(content());
    m_health = new ChipLabel(content());
    m_chain = mutedLabel({}, content());

    auto* chips = new QHBoxLayout;
    chips->setSpacing(8);
    chips->addWidget(m_status);
    chips->addWidget(m_health);
    chips->addWidget(m_chain);
    chips->addStretch(1);
    m_facts = new FactGrid(content());
    buildTimeline(clock);

    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addWidget(m_code, 0, Qt::AlignLeft);
    layout->addLayout(chips);
    layout->addWidget(buildAdvice());
    layout->addLayout(buildActions());
    layout->addWidget(m_verifying);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(m_facts);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(sectionLabel(tr("Time line"), content()));
    layout->addWidget(m_lifeLine);
    layout->addWidget(m_timelineTable);
    layout->addStretch(1);
}

QLayout* WalletDetail::buildHead()
{
    m_identicon = new QLabel(content());
    m_address = new AddressView(content());
    m_copy = new CopyButton({}, tr("Copy address"), content());
    m_showCode = new QToolButton(content());
    m_showCode->setIcon(themeIcon(QStringLiteral("qr")));
    m_showCode->setIconSize(QSize(14, 14));
    m_showCode->setCheckable(true);
    m_showCode->setToolTip(tr("Show the QR code of the address"));
    m_showCode->setAccessibleName(m_showCode->toolTip());
    m_naming = new QToolButton(content());
    m_naming->setIcon(themeIcon(QStringLiteral("addresses")));
    m_naming->setIconSize(QSize(14, 14));
    m_naming->setAccessibleName(tr("Name and tags of the wallet in the address book"));
    connect(m_naming, &QToolButton::clicked, this, &WalletDetail::nameWallet);
    m_code = new QrCode(content());
    m_code->hide();
    connect(m_showCode, &QToolButton::toggled, m_code, &QWidget::setVisible);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_identicon, 0, Qt::AlignTop);
    head->addWidget(m_address, 1);
    head->addWidget(m_naming, 0, Qt::AlignTop);
    head->addWidget(m_showCode, 0, Qt::AlignTop);
    head->addWidget(m_copy, 0, Qt::AlignTop);
    return head;
}

QLayout* WalletDetail::buildActions()
{
    m_sign = new QPushButton(tr("Sign …"), content());
    m_sign->setProperty("role", QStringLiteral("primary"));
    m_revoke = new QPushButton(tr("Revoke …"), content());
    m_revoke->setProperty("role", QStringLiteral("danger"));
    m_verifying = plainLabel({}, content());
    m_verifying->setWordWrap(true);
    m_verifying->hide();
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(8);
    m_actions->addWidget(m_sign);
    // What must not be hit by mistake stands at the other end.
    m_actions->addStretch(1);
    m_actions->addWidget(m_revoke);
    m_explorer = new QPushButton(tr("Explorer"), content());
    m_explorer->hide();
    addAction(m_explorer);
    connect(m_explorer, &QPushButton::clicked, this, [this] {
        if (m_link) {
            Q_EMIT explorerWanted(*m_link);
        }
    });
    return m_actions;
}

void WalletDetail::buildTimeline(const Clock& clock)
{
    m_lifeLine = new LifeLine(content());
    m_timeline = new TimelineModel(m_reader, clock, this);
    m_timelineTable = new DataTable(content());
    m_timelineTable->setModel(m_timeline);
    m_timelineTable->setAccessibleName(tr("What happened to this wallet, newest first"));
    m_timelineTable->horizontalHeader()->hide();
    m_timelineTable->horizontalHeader()->setMinimumSectionSize(TimelineDelegate::width);
    m_timelineTable->setItemDelegateForColumn(TimelineModel::Rail, new TimelineDelegate(m_timelineTable));
    m_timelineTable->setColumnWidth(TimelineModel::Rail, TimelineDelegate::width);
    m_timelineTable->setStretchColumn(TimelineModel::Words);
    m_timelineTable->fitColumns({TimelineModel::State, TimelineModel::Time});
    m_timelineTable->setTextElideMode(Qt::ElideRight);
    fitTimeline();
}

QWidget* WalletDetail::buildAdvice()
{
    m_advice = adviceFrame(content());
    m_meaning = plainLabel({}, m_advice);
    m_meaning->setWordWrap(true);
    m_remedy = plainLabel({}, m_advice, Theme::font(1.0, QFont::DemiBold));
    m_remedy->setWordWrap(true);
    m_toQuarantine = new QPushButton(tr("Open Quarantine"), m_advice);
    auto* advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->setSpacing(6);
    advice->addWidget(m_meaning);
    advice->addWidget(m_remedy);
    advice->addWidget(m_toQuarantine, 0, Qt::AlignLeft);
    return m_advice;
}

void WalletDetail::sign()
{
    if (m_sign->isEnabled() && !m_signable.isEmpty()) {
        Q_EMIT signWanted(m_signable);
    }
}

void WalletDetail::setExplorerTrusted(bool trusted)
{
    m_isLinkTrusted = trusted;
    showExplorer();
}

void WalletDetail::showExplorer()
{
    m_explorer->setVisible(m_link.has_value() && m_isLinkTrusted);
    m_explorer->setToolTip(
        m_link ? plainToolTip(tr("Opens %1 in your browser, which learns the address").arg(m_link->host()))
               : QString());
}

void WalletDetail::setInspection(InspectionControl& control)
{
    m_inspection = &control;
    m_verify = new QPushButton(tr("Verify"), content());
    m_verify->setToolTip(tr("Ask Dynamic whether this wallet is there what it is here"));
    addAction(m_verify);
    connect(m_verify, &QPushButton::clicked, this, [this] { m_inspection->verifyWallet(m_walletId); });
    connect(&control, &InspectionControl::readyChanged, this, &WalletDetail::showVerifying);
    connect(&control, &InspectionControl::runChanged, this, &WalletDetail::showVerifying);
    showVerifying();
}

void WalletDetail::showVerifying()
{
    if (m_inspection == nullptr) {
        return;
    }
    m_verify->setEnabled(m_inspection->mayBegin());
    const auto& run = m_inspection->run();
    const bool isHere = run && !m_walletId.isEmpty() && QString::fromStdString(run->walletId) == m_walletId;
    m_verifying->setVisible(isHere);
    m_verifying->setText(isHere ? runSentence(*run) : QString());
}

void WalletDetail::setSigningAllowed(bool allowed)
{
    m_signingAllowed = allowed;
    m_sign->setEnabled(allowed);
    m_sign->setToolTip(allowed ? QString() : tr("Unlock the profile first."));
}

void WalletDetail::setRevokingAllowed(bool allowed)
{
    m_revoke->setEnabled(allowed);
    m_revoke->setToolTip(allowed ? QString() : tr("Unlock the profile first."));
}

void WalletDetail::setNamingAllowed(bool allowed)
{
    m_naming->setEnabled(allowed);
    m_naming->setToolTip(allowed ? tr("Name and tags in the address book …")
                                 : tr("Unlock the profile first."));
}

void WalletDetail::nameWallet()
{
    // What is shown may still be the one that was selected before.
    if (m_naming->isEnabled() && row() != 0 && m_shown.id == row()) {
        Q_EMIT nameWanted(m_shown);
    }
}

void WalletDetail::fitTimeline()
{
    constexpr int mostRows = 10;
    m_timelineTable->setFixedHeight(std::clamp(m_timeline->rowCount(), 1, mostRows) * tableRowHeight + 4);
}

void WalletDetail::openHappening(const QModelIndex& index)
{
    const WalletHappening* happening = m_timeline->rowAt(index.row());
    if (happening == nullptr) {
        return;
    }
    switch (happening->kind) {
        case WalletHappening::Kind::Revocation:
            Q_EMIT revocationChosen(QString::fromStdString(happening->reference));
            return;
        case WalletHappening::Kind::Job:
            Q_EMIT jobChosen(QString::fromStdString(happening->reference));
            return;
        case WalletHappening::Kind::Check:
            return;  // all that is known of it stands there
        default:
            Q_EMIT deliveryChosen(happening->deliveryId);
    }
}

Result<WalletDetail::Known> WalletDetail::known(Database& database, std::int64_t id)
{
    const WalletCatalog catalog(database);
    const std::vector<std::int64_t> ids = {id};
    auto rows = catalog.rows(ids);
    if (!rows || rows->empty()) {
        return rows ? failure(ErrorCode::NotFound, tr("This wallet is no longer in the profile."))
                    : failure(rows.error());
    }
    Known known;
    known.wallet = std::move(rows->front());
    ASSIGN_OR_RETURN(known.history, catalog.history(known.wallet.walletId));
    ASSIGN_OR_RETURN(known.check, WalletCheckStore(database).find(known.wallet.walletId));
    const bool isSolana = known.wallet.chain == "SVM";
    ASSIGN_OR_RETURN(const auto explorer, Settings(database).get(isSolana ? settingKeys::explorerSolana
                                                                          : settingKeys::explorerEvm));
    known.explorer = explorer ? explorerLink(*explorer, known.wallet.address) : std::nullopt;
    RETURN_IF_ERROR(readPast(database, known));
    return known;
}

Status WalletDetail::readPast(Database& database, Known& known)
{
    constexpr std::size_t mostMarks = 500;  // more are no picture
    const WalletTimeline timeline(database);
    ASSIGN_OR_RETURN(auto ids, timeline.ids(known.wallet.walletId));
    if (ids.size() > mostMarks) {
        ids[mostMarks - 1] = ids.back();
        ids.resize(mostMarks);
    }
    ASSIGN_OR_RETURN(known.past, timeline.rows(ids));
    return attempt([&]() -> Status {
        SQLite::Statement jobs(
            database.handle(),
            "SELECT max(state_at) FILTER (WHERE state IN ('signed', 'broadcast', 'confirmed')), "
            "max(state_at) FILTER (WHERE state IN ('rejected', 'failed', 'blocked')) FROM job WHERE "
            "wallet_id = ?");
        jobs.bind(1, known.wallet.walletId);
        if (jobs.executeStep()) {
            known.lastSignature = optionalTimeOf(jobs.getColumn(0));
            known.lastRefusal = optionalTimeOf(jobs.getColumn(1));
        }
        SQLite::Statement newest(database.handle(),
                                 "SELECT at_dynamic FROM revocation_wallet WHERE "
                                 "wallet_id = ? ORDER BY id DESC LIMIT 1");
        newest.bind(1, known.wallet.walletId);
        const std::string outcome = newest.executeStep() ? newest.getColumn(0).getString() : std::string();
        known.isOver =
            known.wallet.status == WalletStatus::Revoked && outcome != "pending" && outcome != "refused";
        return {};
    });
}

void WalletDetail::read()
{
    ask<Known>(&WalletDetail::known, [this](const Known& known) { take(known); });
}

void WalletDetail::take(const Known& known)
{
    const Wallet& wallet = known.wallet;
    m_walletId = QString::fromStdString(wallet.walletId);
    m_shown = wallet;
    m_naming->setVisible(wallet.chain == "EVM" || wallet.chain == "SVM");
    showVerifying();
    m_identicon->setPixmap(identicon(wallet.addressBytes, 40, devicePixelRatioF()));
    m_address->setAddress(visibleText(wallet.address));
    m_copy->setCopiedText(QString::fromStdString(wallet.address));
    m_code->show(tr("address"), QString::fromStdString(wallet.address));
    m_code->setVisible(m_showCode->isChecked());
    m_link = known.explorer;
    showExplorer();
    m_status->setState(stateText(wallet.status));
    m_health->setState(stateText(wallet.health));
    // Where both say the same, one is enough.
    m_health->setVisible(stateText(wallet.health).word != stateText(wallet.status).word);
    m_chain->setText(chainName(visibleText(wallet.chain)));
    const bool signable =
        wallet.status == WalletStatus::Active && (wallet.chain == "EVM" || wallet.chain == "SVM");
    m_signable = signable ? QString::fromStdString(wallet.walletId) : QString();
    m_sign->setVisible(signable);
    m_revoke->setVisible(!known.isOver && !known.history.empty());
    showAdvice(wallet);
    showFacts(known);
    showPast(known);
    m_timeline->setWallet(wallet.walletId);
}

}  // namespace countersign
