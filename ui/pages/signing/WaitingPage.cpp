#include "ui/pages/signing/WaitingPage.h"

#include "ui/approvals/StandingText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"

#include <QFileDialog>

namespace countersign {

namespace {
/// Counting all that waits takes its time: not with every delivery that arrives.
constexpr int waitingSoonMs = 400;
}  // namespace

WaitingPage::WaitingPage(ApprovalControl& control, const Clock& clock, WindowState& state, QWidget* parent)
    : ListPage(pageName, tr("Waiting for you"), state, parent),
      m_control(control),
      m_clock(clock),
      m_model(new WaitingModel(clock, this)),
      m_detail(new WaitingDetail(clock))
{
    build();
    m_soon.setSingleShot(true);
    m_soon.setInterval(waitingSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &WaitingPage::read);
    connect(&m_control, &ApprovalControl::changed, this, &WaitingPage::refresh);
    connect(&m_control, &ApprovalControl::readyChanged, this, [this] {
        m_isReading = m_isReading && m_control.isReady();
        read();
    });
    restoreState();
    updateState();
}

void WaitingPage::build()
{
    setDetail(m_detail);
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Jobs that wait"));
    table()->setColumnWidths({200, 96, 150, 130, 118});
    table()->setStretchColumn(WaitingModel::What);
    table()->setDropOrder({WaitingModel::MayApprove, WaitingModel::Expires, WaitingModel::Approvals});
    setFilterHelp(tr("Filter: what, names, address, reason"),
                  tr("Words match what a job does, names of operators, the wallet's address, the reason and "
                     "the job's id."));
    m_ownOnly = new QPushButton(tr("Only what waits for you"), this);
    m_ownOnly->setCheckable(true);
    m_bring = new QPushButton(tr("Take in a statement …"), this);
    m_bring->setIcon(themeIcon(QStringLiteral("folder")));
    m_bring->setToolTip(plainToolTip(tr("What an operator at a desk without network said, as a file")));
    m_answer = mutedLabel({}, this);
    m_answer->setWordWrap(true);
    m_answer->hide();
    addHead(m_answer);
    addControl(m_ownOnly);
    addLastControl(m_bring);
    connect(m_ownOnly, &QPushButton::toggled, this, [this] { applyFilter(m_filterText); });
    connect(m_bring, &QPushButton::clicked, this, &WaitingPage::chooseStatement);
    connect(table(), &DataTable::opened, this, [this](const QModelIndex& index) {
        if (const WaitingJob* one = m_model->jobAt(index.row())) {
            Q_EMIT reviewWanted(QString::fromStdString(one->job.jobId));
        }
    });
    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        const WaitingJob* one = m_model->jobAt(current.row());
        if (one != nullptr) {
            m_selected = one->job.jobId;
        }
        m_detail->show(one);
    });
    connect(m_detail, &WaitingDetail::reviewWanted, this, &WaitingPage::reviewWanted);
    connect(m_detail, &WaitingDetail::rejectWanted, this, &WaitingPage::rejectWanted);
}

void WaitingPage::start()
{
    m_isStarted = true;
    read();
}

void WaitingPage::refresh()
{
    if (m_isStarted && !m_soon.isActive()) {
        m_soon.start();
    }
}

void WaitingPage::read()
{
    if (!m_isStarted) {
        return;
    }
    m_soon.stop();
    if (!m_control.isReady()) {
        m_isRead = false;
        m_isCut = false;
        m_error.reset();
        m_answer->clear();
        m_answer->hide();
        m_model->setJobs({});
        m_detail->show(nullptr);
        return updateState();
    }
    m_isWantedAgain = m_isReading;
    if (m_isReading) {
        return;
    }
    m_isReading = true;
    m_control.waiting(this, [this](Result<WaitingJobs> waiting) {
        m_isReading = false;
        take(std::move(waiting));
        if (std::exchange(m_isWantedAgain, false)) {
            refresh();
        }
    });
}

void WaitingPage::take(Result<WaitingJobs> waiting)
{
    if (!m_control.isReady()) {
        return;  // locked meanwhile
    }
    m_isRead = waiting.has_value();
    m_error = waiting ? std::nullopt : std::optional(waiting.error());
    m_isCut = waiting && waiting->isCut;
    m_model->setJobs(waiting ? std::move(waiting->jobs) : std::vector<WaitingJob>());
    keepSelection();
    updateState();
}

void WaitingPage::keepSelection()
{
    const int row = m_model->rowOf(m_selected);
    if (row >= 0 || m_model->rowCount() > 0) {
        table()->setCurrentIndex(m_model->index(std::max(row, 0), 0));
    }
    m_detail->show(m_model->jobAt(table()->currentIndex().row()));
}

void WaitingPage::tick()
{
    m_model->repaintRows();
}

void WaitingPage::applyFilter(const QString& text)
{
    m_filterText = text;
    m_model->setFilter(text, m_ownOnly->isChecked());
    keepSelection();
    updateState();
}

void WaitingPage::updateState()
{
    m_bring->setEnabled(m_control.isReady());
    setCountText({});
    setNote(m_isCut ? tr("There are more than %1 open jobs; those that expire first are shown.")
                          .arg(ApprovalControl::mostListed)
                    : QString());
    if (!m_control.isReady()) {
        showState(QStringLiteral("lock"), tr("Unlock to see what waits for you"),
                  tr("What operators said is checked with the profile's keys."));
    } else if (m_error) {
        showState(QStringLiteral("error"), tr("What waits cannot be told"), m_error->sentence,
                  tr("Try again"));
    } else if (!m_isRead) {
        showTable();
    } else if (m_model->total() == 0) {
        showState(QStringLiteral("check"), tr("Nothing waits for you"),
                  tr("Open jobs stand here, with who approved each and who may."));
    } else if (m_model->rowCount() == 0) {
        showState(QStringLiteral("search"), tr("No job matches"),
                  tr("None of the open jobs fits the filter."), tr("Show all open jobs"));
    } else {
        showRows(m_model->rowCount());
    }
}

void WaitingPage::onStateAction()
{
    if (m_error) {
        read();
        return;
    }
    m_ownOnly->setChecked(false);
    clearFilter();
}

void WaitingPage::chooseStatement()
{
    auto* dialog = new QFileDialog(this, tr("An operator's statement"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Statements (*.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &WaitingPage::takeStatement);
    dialog->open();
}

void WaitingPage::takeStatement(const QString& file)
{
    m_control.take(this, file, [this](const Result<StatementTaken>& taken) {
        m_answer->setText(taken ? takenText(*taken) : taken.error().sentence);
        setRole(m_answer, taken && !taken->why ? QStringLiteral("muted") : QStringLiteral("bad"));
        m_answer->show();
        if (taken) {
            m_selected = taken->jobId;
        }
    });
}

}  // namespace countersign
