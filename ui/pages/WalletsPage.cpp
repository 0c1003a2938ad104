#include "ui/pages/WalletsPage.h"

#include "ui/export/ListRows.h"
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
    : PagedListPage(pageName, tr("Wallets"), state, parent),
      m_model(new WalletModel(reader, clock, this)),
      m_detail(new WalletDetail(reader, clock))
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Delegated wallets"));
    table()->setSortingEnabled(true);
    table()->horizontalHeader()->setSortIndicator(WalletModel::Received, Qt::DescendingOrder);
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setColumnWidths({226, 84, 168, 120, 160, 98, 98});
    // Health says of what is not active why; the other way round it does not work.
    table()->setDropOrder({WalletModel::LastEvent, WalletModel::Received, WalletModel::User,
                           WalletModel::Chain, WalletModel::Status});
    table()->setRoomyColumn(WalletModel::Address, wholeAddressWidth());
    begin(m_model, m_detail,
          {tr("The wallets cannot be read"),
           tr("Known tokens are status:, chain:, health:, key: and is:problem; everything else is searched "
              "for in "
              "addresses and ids."),
           tr("No wallet matches"),
           tr("No delegated wallet fits this filter. Wallets of every state are searched.")});
    setFilterHelp(tr("Filter: address, id, status:active chain:sol"),
                  tr("Words match address, wallet id and user id.\nTokens: status:active, chain:sol, "
                     "health:undecryptable, key:<kid>, is:problem"));

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

void WalletsPage::applyFilter(const QString& text)
{
    const FilterText parsed = FilterText::parse(text, WalletQuery::tokenNames());
    showChoices(parsed.tokens);
    m_problems->setChecked(parsed.tokens.value(QStringLiteral("is")) == QLatin1String("problem"));
    apply(WalletQuery::parse(text), *m_model);
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
