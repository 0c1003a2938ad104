#include "ui/review/several/ApproveSeveralDialog.h"

#include "core/signing/store/JobCatalog.h"
#include "ui/review/ReviewDialog.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/JobText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {

QString numberOf(std::size_t number)
{
    return QLocale().toString(static_cast<qulonglong>(number));
}

/// In full: the sentence beside it shortens addresses.
QString recipientOf(const ExplainedJob& explained)
{
    if (!explained.explanation) {
        return {};
    }
    for (const meaning::Effect& effect : explained.explanation->explanation.meaning.effects) {
        if (effect.direction == meaning::Effect::Direction::Out && effect.account) {
            return visibleText(*effect.account);
        }
    }
    return {};
}

}  // namespace

ApproveSeveralDialog::ApproveSeveralDialog(const std::vector<std::int64_t>& rows, const Controls& controls,
                                           QWidget* parent)
    : QDialog(parent), m_controls(controls)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Approve several jobs"));
    setMinimumSize(860, 440);
    build();
    m_frictionOver.setSingleShot(true);
    connect(&m_frictionOver, &QTimer::timeout, this, &ApproveSeveralDialog::update);
    connect(m_again, &ReauthenticationPanel::changed, this, &ApproveSeveralDialog::update);
    connect(&m_controls.jobs, &JobControl::readyChanged, this, [this] {
        // Locked: what was under way is not told any more.
        if (!m_controls.jobs.isReady()) {
            close();
        }
    });
    connect(&AmountVisibility::instance(), &AmountVisibility::changed, this, &ApproveSeveralDialog::showRows);
    load(rows);
    update();
}

void ApproveSeveralDialog::build()
{
    m_sentence = plainLabel(tr("Reading the jobs …"), this, Theme::font(1.15, QFont::DemiBold));
    m_sentence->setWordWrap(true);
    m_list = new QTreeWidget(this);
    m_list->setAccessibleName(tr("The jobs that are approved together"));
    m_list->setHeaderLabels({tr("What"), tr("To"), tr("Wallet"), tr("Outcome")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->header()->setSectionResizeMode(What, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);
    m_list->setColumnWidth(To, 330);
    m_list->setColumnWidth(Wallet, 140);
    m_list->setColumnWidth(Outcome, 130);
    m_again = new ReauthenticationPanel(m_controls.reauthentication, m_controls.clock, this);
    m_again->hide();
    auto* buttons = new QDialogButtonBox(this);
    m_approve = buttons->addButton(tr("Approve"), QDialogButtonBox::ActionRole);
    setRole(m_approve, QStringLiteral("primary"));
    m_close = buttons->addButton(QDialogButtonBox::Close);
    for (QPushButton* button : {m_approve, m_close}) {
        button->setAutoDefault(false);
        button->setDefault(false);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_sentence);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_again);
    layout->addWidget(buttons);
    connect(m_approve, &QPushButton::clicked, this, &ApproveSeveralDialog::approve);
    connect(m_close, &QPushButton::clicked, this, &ApproveSeveralDialog::close);
}

void ApproveSeveralDialog::setFriction(int ms)
{
    m_frictionMs = ms;
}

void ApproveSeveralDialog::load(const std::vector<std::int64_t>& rows)
{
    if (rows.size() > mostJobsTogether) {
        return refuse(tr("At most %1 jobs can be approved together.").arg(numberOf(mostJobsTogether)));
    }
    m_controls.reader.query(
        this, [rows](Database& database) { return JobCatalog(database).rows(rows); },
        [this, rows](const Result<std::vector<Job>>& jobs) {
            jobs ? prepare(*jobs, 0, rows) : refuse(jobs.error().sentence);
        });
}

/// What a node has to fill in, one after the other.
void ApproveSeveralDialog::prepare(const std::vector<Job>& jobs, std::size_t from,
                                   const std::vector<std::int64_t>& rows)
{
    const auto open =
        std::find_if(jobs.begin() + static_cast<std::ptrdiff_t>(from), jobs.end(), [this](const Job& job) {
            return job.state == JobState::Pending && (job.digest.empty() || isStale(job));
        });
    if (open == jobs.end()) {
        return explain(rows);
    }
    const auto next = static_cast<std::size_t>(open - jobs.begin()) + 1;
    m_controls.jobs.prepare(this, QString::fromStdString(open->jobId), true,
                            [this, jobs, next, rows](const Result<Job>& job) {
                                job ? prepare(jobs, next, rows) : refuse(job.error().sentence);
                            });
}

void ApproveSeveralDialog::explain(const std::vector<std::int64_t>& rows)
{
    m_controls.reader.query(
        this,
        [rows,
         explainer = m_controls.reader.explainer()](Database& database) -> Result<std::vector<ExplainedJob>> {
            ASSIGN_OR_RETURN(auto jobs, JobCatalog(database).rows(rows));
            std::vector<ExplainedJob> explained;
            for (Job& job : jobs) {
                explained.push_back(explainer->explain(database, std::move(job)));
            }
            return explained;
        },
        [this](Result<std::vector<ExplainedJob>> jobs) {
            if (!jobs) {
                return refuse(jobs.error().sentence);
            }
            m_jobs = std::move(*jobs);
            showRows();
            askNext();
        });
}

/// What the policy says of each, one after the other.
void ApproveSeveralDialog::askNext()
{
    if (m_decisions.size() == m_jobs.size()) {
        return judge();
    }
    const QString jobId = QString::fromStdString(m_jobs[m_decisions.size()].job.jobId);
    m_controls.approvals.standing(this, jobId, [this, jobId](const Result<JobStanding>& standing) {
        if (!standing) {
            return refuse(standing.error().sentence);
        }
        if (standing->needsOthers() || standing->count.isRejected) {
            return refuse(tr("Job %1 … is not only for this desk: an operator rejected it, or approvals of "
                             "others are missing. Look at it in its review.")
                              .arg(jobId.left(8)));
        }
        m_decisions.push_back(standing->judged.decision);
        askNext();
    });
}

void ApproveSeveralDialog::judge()
{
    std::vector<JobAmongSeveral> all;
    for (std::size_t at = 0; at < m_jobs.size(); ++at) {
        all.push_back({m_jobs[at], m_decisions[at]});
    }
    const auto common = uniformJobs(all);
    if (!common) {
        return refuse(common.error().sentence);
    }
    m_common = *common;
    m_again->setVisible(m_common->reauthenticate);
    m_approve->setText(m_jobs.size() == 1 ? tr("Approve 1 job")
                                          : tr("Approve %1 jobs").arg(numberOf(m_jobs.size())));
    m_lookedAt.start();
    m_frictionOver.start(m_frictionMs);
    showRows();
    update();
}

void ApproveSeveralDialog::refuse(const QString& sentence)
{
    m_common.reset();
    m_sentence->setText(visibleText(sentence.toStdString()));
    update();
}

void ApproveSeveralDialog::showRows()
{
    if (m_common && !m_isDone) {
        m_sentence->setText(shownAmounts(
            tr("%1 jobs, together %2").arg(numberOf(m_jobs.size()), visibleText(totalText(*m_common)))));
    }
    while (m_list->topLevelItemCount() < static_cast<int>(m_jobs.size())) {
        m_list->addTopLevelItem(new QTreeWidgetItem);
    }
    for (std::size_t at = 0; at < m_jobs.size(); ++at) {
        const ExplainedJob& one = m_jobs[at];
        QTreeWidgetItem* item = m_list->topLevelItem(static_cast<int>(at));
        const QString intent =
            one.explanation ? visibleText(one.explanation->explanation.meaning.intent) : QString();
        item->setText(What, shownAmounts(intent));
        item->setToolTip(What, plainToolTip(shownAmounts(intent)));
        item->setText(To, recipientOf(one));
        item->setToolTip(To, plainToolTip(recipientOf(one)));
        item->setText(Wallet, visibleText(one.job.address));
        item->setToolTip(Wallet, plainToolTip(visibleText(one.job.address)));
    }
}

void ApproveSeveralDialog::update()
{
    const bool hasLooked = m_lookedAt.isValid() && m_lookedAt.elapsed() >= m_frictionMs;
    const bool isHidden = AmountVisibility::instance().isHidden();
    m_approve->setEnabled(m_common && hasLooked && !m_isRunning && !m_isDone && !isHidden &&
                          m_controls.jobs.isReady() && (!m_common->reauthenticate || m_again->isGiven()));
    m_approve->setToolTip(isHidden ? tr("Amounts are hidden.") : QString());
    m_again->setEnabled(!m_isRunning && !m_isDone);
    m_close->setText(m_isRunning ? tr("Stop after this one") : tr("Close"));
}

void ApproveSeveralDialog::approve()
{
    update();
    if (!m_approve->isEnabled()) {
        return;
    }
    const auto begin = [this] {
        m_isRunning = true;
        update();
        approveNext();
    };
    if (!m_common->reauthenticate) {
        return begin();
    }
    m_again->obtain([this, begin](const Reauthentication::Grant&) {
        m_isReauthenticated = true;
        begin();
    });
    update();
}

void ApproveSeveralDialog::approveNext()
{
    if (m_isStopped) {
        return;
    }
    if (m_next == m_jobs.size()) {
        return showEnd();
    }
    const std::size_t at = m_next++;
    if (isStale(m_jobs[at].job)) {
        return handleApproved(at, failure(ErrorCode::Denied, tr("What the node filled in is older than a "
                                                                "minute. Look at it in its review.")));
    }
    JobDesk::Approval approval;
    approval.jobId = m_jobs[at].job.jobId;
    approval.digest = m_jobs[at].job.digest;
    approval.reauthenticated = m_isReauthenticated;
    m_list->topLevelItem(static_cast<int>(at))->setText(Outcome, tr("Signing …"));
    m_list->scrollToItem(m_list->topLevelItem(static_cast<int>(at)));
    m_controls.jobs.approve(this, std::move(approval),
                            [this, at](const Result<Job>& job) { handleApproved(at, job); });
}

void ApproveSeveralDialog::handleApproved(std::size_t at, const Result<Job>& job)
{
    QTreeWidgetItem* item = m_list->topLevelItem(static_cast<int>(at));
    const QString outcome =
        job ? stateText(job->state).word : visibleText(job.error().sentence.toStdString());
    item->setText(Outcome, outcome);
    item->setToolTip(Outcome, plainToolTip(outcome));
    const bool isOver = job && (job->state == JobState::Failed || job->state == JobState::Interrupted);
    m_approved += job && !isOver ? 1 : 0;
    approveNext();
}

/// As the review has it: nonces, fees and blockhashes grow old.
bool ApproveSeveralDialog::isStale(const Job& job) const
{
    return !job.resolved.empty() && m_controls.clock.now() - job.resolvedAt > ReviewDialog::freshFor;
}

void ApproveSeveralDialog::done(int result)
{
    m_isStopped = true;
    QDialog::done(result);
}

void ApproveSeveralDialog::showEnd()
{
    m_isRunning = false;
    m_isDone = true;
    m_sentence->setText(m_approved == static_cast<int>(m_jobs.size())
                            ? tr("All %1 jobs were approved.").arg(numberOf(m_jobs.size()))
                            : tr("%1 of %2 jobs were approved; the list says what became of the others.")
                                  .arg(m_approved)
                                  .arg(numberOf(m_jobs.size())));
    update();
}

}  // namespace countersign
