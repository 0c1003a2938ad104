#include "ui/pages/JobsPage.h"

#include "ui/models/FilterText.h"
#include "ui/models/JobQuery.h"
#include "ui/theme/Icons.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QLocale>
#include <QMimeData>

namespace countersign {

namespace {

struct GroupChoice
{
    const char* token;
    const char* word;
};

constexpr std::array groupChoices = {GroupChoice{"", QT_TRANSLATE_NOOP("JobsPage", "All")},
                                     GroupChoice{"waiting", QT_TRANSLATE_NOOP("JobsPage", "Waiting for you")},
                                     GroupChoice{"running", QT_TRANSLATE_NOOP("JobsPage", "Running")},
                                     GroupChoice{"done", QT_TRANSLATE_NOOP("JobsPage", "Done")}};

/// The one local file of a drag, when it looks like a job document.
QString droppedFile(const QMimeData* data)
{
    const QList<QUrl> urls = data->urls();
    const bool one = urls.size() == 1 && urls.constFirst().isLocalFile() &&
                     urls.constFirst().fileName().endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    return one ? urls.constFirst().toLocalFile() : QString();
}

}  // namespace

JobsPage::JobsPage(ProfileReader& reader, JobControl& control, const Clock& clock, WindowState& state,
                   QWidget* parent)
    : ListPage(QStringLiteral("jobs"), tr("Jobs"), state, parent),
      m_control(control),
      m_model(new JobModel(reader, clock, this)),
      m_detail(new JobDetail(reader, control, clock))
{
    setAcceptDrops(true);
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Jobs"));
    table()->setSortingEnabled(true);
    table()->horizontalHeader()->setSortIndicator(JobModel::Created, Qt::DescendingOrder);
    table()->horizontalHeader()->setStretchLastSection(true);
    table()->setColumnWidths({214, 164, 130, 116, 104, 98});
    table()->setDropOrder({JobModel::Created, JobModel::Submitter});
    table()->setRoomyColumn(JobModel::Wallet, wholeAddressWidth());
    setDetail(m_detail);
    setFilterHelp(tr("Filter: address, reason, state:pending chain:sol"),
                  tr("Words match job id, address, wallet id, submitter, reason and hash.\nTokens: "
                     "is:waiting, is:running, is:done, state:pending, chain:sol, wallet:ID"));
    addGroups();
    addChains();
    m_compose = new QPushButton(tr("New job …"), this);
    m_compose->setIcon(themeIcon(QStringLiteral("plus")));
    m_open = new QPushButton(tr("Open job file …"), this);
    m_open->setIcon(themeIcon(QStringLiteral("folder")));
    addControl(m_compose);
    addControl(m_open);
    const auto allow = [this] {
        m_compose->setEnabled(m_control.isReady());
        m_open->setEnabled(m_control.isReady());
    };
    allow();
    connect(&m_control, &JobControl::readyChanged, this, allow);
    connect(m_compose, &QPushButton::clicked, this, &JobsPage::composeWanted);
    connect(m_open, &QPushButton::clicked, this, &JobsPage::fileWanted);

    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) {
            m_selected = m_model->idAt(current.row());
            m_detail->setJob(m_selected);
        }
    });
    connect(table(), &DataTable::opened, this, &JobsPage::reviewSelected);
    connect(m_model, &PagedTableModel::stateChanged, this, &JobsPage::updateState);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(m_model, signal, this, &JobsPage::keepSelection);
    }
    connect(m_model, &QAbstractItemModel::modelReset, this, &JobsPage::keepSelection);
    connect(m_detail, &JobDetail::reviewWanted, this, &JobsPage::reviewWanted);
    connect(m_detail, &JobDetail::rejectWanted, this, &JobsPage::rejectWanted);
    connect(m_detail, &JobDetail::walletChosen, this, &JobsPage::walletChosen);
    restoreState();
    updateState();
}

void JobsPage::addGroups()
{
    m_groups = new QButtonGroup(this);
    for (std::size_t i = 0; i < groupChoices.size(); ++i) {
        auto* button = new QPushButton(tr(groupChoices[i].word), this);
        button->setCheckable(true);
        m_groups->addButton(button, static_cast<int>(i));
        addControl(button);
    }
    connect(m_groups, &QButtonGroup::idClicked, this, [this](int id) {
        setFilterText(withToken(filterField()->text(), QStringLiteral("is"),
                                QLatin1String(groupChoices[static_cast<std::size_t>(id)].token)));
    });
}

void JobsPage::addChains()
{
    m_chains = new QComboBox(this);
    m_chains->setAccessibleName(tr("Chain"));
    m_chains->addItem(tr("Chain: all"), QString());
    m_chains->addItem(tr("Chain: EVM"), QStringLiteral("evm"));
    m_chains->addItem(tr("Chain: Solana"), QStringLiteral("sol"));
    connect(m_chains, &QComboBox::activated, this, [this] {
        setFilterText(
            withToken(filterField()->text(), QStringLiteral("chain"), m_chains->currentData().toString()));
    });
    addControl(m_chains);
}

void JobsPage::setCounts(const JobCatalog::Counts& counts)
{
    const std::array<std::int64_t, 4> numbers = {0, counts.waiting, counts.running, counts.done};
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const QString word = tr(groupChoices[i].word);
        m_groups->button(static_cast<int>(i))
            ->setText(numbers[i] == 0 ? word : word + u' ' + QLocale().toString(qlonglong(numbers[i])));
    }
}

void JobsPage::showChoices(const QString& text)
{
    const FilterText parsed = FilterText::parse(text, JobQuery::tokenNames());
    const QString group = parsed.tokens.value(QStringLiteral("is"));
    for (std::size_t i = 0; i < groupChoices.size(); ++i) {
        m_groups->button(static_cast<int>(i))->setChecked(group == QLatin1String(groupChoices[i].token));
    }
    const QString chain = chainName(JobQuery::parse(text).filter.chain.empty()
                                        ? QString()
                                        : QString::fromStdString(JobQuery::parse(text).filter.chain));
    m_chains->setCurrentIndex(chain == QLatin1String("EVM") ? 1 : chain == QLatin1String("Solana") ? 2 : 0);
}

void JobsPage::applyFilter(const QString& text)
{
    showChoices(text);
    const JobQuery query = JobQuery::parse(text);
    m_complaint = query.complaint;
    if (m_complaint.isEmpty()) {
        m_model->setFilter(query.filter);
    }
    updateState();
}

void JobsPage::refresh()
{
    m_model->refresh();
    m_detail->refresh();
}

void JobsPage::tick()
{
    if (isVisible()) {
        m_model->repaintRows();
        m_detail->tick();
    }
}

void JobsPage::select(std::int64_t id)
{
    const int row = m_model->rowOf(id);
    m_selected = id;
    m_detail->setJob(id);
    if (row >= 0) {
        table()->setCurrentIndex(m_model->index(row, 0));
        table()->scrollTo(m_model->index(row, 0));
    }
}

QString JobsPage::selectedJob() const
{
    return table()->currentIndex().data(CopyRole).toString();
}

void JobsPage::reviewSelected()
{
    if (const QString jobId = selectedJob(); !jobId.isEmpty()) {
        Q_EMIT reviewWanted(jobId);
    }
}

void JobsPage::rejectSelected()
{
    if (m_detail->job() && m_detail->rejectButton()->isVisibleTo(m_detail)) {
        Q_EMIT rejectWanted(QString::fromStdString(m_detail->job()->jobId));
    }
}

void JobsPage::keepSelection()
{
    const int row = m_selected == 0 ? -1 : m_model->rowOf(m_selected);
    if (row >= 0 && table()->currentIndex().row() != row) {
        const QSignalBlocker quiet(table());
        table()->selectionModel()->setCurrentIndex(
            m_model->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
}

void JobsPage::selectFirstIfNone()
{
    if (m_model->rowCount() > 0 && (m_selected == 0 || m_model->rowOf(m_selected) < 0)) {
        select(m_model->idAt(0));
    }
}

void JobsPage::updateState()
{
    const bool filtered = !filterField()->text().isEmpty();
    setCountText({});
    if (!m_complaint.isEmpty()) {
        showState(QStringLiteral("search"), m_complaint,
                  tr("Known tokens are is:, state:, chain: and wallet:; everything else is searched for in "
                     "ids, addresses, submitters, reasons and hashes."),
                  tr("Clear the filter"));
        return;
    }
    switch (m_model->state()) {
        case PagedTableModel::State::Loading:
            showTable();
            return;
        case PagedTableModel::State::Failed:
            showState(QStringLiteral("error"), tr("The jobs cannot be read"), m_model->error().sentence,
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
    m_detail->setJob(0);
    showNothing(filtered);
}

void JobsPage::showNothing(bool filtered)
{
    if (filtered) {
        showState(QStringLiteral("search"), tr("No job matches"),
                  tr("No job of this profile fits the filter."), tr("Clear the filter"));
        return;
    }
    showState(QStringLiteral("jobs"), tr("No jobs yet"),
              tr("A job is something to be signed with a delegated wallet. It comes from a submitter through "
                 "the relay, from a file, or is composed here."),
              m_control.isReady() ? tr("New job …") : QString());
}

void JobsPage::onStateAction()
{
    if (m_model->state() == PagedTableModel::State::Failed) {
        refresh();
    } else if (!filterField()->text().isEmpty()) {
        setFilterText({});
        table()->setFocus();
    } else {
        Q_EMIT composeWanted();
    }
}

void JobsPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (m_control.isReady() && !droppedFile(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void JobsPage::dropEvent(QDropEvent* event)
{
    Q_EMIT fileDropped(droppedFile(event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace countersign
