#include "ui/pages/WalletDetail.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Identicon.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

namespace countersign {

WalletDetail::WalletDetail(ProfileReader& reader, const Clock& clock, QWidget* parent)
    : DetailPane(reader, tr("Select a wallet to see what is known of it."), parent), m_reader(reader)
{
    build(clock);
    connect(m_eventTable, &DataTable::opened, this,
            [this](const QModelIndex& index) { Q_EMIT deliveryChosen(m_events->idAt(index.row())); });
    connect(m_events, &PagedTableModel::stateChanged, this, &WalletDetail::fitEvents);
    connect(m_sign, &QPushButton::clicked, this, &WalletDetail::sign);
    setSigningAllowed(false);
    connect(m_toQuarantine, &QPushButton::clicked, this, &WalletDetail::quarantineChosen);
    connect(&Theme::instance(), &Theme::changed, this, &WalletDetail::refresh);
}

void WalletDetail::build(const Clock& clock)
{
    m_identicon = new QLabel(content());
    m_address = new AddressView(content());
    m_copy = new CopyButton({}, tr("Copy address"), content());
    m_status = new ChipLabel(content());
    m_health = new ChipLabel(content());
    m_chain = mutedLabel({}, content());

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_identicon, 0, Qt::AlignTop);
    head->addWidget(m_address, 1);
    head->addWidget(m_copy, 0, Qt::AlignTop);
    auto* chips = new QHBoxLayout;
    chips->setSpacing(8);
    chips->addWidget(m_status);
    chips->addWidget(m_health);
    chips->addWidget(m_chain);
    chips->addStretch(1);

    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addLayout(chips);
    layout->addWidget(buildAdvice());
    m_sign = new QPushButton(tr("Sign …"), content());
    m_sign->setProperty("role", QStringLiteral("primary"));
    m_facts = new FactGrid(content());
    m_history = new StateRows(content());
    m_events = new DeliveryModel(m_reader, clock, this);
    m_eventTable = new DataTable(content());
    m_eventTable->setModel(m_events);
    m_eventTable->setAccessibleName(tr("Events of this wallet"));
    m_eventTable->hideColumn(DeliveryModel::WalletId);
    m_eventTable->hideColumn(DeliveryModel::Delay);
    m_eventTable->horizontalHeader()->hide();
    m_eventTable->setStretchColumn(DeliveryModel::Name);
    m_eventTable->fitColumns({DeliveryModel::Verdict, DeliveryModel::Received});
    m_eventTable->setTextElideMode(Qt::ElideMiddle);
    fitEvents();

    layout->addWidget(m_sign, 0, Qt::AlignLeft);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(m_facts);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(sectionLabel(tr("Share sets"), content()));
    layout->addWidget(m_history);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(sectionLabel(tr("Events"), content()));
    layout->addWidget(m_eventTable);
    layout->addStretch(1);
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

void WalletDetail::setSigningAllowed(bool allowed)
{
    m_signingAllowed = allowed;
    m_sign->setEnabled(allowed);
    m_sign->setToolTip(allowed ? QString() : tr("Unlock the profile first."));
}

void WalletDetail::fitEvents()
{
    constexpr int mostRows = 8;
    m_eventTable->setFixedHeight(std::clamp(m_events->rowCount(), 1, mostRows) * tableRowHeight + 4);
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
    ASSIGN_OR_RETURN(auto history, catalog.history(rows->front().walletId));
    return Result<Known>(Known{std::move(rows->front()), std::move(history)});
}

void WalletDetail::read()
{
    ask<Known>(&WalletDetail::known, [this](const Known& known) { take(known); });
}

void WalletDetail::take(const Known& known)
{
    const Wallet& wallet = known.wallet;
    m_identicon->setPixmap(identicon(wallet.addressBytes, 40, devicePixelRatioF()));
    m_address->setAddress(visibleText(wallet.address));
    m_copy->setCopiedText(QString::fromStdString(wallet.address));
    m_status->setState(stateText(wallet.status));
    m_health->setState(stateText(wallet.health));
    // Where both say the same, one is enough.
    m_health->setVisible(stateText(wallet.health).word != stateText(wallet.status).word);
    m_chain->setText(chainName(visibleText(wallet.chain)));
    const bool signable =
        wallet.status == WalletStatus::Active && (wallet.chain == "EVM" || wallet.chain == "SVM");
    m_signable = signable ? QString::fromStdString(wallet.walletId) : QString();
    m_sign->setVisible(signable);
    showAdvice(wallet);
    showFacts(wallet);
    showHistory(known.history);
    m_events->setFilter({.walletId = wallet.walletId});
    m_events->start();
}

void WalletDetail::showAdvice(const Wallet& wallet)
{
    const StateText health = stateText(wallet.health);
    m_advice->setVisible(!health.remedy.isEmpty());
    m_meaning->setText(health.meaning);
    m_remedy->setText(health.remedy);
    m_toQuarantine->setVisible(wallet.health == WalletHealth::Undecryptable);
}

void WalletDetail::showFacts(const Wallet& wallet)
{
    m_facts->clear();
    m_facts->addCode(tr("Wallet id"), visibleText(wallet.walletId));
    if (wallet.userId) {
        m_facts->addCode(tr("User"), visibleText(*wallet.userId));
    } else {
        m_facts->add(tr("User"), tr("unknown"));
    }
    if (wallet.shareSetId) {
        m_facts->addCode(tr("Share set"), visibleText(*wallet.shareSetId));
    }
    m_facts->addTime(tr("Received"), wallet.receivedAt);
    if (!wallet.healthDetail.empty()) {
        m_facts->add(tr("Detail"), visibleText(wallet.healthDetail));
    }
    m_facts->add(tr("Last event"), visibleText(wallet.lastEvent) + u'\n' + utcTime(wallet.lastEventAt),
                 absoluteTime(wallet.lastEventAt));
}

void WalletDetail::showHistory(const std::vector<DelegationRecord>& history)
{
    m_history->clear();
    if (history.empty()) {
        m_history->addSentence(tr("None has arrived."));
    }
    for (const DelegationRecord& record : history) {
        m_history->add(
            delegationText(QString::fromStdString(record.state)),
            tr("%1, %2").arg(utcTime(record.delegatedAt),
                             record.hasMaterial ? tr("material sealed here") : tr("no material kept")),
            record.delegatedAt);
    }
}

}  // namespace countersign
