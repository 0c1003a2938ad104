#include "ui/pages/detail/JobDetail.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/signing/job/JobTransitions.h"
#include "ui/models/JobModel.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"
#include "ui/widgets/identity/Identicon.h"

#include <QHBoxLayout>

namespace countersign {

bool addResult(FactGrid& grid, const Job& job)
{
    const bool evm = isEvm(job.kind);
    if (!job.signature.empty()) {
        grid.addCode(JobDetail::tr("Signature"),
                     QString::fromStdString(evm ? toHexPrefixed(job.signature) : toBase58(job.signature)));
    }
    if (!job.hash.empty()) {
        grid.addCode(JobDetail::tr("Hash"), visibleText(job.hash));
    }
    if (!job.signedTransaction.empty()) {
        grid.addCode(JobDetail::tr("Signed"),
                     QString::fromStdString(evm ? toHexPrefixed(job.signedTransaction)
                                                : toBase64(job.signedTransaction)));
    }
    return !job.signature.empty() || !job.hash.empty() || !job.signedTransaction.empty();
}

JobDetail::JobDetail(ProfileReader& reader, JobControl& control, const Clock& clock, QWidget* parent)
    : DetailPane(reader, tr("Select a job to see what is known of it."), parent),
      m_control(control),
      m_clock(clock),
      m_explainer(reader.explainer())
{
    build();
    connect(&Theme::instance(), &Theme::changed, this, &JobDetail::refresh);
    connect(&AmountVisibility::instance(), &AmountVisibility::changed, this, &JobDetail::refresh);
    connect(&m_control, &JobControl::readyChanged, this, [this] {
        if (m_job) {
            showState();
        }
    });
    const auto progressed = [this](const QString& jobId) {
        if (m_job && QString::fromStdString(m_job->jobId) == jobId) {
            showState();
        }
    };
    connect(&m_control, &JobControl::ceremonyProgressed, this, progressed);
    connect(&m_control, &JobControl::broadcastProgressed, this, progressed);
}

void JobDetail::build()
{
    m_title = plainLabel({}, content(), Theme::font(1.25, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_identicon = new QLabel(content());
    m_address = new AddressView(content());
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_identicon, 0, Qt::AlignTop);
    head->addWidget(m_address, 1);
    m_toWallet = new QPushButton(content());
    m_toWallet->setProperty("role", QStringLiteral("flat"));
    m_toWallet->setIcon(themeIcon(QStringLiteral("wallet")));
    m_toWallet->setToolTip(tr("Show the wallet"));
    m_toWallet->setAccessibleName(tr("Show the wallet"));
    head->addWidget(m_toWallet, 0, Qt::AlignTop);

    m_state = new ChipLabel(content());
    m_left = new ChipLabel(content());
    auto* chips = new QHBoxLayout;
    chips->setSpacing(8);
    chips->addWidget(m_state);
    chips->addWidget(m_left);
    chips->addStretch(1);

    m_advice = adviceFrame(content());
    m_meaning = plainLabel({}, m_advice);
    m_remedy = plainLabel({}, m_advice);
    auto* advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->setSpacing(6);
    for (QLabel* label : {m_meaning, m_remedy}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        advice->addWidget(label);
    }

    m_progress = new CeremonySteps(content());
    m_resultPart = new QWidget(content());
    m_result = new FactGrid(m_resultPart);
    auto* result = new QVBoxLayout(m_resultPart);
    result->setContentsMargins(0, 0, 0, 0);
    result->setSpacing(8);
    result->addWidget(sectionLabel(tr("Result"), m_resultPart));
    result->addWidget(m_result);
    result->addWidget(lineFrame(m_resultPart));
    m_facts = new FactGrid(content());
    m_steps = new StateRows(content());

    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_title);
    layout->addLayout(head);
    layout->addLayout(chips);
    layout->addWidget(m_advice);
    layout->addWidget(buildActions());
    layout->addWidget(m_progress);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(m_resultPart);
    layout->addWidget(m_facts);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(sectionLabel(tr("Time line"), content()));
    layout->addWidget(m_steps);
    layout->addStretch(1);
}

QWidget* JobDetail::buildActions()
{
    auto* actions = new QWidget(content());
    m_review = new QPushButton(tr("Review …"), actions);
    m_review->setProperty("role", QStringLiteral("primary"));
    m_again = new QPushButton(tr("Open again …"), actions);
    m_again->setToolTip(plainToolTip(tr("Opens another ceremony, after a warning")));
    m_sendAgain = new QPushButton(tr("Send again"), actions);
    m_sendAgain->setToolTip(
        plainToolTip(tr("Sends the same signed transaction once more; nothing is signed")));
    m_reject = new QPushButton(tr("Reject …"), actions);
    auto* layout = new QHBoxLayout(actions);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_review);
    layout->addWidget(m_again);
    layout->addWidget(m_sendAgain);
    layout->addStretch(1);
    layout->addWidget(m_reject);
    const auto jobId = [this] { return m_job ? QString::fromStdString(m_job->jobId) : QString(); };
    connect(m_review, &QPushButton::clicked, this, [this, jobId] { Q_EMIT reviewWanted(jobId()); });
    connect(m_again, &QPushButton::clicked, this, [this, jobId] { Q_EMIT reviewWanted(jobId()); });
    connect(m_reject, &QPushButton::clicked, this, [this, jobId] { Q_EMIT rejectWanted(jobId()); });
    connect(m_sendAgain, &QPushButton::clicked, this, [this] {
        if (m_job) {
            JobDesk::Approval approval;
            approval.jobId = m_job->jobId;
            // What comes of it is in the job's row, which is shown here.
            m_control.approve(this, std::move(approval), [this](const Result<Job>&) { refresh(); });
        }
    });
    connect(m_toWallet, &QPushButton::clicked, this, [this] {
        if (m_job) {
            Q_EMIT walletChosen(QString::fromStdString(m_job->walletId));
        }
    });
    return actions;
}

Result<JobDetail::Known> JobDetail::known(Database& database, std::int64_t id, JobExplainer& explainer)
{
    const JobCatalog catalog(database);
    const std::vector<std::int64_t> ids = {id};
    auto rows = catalog.rows(ids);
    if (!rows || rows->empty()) {
        return rows ? failure(ErrorCode::NotFound, tr("This job is no longer in the profile."))
                    : failure(rows.error());
    }
    ASSIGN_OR_RETURN(auto steps, catalog.steps(id));
    JobGist gist = explainer.gist(rows->front());
    return Known{std::move(rows->front()), std::move(gist), std::move(steps)};
}

void JobDetail::read()
{
    ask<Known>([explainer = m_explainer](Database& database,
                                         std::int64_t id) { return known(database, id, *explainer); },
               [this](Known known) { take(std::move(known)); });
}

void JobDetail::take(Known known)
{
    m_job = std::move(known.job);
    m_title->setText(shownAmounts(jobIntent(known.gist, *m_job)));
    m_identicon->setPixmap(identicon(jobAddressBytes(*m_job), 32, devicePixelRatioF()));
    m_address->setAddress(visibleText(m_job->address));
    showState();
    showFacts();
    m_result->clear();
    m_resultPart->setVisible(addResult(*m_result, *m_job));
    showSteps(known.steps);
}

void JobDetail::tick()
{
    if (m_job && waitsForOperator(m_job->state)) {
        showState();
    }
}

void JobDetail::showState()
{
    const JobState state = stateNow(*m_job, m_clock.now());
    const QString jobId = QString::fromStdString(m_job->jobId);
    const auto progress = m_control.progressOf(jobId);
    const StateText text = stateText(state, progress);
    m_state->setState(text);
    const bool waits = waitsForOperator(state);
    m_left->setVisible(waits);
    if (waits) {
        m_left->setState(countdownChip(countdown(m_job->expiresAt, m_clock.now())));
    }
    const QString error = visibleText(m_job->error, true, 2000);
    m_advice->setVisible(!error.isEmpty() || !text.remedy.isEmpty());
    m_meaning->setText(error.isEmpty() ? text.meaning : error);
    m_meaning->setToolTip(plainToolTip(visibleText(m_job->errorDetail, true, 2000)));
    m_remedy->setText(text.remedy);
    m_remedy->setVisible(!text.remedy.isEmpty());
    const bool ready = m_control.isReady();
    const bool running = isRunning(m_job->state, m_job->broadcast);
    m_review->setVisible(waits || running);
    m_review->setText(running ? tr("Show the ceremony …") : tr("Review …"));
    m_again->setVisible(needsAgain(state));
    m_sendAgain->setVisible(state == JobState::Signed && m_job->broadcast && !m_job->error.empty());
    m_sendAgain->setEnabled(ready);
    m_reject->setVisible(allows(state, JobMove::Reject));
    m_again->setEnabled(ready);
    m_reject->setEnabled(ready);
    m_progress->setVisible(running || needsAgain(state));
    m_progress->show(ceremonySteps(*m_job, m_control.stageOf(jobId), progress));
}

void JobDetail::showFacts()
{
    const Job& job = *m_job;
    m_facts->clear();
    m_facts->add(tr("Reason"),
                 job.reason.empty() ? tr("none given") : shownAmounts(visibleText(job.reason, true, 4000)));
    m_facts->add(tr("Submitter"), submitterText(job));
    if (!job.claimedSubmitter.empty()) {
        m_facts->add(tr("Remark"), visibleText(job.claimedSubmitter, false, 200));
    }
    m_facts->add(tr("Broadcast"), !isTransaction(job.kind) ? tr("not a transaction")
                                  : job.broadcast          ? tr("yes, once it is signed")
                                                           : tr("no, only signed"));
    m_facts->addTime(tr("Came"), job.createdAt);
    m_facts->addTime(tr("Expires"), job.expiresAt);
    if (!job.operatorReason.empty()) {
        m_facts->add(tr("Rejected as"), visibleText(job.operatorReason, true, 2000));
    }
    if (job.engine) {
        m_facts->add(tr("Engine"), engineName(*job.engine));
    }
    m_facts->addCode(tr("Job id"), QString::fromStdString(job.jobId));
    m_facts->addCode(tr("Wallet id"), visibleText(job.walletId));
    if (!job.digest.empty()) {
        m_facts->addCode(tr("Digest"), QString::fromStdString(toHexPrefixed(job.digest)));
    }
    if (!job.roomId.empty()) {
        m_facts->addCode(tr("Room"), visibleText(job.roomId));
    }
}

void JobDetail::showSteps(const std::vector<JobHistoryEntry>& steps)
{
    m_steps->clear();
    for (const JobHistoryEntry& step : steps) {
        const QString note = visibleText(step.note, false, 400);
        m_steps->add(stateText(step.state),
                     note.isEmpty() ? utcTime(step.at) : utcTime(step.at) + u'\n' + note, step.at);
    }
}

}  // namespace countersign
