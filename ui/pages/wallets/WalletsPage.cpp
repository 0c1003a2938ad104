#include "ui/pages/wallets/WalletsPage.h"

#include "ui/export/ListRows.h"
#include "ui/models/query/FilterText.h"
#include "ui/models/query/WalletQuery.h"
#include "ui/theme/Icons.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>

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
    : PagedListPage(pageName, tr("Wallets"), state, parent),
      m_clock(clock),
      m_model(new WalletModel(reader, clock, this)),
      m_detail(new WalletDetail(reader, clock))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Delegated wallets"));
    table()->setSortingEnabled(true);
    table()->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table()->horizontalHeader()->setSortIndicator(WalletModel::Received, Qt::DescendingOrder);
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setColumnWidths({226, 84, 168, 120, 160, 98, 98});
    // Health says of what is not active why; the other way round it does not work.
    table()->setDropOrder({WalletModel::LastEvent, WalletModel::Received, WalletModel::User,
                           WalletModel::Chain, WalletModel::Status});
    table()->setRoomyColumn(WalletModel::Address, wholeAddressWidth());
    begin(m_model, m_detail,
          {tr("The wallets cannot be read"),
           tr("Known tokens are status:, chain:, health:, key:, unseen: (days) and is:problem; everything "
              "else is searched "
              "for in "
              "addresses and ids."),
           tr("No wallet matches"),
           tr("No delegated wallet fits this filter. Wallets of every state are searched.")});
    setFilterHelp(tr("Filter: address, id, status:active chain:sol"),
                  tr("Words match address, wallet id and user id.\nTokens: status:active, chain:sol, "
                     "health:undecryptable, key:<kid>, unseen:30, is:problem"));

    QComboBox* const status = addChoice(QStringLiteral("status"), tr("Status"),
                                        {choice(WalletStatus::Active), choice(WalletStatus::Unusable),
                                         choice(WalletStatus::Revoked), choice(WalletStatus::Superseded)});
    QComboBox* const chain = addChoice(
        QStringLiteral("chain"), tr("Chain"),
        {{QStringLiteral("EVM"), QStringLiteral("evm")}, {QStringLiteral("Solana"), QStringLiteral("sol")}});
    QComboBox* const health = addChoice(
        QStringLiteral("health"), tr("Health"),
        {choice(WalletHealth::Ok), choice(WalletHealth::Unconfirmed), choice(WalletHealth::Undecryptable),
         choice(WalletHealth::PasswordProtected), choice(WalletHealth::AddressMismatch),
         choice(WalletHealth::CredentialRefused), choice(WalletHealth::Revoked),
         choice(WalletHealth::RevokedHere), choice(WalletHealth::Superseded)});
    for (QComboBox* box : {status, chain, health}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(15);
    }
    m_problems = new QPushButton(tr("Problems only"), this);
    m_problems->setCheckable(true);
    m_problems->setIcon(themeIcon(QStringLiteral("warning")));
    connect(m_problems, &QPushButton::clicked, this, [this](bool checked) {
        setFilterText(withToken(filterField()->text(), QStringLiteral("is"),
                                checked ? QStringLiteral("problem") : QString()));
    });
    addControl(m_problems);
    addRevoking();

    addActions();
    connect(m_detail, &WalletDetail::deliveryChosen, this, &WalletsPage::deliveryChosen);
    connect(m_detail, &WalletDetail::quarantineChosen, this, &WalletsPage::quarantineChosen);
    addLastControl(new ExportButton(reader, QStringLiteral("wallets"), listFormats([model = m_model] {
                                        return
                                            [filter = model->filter(), order = model->order()](
                                                Database& database, bool asCsv, ExportSink& sink) -> Status {
                                                const WalletCatalog catalog(database);
                                                ASSIGN_OR_RETURN(const auto ids, catalog.ids(filter, order));
                                                return exportRows(catalog, ids, asCsv, sink);
                                            };
                                    }),
                                    this));
    restoreState();
    updateState();
}

void WalletsPage::addActions()
{
    table()->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* name = new QAction(themeIcon(QStringLiteral("addresses")), tr("Name and tags …"), table());
    connect(name, &QAction::triggered, m_detail, &WalletDetail::nameWallet);
    // The key itself is the table's.
    auto* copy = new QAction(themeIcon(QStringLiteral("copy")), tr("Copy address\tCtrl+C"), table());
    connect(copy, &QAction::triggered, this, &WalletsPage::copySelection);
    table()->QWidget::addActions({name, copy});
}

void WalletsPage::applyFilter(const QString& text)
{
    const FilterText parsed = FilterText::parse(text, WalletQuery::tokenNames());
    showChoices(parsed.tokens);
    m_problems->setChecked(parsed.tokens.value(QStringLiteral("is")) == QLatin1String("problem"));
    apply(WalletQuery::parse(text, m_clock.now()), *m_model);
}

void WalletsPage::addRevoking()
{
    m_revoke = new QPushButton(tr("Revoke"), this);
    m_revoke->setProperty("role", QStringLiteral("danger"));
    m_revoke->setToolTip(tr("End delegations: nothing happens before you were asked."));
    m_revokeMenu = new QMenu(m_revoke);
    m_revokeSelected = m_revokeMenu->addAction(QString());
    m_revokeShown = m_revokeMenu->addAction(QString());
    m_revoke->setMenu(m_revokeMenu);
    connect(m_revokeMenu, &QMenu::aboutToShow, this, &WalletsPage::nameRevoking);
    connect(m_revokeSelected, &QAction::triggered, this, &WalletsPage::revokeSelected);
    connect(m_revokeShown, &QAction::triggered, this, &WalletsPage::revokeShown);
    connect(m_detail, &WalletDetail::revokeWanted, this,
            [this](qint64 row) { Q_EMIT revokeWanted(std::vector<std::int64_t>{row}); });
    addLastControl(m_revoke);
    setRevokingAllowed(false);
}

void WalletsPage::setRevokingAllowed(bool allowed)
{
    m_revoke->setEnabled(allowed);
    m_detail->setRevokingAllowed(allowed);
}

void WalletsPage::nameRevoking()
{
    const auto number = static_cast<qlonglong>(selectedRows().size());
    m_revokeSelected->setText(number == 1 ? tr("The selected wallet …")
                                          : tr("The %1 selected wallets …").arg(QLocale().toString(number)));
    m_revokeSelected->setEnabled(number > 0);
    const QString all = QLocale().toString(m_model->rowCount());
    m_revokeShown->setText(filterField()->text().isEmpty() ? tr("All %1 wallets …").arg(all)
                                                           : tr("All %1 that the filter shows …").arg(all));
    m_revokeShown->setEnabled(isTableShown() && m_model->rowCount() > 0);
}

std::vector<std::int64_t> WalletsPage::selectedRows() const
{
    std::vector<std::int64_t> rows;
    if (!isTableShown()) {
        return rows;
    }
    for (const QItemSelectionRange& range : table()->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            rows.push_back(m_model->idAt(row));
        }
    }
    return rows;
}

void WalletsPage::revokeSelected()
{
    if (auto rows = selectedRows(); !rows.empty() && m_revoke->isEnabled()) {
        Q_EMIT revokeWanted(std::move(rows));
    }
}

void WalletsPage::revokeShown()
{
    if (isTableShown() && m_revoke->isEnabled()) {
        Q_EMIT revokeWanted(m_model->filter());
    }
}

QString WalletsPage::selectedAddress() const
{
    return table()->currentIndex().data(CopyRole).toString();
}

void WalletsPage::showEmpty()
{
    showState(
        QStringLiteral("wallet"), tr("No delegated wallets yet"),
        tr("A wallet appears here when its owner approves the delegation and Dynamic's webhook has come "
           "through the relay. Check that Dynamic's webhook points at the relay's inbox of this "
           "profile."),
        tr("Show the events"));
}

void WalletsPage::onEmptyAction()
{
    Q_EMIT helpWanted();
}

}  // namespace countersign
