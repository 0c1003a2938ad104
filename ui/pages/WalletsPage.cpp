#include "ui/pages/WalletsPage.h"

#include "ui/models/FilterText.h"
#include "ui/models/WalletQuery.h"
#include "ui/theme/Icons.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLocale>

namespace countersign {

namespace {

QPair<QString, QString> choice(WalletStatus status)
{
    return {stateText(status).word,
            QString::fromLatin1(toText(status).data(), qsizetype(toText(status).size()))};
}

QPair<QString, QString> choice(WalletHealth health)
{
    return {stateText(health).word,
            QString::fromLatin1(toText(health).data(), qsizetype(toText(health).size()))};
}

}  // namespace

WalletsPage::WalletsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent)
    : ListPage(QStringLiteral("wallets"), tr("Wallets"), state, parent),
      m_model(new WalletModel(reader, clock, this)),
      m_detail(new WalletDetail(reader, clock))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Delegated wallets"));
    table()->setSortingEnabled(true);
    table()->horizontalHeader()->setSortIndicator(WalletModel::Received, Qt::DescendingOrder);
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setColumnWidths({226, 84, 168, 120, 160, 98, 98});
    table()->setDropOrder(
        {WalletModel::LastEvent, WalletModel::Received, WalletModel::User, WalletModel::Chain});
    table()->setRoomyColumn(WalletModel::Address, wholeAddressWidth());
    setDetail(m_detail);
    setFilterHelp(tr("Filter: address, id, status:active chain:sol"),
                  tr("Words match address, wallet id and user id.\nTokens: status:active, chain:sol, "
                     "health:undecryptable, is:problem"));

    addChoice(QStringLiteral("status"), tr("Status"),
              {choice(WalletStatus::Active), choice(WalletStatus::Unusable), choice(WalletStatus::Revoked),
               choice(WalletStatus::Superseded)});
    addChoice(
        QStringLiteral("chain"), tr("Chain"),
        {{QStringLiteral("EVM"), QStringLiteral("evm")}, {QStringLiteral("Solana"), QStringLiteral("sol")}});
    addChoice(
        QStringLiteral("health"), tr("Health"),
        {choice(WalletHealth::Ok), choice(WalletHealth::Unconfirmed), choice(WalletHealth::Undecryptable),
         choice(WalletHealth::PasswordProtected), choice(WalletHealth::AddressMismatch),
         choice(WalletHealth::CredentialRefused), choice(WalletHealth::Revoked),
         choice(WalletHealth::RevokedHere), choice(WalletHealth::Superseded)});
    m_problems = new QPushButton(tr("Problems only"), this);
    m_problems->setCheckable(true);
    m_problems->setIcon(themeIcon(QStringLiteral("warning")));
    connect(m_problems, &QPushButton::clicked, this, [this](bool checked) {
        setFilterText(withToken(filterField()->text(), QStringLiteral("is"),
                                checked ? QStringLiteral("problem") : QString()));
    });
    addControl(m_problems);

    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) {
            m_selected = m_model->idAt(current.row());
            m_detail->setWallet(m_selected);
        }
    });
    connect(m_model, &PagedTableModel::stateChanged, this, &WalletsPage::updateState);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(m_model, signal, this, &WalletsPage::keepSelection);
    }
    connect(m_model, &QAbstractItemModel::modelReset, this, &WalletsPage::keepSelection);
    connect(m_detail, &WalletDetail::deliveryChosen, this, &WalletsPage::deliveryChosen);
    connect(m_detail, &WalletDetail::quarantineChosen, this, &WalletsPage::quarantineChosen);
    restoreState();
    updateState();
}

QComboBox* WalletsPage::addChoice(const QString& token, const QString& name,
                                  const QList<QPair<QString, QString>>& values)
{
    auto* box = new QComboBox(this);
    box->setAccessibleName(name);
    box->addItem(tr("%1: all").arg(name), QString());
    for (const auto& [word, value] : values) {
        box->addItem(tr("%1: %2").arg(name, word), value);
    }
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(15);
    connect(box, &QComboBox::activated, this, [this, box, token] {
        setFilterText(withToken(filterField()->text(), token, box->currentData().toString()));
    });
    m_choices.append({token, box});
    addControl(box);
    return box;
}

void WalletsPage::showChoices(const QString& text)
{
    const FilterText parsed = FilterText::parse(text, WalletQuery::tokenNames());
    for (const auto& [token, box] : m_choices) {
        QString value = parsed.tokens.value(token);
        if (token == QLatin1String("chain") &&
            (value == QLatin1String("svm") || value == QLatin1String("solana"))) {
            value = QStringLiteral("sol");
        }
        box->setCurrentIndex(std::max(0, box->findData(value)));
    }
    m_problems->setChecked(parsed.tokens.value(QStringLiteral("is")) == QLatin1String("problem"));
}

void WalletsPage::applyFilter(const QString& text)
{
    showChoices(text);
    const WalletQuery query = WalletQuery::parse(text);
    m_complaint = query.complaint;
    if (m_complaint.isEmpty()) {
        m_model->setFilter(query.filter);
    }
    updateState();
}

void WalletsPage::refresh()
{
    m_model->refresh();
    m_detail->refresh();
}

void WalletsPage::select(std::int64_t id)
{
    const int row = m_model->rowOf(id);
    m_selected = id;
    m_detail->setWallet(id);
    if (row >= 0) {
        table()->setCurrentIndex(m_model->index(row, 0));
        table()->scrollTo(m_model->index(row, 0));
    }
}

QString WalletsPage::selectedAddress() const
{
    return table()->currentIndex().data(CopyRole).toString();
}

void WalletsPage::keepSelection()
{
    const int row = m_selected == 0 ? -1 : m_model->rowOf(m_selected);
    if (row >= 0 && table()->currentIndex().row() != row) {
        const QSignalBlocker quiet(table());
        table()->selectionModel()->setCurrentIndex(
            m_model->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
}

void WalletsPage::selectFirstIfNone()
{
    if (m_model->rowCount() > 0 && (m_selected == 0 || m_model->rowOf(m_selected) < 0)) {
        select(m_model->idAt(0));
    }
}

void WalletsPage::updateState()
{
    const bool filtered = !filterField()->text().isEmpty();
    setCountText({});
    if (!m_complaint.isEmpty()) {
        showState(
            QStringLiteral("search"), m_complaint,
            tr("Known tokens are status:, chain:, health: and is:problem; everything else is searched for in "
               "addresses and ids."),
            tr("Clear the filter"));
        return;
    }
    switch (m_model->state()) {
        case PagedTableModel::State::Loading:
            showTable();
            return;
        case PagedTableModel::State::Failed:
            showState(QStringLiteral("error"), tr("The wallets cannot be read"), m_model->error().sentence,
                      tr("Try again"));
            return;
        case PagedTableModel::State::Ready:
            break;
    }
    if (m_model->rowCount() > 0) {
        setCountText(filtered ? tr("%1 match").arg(QLocale().toString(m_model->rowCount()))
                              : QLocale().toString(m_model->rowCount()));
        showTable();
        selectFirstIfNone();
        return;
    }
    m_selected = 0;
    m_detail->setWallet(0);
    if (filtered) {
        showState(QStringLiteral("search"), tr("No wallet matches"),
                  tr("No delegated wallet fits this filter. Wallets of every state are searched."),
                  tr("Clear the filter"));
    } else {
        showState(
            QStringLiteral("wallet"), tr("No delegated wallets yet"),
            tr("A wallet appears here when its owner approves the delegation and Dynamic's webhook has come "
               "through the relay. Check that Dynamic's webhook points at the relay's inbox of this "
               "profile."),
            tr("Show the events"));
    }
}

void WalletsPage::onStateAction()
{
    if (m_model->state() == PagedTableModel::State::Failed) {
        refresh();
    } else if (!filterField()->text().isEmpty()) {
        setFilterText({});
        table()->setFocus();
    } else {
        Q_EMIT helpWanted();
    }
}

}  // namespace countersign
