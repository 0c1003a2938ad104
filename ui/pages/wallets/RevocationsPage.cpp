#include "ui/pages/wallets/RevocationsPage.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace countersign {

namespace {
/// Every row of all revocations is checked when they are read: not with every delivery that arrives. What
/// another program of the profile did is seen with the first refresh after so long.
constexpr UnixMillis revocationsFreshFor = 5'000;
}  // namespace

RevocationsPage::RevocationsPage(RevocationControl& control, const Clock& clock, WindowState& state,
                                 QWidget* parent)
    : ListPage(pageName, tr("Revocations"), state, parent),
      m_control(control),
      m_clock(clock),
      m_model(new RevocationListModel(clock, this)),
      m_progress(new RevocationProgress(control, clock))
{
    auto* pane = new QWidget(this);
    auto* layout = new QVBoxLayout(pane);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_progress);
    setDetail(pane);
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Revocations"));
    table()->setColumnWidths({128, 96, 150, 140});
    table()->setDropOrder({RevocationListModel::BegunColumn});
    table()->setStretchColumn(RevocationListModel::ReasonColumn);
    setFilterHelp(tr("Filter: reason, id"), tr("Words match the reason and the revocation's id."));
    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) {
            m_selected = m_model->idAt(current.row());
            m_progress->watch(m_selected);
        }
    });
    connect(m_progress, &RevocationProgress::walletChosen, this, &RevocationsPage::walletChosen);
    connect(m_progress, &RevocationProgress::revokeWanted, this, &RevocationsPage::revokeWanted);
    connect(&m_control, &RevocationControl::changed, this, [this] { m_isStale = true; });
    connect(&m_control, &RevocationControl::readyChanged, this, &RevocationsPage::refresh);
    restoreState();
    updateState();
}

void RevocationsPage::start()
{
    m_isStarted = true;
    refresh();
}

void RevocationsPage::refresh()
{
    if (!m_isStarted) {
        return;
    }
    if (!m_control.isReady()) {
        m_isRead = false;
        m_error.reset();
        m_model->setSummaries({});
        m_progress->watch({});
        return updateState();
    }
    const bool isFresh = m_isRead && !m_isStale && m_clock.now() - m_readAt < revocationsFreshFor;
    if (isFresh && !m_isReading) {
        return;
    }
    m_isWantedAgain = m_isReading;
    if (m_isReading) {
        return;
    }
    m_isReading = true;
    m_isStale = false;
    m_readAt = m_clock.now();
    m_control.list(this, RevocationControl::Which::All,
                   [this](const Result<RevocationControl::Summaries>& summaries) {
                       m_isReading = false;
                       take(summaries);
                       if (std::exchange(m_isWantedAgain, false)) {
                           refresh();
                       }
                   });
}

void RevocationsPage::take(const Result<RevocationControl::Summaries>& summaries)
{
    if (!m_control.isReady()) {
        return;  // locked meanwhile
    }
    m_isRead = summaries.has_value();
    m_error = summaries ? std::nullopt : std::optional(summaries.error());
    m_model->setSummaries(summaries ? *summaries : RevocationControl::Summaries());
    keepSelection();
    updateState();
}

void RevocationsPage::selectRevocation(const QString& revocationId)
{
    setFilterText({});
    m_selected = revocationId;
    m_progress->watch(revocationId);
    keepSelection();
}

void RevocationsPage::keepSelection()
{
    const int row = m_model->rowOf(m_selected);
    if (row >= 0 && table()->currentIndex().row() != row) {
        table()->setCurrentIndex(m_model->index(row, 0));
    } else if (row < 0 && m_selected.isEmpty() && m_model->rowCount() > 0) {
        table()->setCurrentIndex(m_model->index(0, 0));
    }
}

void RevocationsPage::repaintTimes()
{
    m_model->repaintRows();
    m_progress->repaintTimes();
}

void RevocationsPage::applyFilter(const QString& text)
{
    m_model->setFilter(text);
    keepSelection();
    updateState();
}

void RevocationsPage::updateState()
{
    setCountText({});
    if (!m_control.isReady()) {
        showState(QStringLiteral("lock"), tr("Unlock to see the revocations"),
                  tr("They are checked with the profile's keys, so that nobody who can only write its file "
                     "can change what they say."));
    } else if (m_error) {
        showState(QStringLiteral("error"), tr("The revocations cannot be read"), m_error->sentence,
                  tr("Try again"));
    } else if (!m_isRead) {
        showTable();
    } else if (m_model->total() == 0) {
        showState(QStringLiteral("revoked"), tr("Nothing was revoked from here yet"),
                  tr("To end delegations, select wallets and choose Revoke. Each revocation is kept here, "
                     "with what Dynamic answered for every wallet and a signed proof."),
                  tr("Show the wallets"));
    } else if (m_model->rowCount() == 0) {
        showState(QStringLiteral("search"), tr("No revocation matches"),
                  tr("No reason and no id has these words in it."), tr("Clear the filter"));
    } else {
        showRows(m_model->rowCount());
    }
}

void RevocationsPage::onStateAction()
{
    if (m_error) {
        refresh();
    } else if (m_model->total() > 0) {
        clearFilter();
    } else {
        Q_EMIT walletsWanted();
    }
}

}  // namespace countersign
