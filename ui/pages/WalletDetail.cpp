#include "ui/pages/WalletDetail.h"

#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Identicon.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QPushButton>
#include <QVBoxLayout>

namespace countersign {

namespace {

QFrame* line(QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("role", QStringLiteral("line"));
    return frame;
}

}  // namespace

WalletDetail::WalletDetail(ProfileReader& reader, const Clock& clock, QWidget* parent)
    : QWidget(parent), m_reader(reader)
{
    m_placeholder = mutedLabel(tr("Select a wallet to see what is known of it."), this);
    m_placeholder->setAlignment(Qt::AlignCenter);
    m_placeholder->setWordWrap(true);
    m_content = new QWidget(this);

    m_identicon = new QLabel(m_content);
    m_address = new AddressView(m_content);
    m_copy = new CopyButton({}, tr("Copy address"), m_content);
    m_status = new ChipLabel(m_content);
    m_health = new ChipLabel(m_content);
    m_chain = mutedLabel({}, m_content);

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

    m_advice = new QFrame(m_content);
    m_advice->setProperty("role", QStringLiteral("advice"));
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

    m_sign = new QPushButton(tr("Sign …"), m_content);
    m_sign->setProperty("role", QStringLiteral("primary"));
    m_facts = new FactGrid(m_content);
    m_history = new QWidget(m_content);
    m_historyRows = new QVBoxLayout(m_history);
    m_historyRows->setContentsMargins(0, 0, 0, 0);
    m_historyRows->setSpacing(6);

    m_events = new DeliveryModel(reader, clock, this);
    m_eventTable = new DataTable(m_content);
    m_eventTable->setModel(m_events);
    m_eventTable->setAccessibleName(tr("Events of this wallet"));
    m_eventTable->hideColumn(DeliveryModel::WalletId);
    m_eventTable->hideColumn(DeliveryModel::Delay);
    m_eventTable->horizontalHeader()->hide();
    m_eventTable->setStretchColumn(DeliveryModel::Name);
    m_eventTable->fitColumns({DeliveryModel::Verdict, DeliveryModel::Received});
    m_eventTable->setTextElideMode(Qt::ElideMiddle);
    fitEvents();

    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(12);
    content->addLayout(head);
    content->addLayout(chips);
    content->addWidget(m_advice);
    content->addWidget(m_sign, 0, Qt::AlignLeft);
    content->addWidget(line(m_content));
    content->addWidget(m_facts);
    content->addWidget(line(m_content));
    content->addWidget(sectionLabel(tr("Share sets"), m_content));
    content->addWidget(m_history);
    content->addWidget(line(m_content));
    content->addWidget(sectionLabel(tr("Events"), m_content));
    content->addWidget(m_eventTable);
    content->addStretch(1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_placeholder, 1);
    layout->addWidget(m_content, 1);
    m_content->hide();

    connect(m_eventTable, &DataTable::opened, this,
            [this](const QModelIndex& index) { Q_EMIT deliveryChosen(m_events->idAt(index.row())); });
    connect(m_events, &PagedTableModel::stateChanged, this, &WalletDetail::fitEvents);
    connect(m_sign, &QPushButton::clicked, this, &WalletDetail::sign);
    setSigningAllowed(false);
    connect(m_toQuarantine, &QPushButton::clicked, this, &WalletDetail::quarantineChosen);
    connect(&Theme::instance(), &Theme::changed, this, &WalletDetail::refresh);
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

void WalletDetail::setWallet(std::int64_t id)
{
    if (id != m_id) {
        m_id = id;
        refresh();
    }
}

void WalletDetail::refresh()
{
    const std::uint64_t generation = ++m_generation;
    if (m_id == 0) {
        m_content->hide();
        m_placeholder->show();
        m_loading = false;
        return;
    }
    m_loading = true;
    m_reader.query(
        this,
        [id = m_id](Database& database) -> Result<Known> {
            const WalletCatalog catalog(database);
            const std::vector<std::int64_t> ids = {id};
            auto rows = catalog.rows(ids);
            if (!rows || rows->empty()) {
                return rows ? failure(ErrorCode::NotFound,
                                      WalletDetail::tr("This wallet is no longer in the profile."))
                            : failure(rows.error());
            }
            auto history = catalog.history(rows->front().walletId);
            return history ? Result<Known>(Known{std::move(rows->front()), std::move(*history)})
                           : failure(history.error());
        },
        [this, generation](const Result<Known>& known) {
            if (generation == m_generation) {
                take(known);
            }
        });
}

void WalletDetail::take(const Result<Known>& known)
{
    m_loading = false;
    m_content->setVisible(known.has_value());
    m_placeholder->setVisible(!known.has_value());
    if (!known) {
        m_placeholder->setText(known.error().sentence);
        return;
    }
    const Wallet& wallet = known->wallet;
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
    showHistory(known->history);
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
    m_facts->add(tr("Received"), utcTime(wallet.receivedAt), absoluteTime(wallet.receivedAt));
    if (!wallet.healthDetail.empty()) {
        m_facts->add(tr("Detail"), visibleText(wallet.healthDetail));
    }
    m_facts->add(tr("Last event"), visibleText(wallet.lastEvent) + u'\n' + utcTime(wallet.lastEventAt),
                 absoluteTime(wallet.lastEventAt));
}

void WalletDetail::showHistory(const std::vector<DelegationRecord>& history)
{
    while (QLayoutItem* item = m_historyRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (history.empty()) {
        m_historyRows->addWidget(mutedLabel(tr("None has arrived."), m_history));
    }
    for (const DelegationRecord& record : history) {
        auto* row = new QWidget(m_history);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(8);
        auto* chip = new ChipLabel(row);
        chip->setState(delegationText(QString::fromStdString(record.state)));
        QLabel* words = mutedLabel(
            tr("%1, %2").arg(utcTime(record.delegatedAt),
                             record.hasMaterial ? tr("material sealed here") : tr("no material kept")),
            row);
        words->setWordWrap(true);
        words->setToolTip(plainToolTip(absoluteTime(record.delegatedAt)));
        layout->addWidget(chip, 0, Qt::AlignTop);
        layout->addWidget(words, 1);
        m_historyRows->addWidget(row);
    }
}

}  // namespace countersign
