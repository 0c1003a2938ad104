#include "ui/pages/signing/JobsPage.h"

#include "ui/export/ListRows.h"
#include "ui/models/query/FilterText.h"
#include "ui/models/query/JobQuery.h"
#include "ui/theme/Icons.h"

#include <QButtonGroup>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QLocale>
#include <QMimeData>

#include <algorithm>

namespace countersign {

namespace {

struct GroupChoice
{
    const char* token;
    const char* word;
};

constexpr std::array groupChoices = {
    GroupChoice{"", QT_TRANSLATE_NOOP("countersign::JobsPage", "All")},
    GroupChoice{"waiting", QT_TRANSLATE_NOOP("countersign::JobsPage", "Waiting")},
    GroupChoice{"running", QT_TRANSLATE_NOOP("countersign::JobsPage", "Running")},
    GroupChoice{"done", QT_TRANSLATE_NOOP("countersign::JobsPage", "Done")}};

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
    : PagedListPage(pageName, tr("Jobs"), state, parent),
      m_control(control),
      m_model(new JobModel(reader, control, clock, this)),
      m_detail(new JobDetail(reader, control, clock))
{
    setAcceptDrops(true);
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Jobs"));
    table()->setSortingEnabled(true);
    table()->horizontalHeader()->setSortIndicator(JobModel::Created, Qt::DescendingOrder);
    table()->setColumnWidths({214, 164, 130, 116, 104, 98});
    table()->setStretchColumn(JobModel::What);
    // The time left is in the detail too; a state that is cut off is nowhere.
    table()->setDropOrder({JobModel::Created, JobModel::Submitter, JobModel::Expires});
    table()->setRoomyColumn(JobModel::Wallet, wholeAddressWidth());
    begin(m_model, m_detail,
          {tr("The jobs cannot be read"),
           tr("Known tokens are is:, state:, chain: and wallet:; everything else is searched for in ids, "
              "addresses, submitters, reasons and hashes."),
           tr("No job matches"), tr("No job of this profile fits the filter.")});
    setFilterHelp(tr("Filter: address, reason, state:pending chain:sol"),
                  tr("Words match job id, address, wallet id, submitter, reason and hash.\nTokens: "
                     "is:waiting, is:running, is:done, state:pending, chain:sol, wallet:ID"));
    addGroups();
    addChoice(
        QStringLiteral("chain"), tr("Chain"),
        {{QStringLiteral("EVM"), QStringLiteral("evm")}, {QStringLiteral("Solana"), QStringLiteral("sol")}});
    m_compose = new QPushButton(tr("New job …"), this);
    m_compose->setIcon(themeIcon(QStringLiteral("plus")));
    m_open = new QPushButton(tr("Open …"), this);
    m_open->setToolTip(tr("Opens a job that lies in a file"));
    addControl(m_compose);
    addControl(m_open);
    addSeveral();
    const auto allow = [this] {
        m_compose->setEnabled(m_control.isReady());
        m_open->setEnabled(m_control.isReady());
        updateSeveral();
    };
    allow();
    connect(&m_control, &JobControl::readyChanged, this, allow);
    connect(m_compose, &QPushButton::clicked, this, &JobsPage::composeWanted);
    connect(m_open, &QPushButton::clicked, this, &JobsPage::fileWanted);

    connect(table(), &DataTable::opened, this, &JobsPage::reviewSelected);
    connect(m_detail, &JobDetail::reviewWanted, this, &JobsPage::reviewWanted);
    connect(m_detail, &JobDetail::rejectWanted, this, &JobsPage::rejectWanted);
    connect(m_detail, &JobDetail::walletChosen, this, &JobsPage::walletChosen);
    addLastControl(new ExportButton(reader, QStringLiteral("jobs"), listFormats([model = m_model] {
                                        return
                                            [filter = model->filter(), order = model->order()](
                                                Database& database, bool asCsv, ExportSink& sink) -> Status {
                                                const JobCatalog catalog(database);
                                                ASSIGN_OR_RETURN(const auto ids, catalog.ids(filter, order));
                                                return exportRows(catalog, ids, asCsv, sink);
                                            };
                                    }),
                                    this));
    restoreState();
    updateState();
}

/// Only several at once: one alone has its review.
void JobsPage::addSeveral()
{
    table()->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_several = new QPushButton(tr("Approve together …"), this);
    m_several->setToolTip(
        tr("Approves the selected jobs after one look, where they are of one kind and "
           "nothing about them needs a look of its own"));
    addControl(m_several);
    connect(m_several, &QPushButton::clicked, this, &JobsPage::approveSelected);
    connect(table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &JobsPage::updateSeveral);
}

void JobsPage::updateSeveral()
{
    const std::size_t number = selectedRows().size();
    m_several->setVisible(number > 1);
    m_several->setEnabled(m_control.isReady());
    m_several->setText(tr("Approve %1 together …").arg(QLocale().toString(static_cast<qulonglong>(number))));
}

std::vector<std::int64_t> JobsPage::selectedRows() const
{
    std::vector<int> rows;
    if (isTableShown()) {
        for (const QItemSelectionRange& range : table()->selectionModel()->selection()) {
            for (int row = range.top(); row <= range.bottom(); ++row) {
                rows.push_back(row);
            }
        }
    }
    std::ranges::sort(rows);
    std::vector<std::int64_t> ids;
    for (const int row : rows) {
        if (const std::int64_t id = m_model->idAt(row); id != 0) {
            ids.push_back(id);
        }
    }
    return ids;
}

void JobsPage::approveSelected()
{
    if (auto rows = selectedRows(); rows.size() > 1 && m_several->isEnabled()) {
        Q_EMIT severalWanted(rows);
    }
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

void JobsPage::setCounts(const ProfileCounts& counts)
{
    const std::array<std::int64_t, 4> numbers = {0, counts.jobs.waiting, counts.jobs.running,
                                                 counts.jobs.done};
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const QString word = tr(groupChoices[i].word);
        m_groups->button(static_cast<int>(i))
            ->setText(numbers[i] == 0 ? word : word + u' ' + QLocale().toString(qlonglong(numbers[i])));
    }
}

void JobsPage::applyFilter(const QString& text)
{
    const QHash<QString, QString> tokens = FilterText::parse(text, JobQuery::tokenNames()).tokens;
    const QString group = tokens.value(QStringLiteral("is"));
    for (std::size_t i = 0; i < groupChoices.size(); ++i) {
        m_groups->button(static_cast<int>(i))->setChecked(group == QLatin1String(groupChoices[i].token));
    }
    showChoices(tokens);
    apply(JobQuery::parse(text), *m_model);
}

void JobsPage::tick()
{
    if (isVisible()) {
        m_model->repaintRows();
        m_detail->tick();
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

void JobsPage::showEmpty()
{
    showState(QStringLiteral("jobs"), tr("No jobs yet"),
              tr("A job is something to be signed with a delegated wallet. It comes from a submitter through "
                 "the relay, from a file, or is composed here."),
              m_control.isReady() ? tr("New job …") : QString());
}

void JobsPage::onEmptyAction()
{
    Q_EMIT composeWanted();
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
