#include "ui/pages/JobDetail.h"

#include "core/base/Base58.h"
#include "core/base/Base64.h"
#include "core/base/Hex.h"
#include "ui/models/JobModel.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Identicon.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>

namespace countersign {

namespace {

QFrame* line(QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("role", QStringLiteral("line"));
    return frame;
}

bool mayOpenAgain(JobState state)
{
    return state == JobState::Failed || state == JobState::Interrupted;
}

}  // namespace

JobResultText resultText(const Job& job)
{
    JobResultText text;
    const bool evm = isEvm(job.kind);
    if (!job.signature.empty()) {
        text.signature = QString::fromStdString(evm ? toHexPrefixed(job.signature) : toBase58(job.signature));
    }
    if (!job.signedTransaction.empty()) {
        text.signedTransaction = QString::fromStdString(evm ? toHexPrefixed(job.signedTransaction)
                                                            : toBase64(job.signedTransaction));
    }
    text.hash = visibleText(job.hash);
    return text;
}

JobDetail::JobDetail(ProfileReader& reader, JobControl& control, const Clock& clock, QWidget* parent)
    : QWidget(parent), m_reader(reader), m_control(control), m_clock(clock)
{
    m_placeholder = mutedLabel(tr("Select a job to see what is known of it."), this);
    m_placeholder->setAlignment(Qt::AlignCenter);
    m_placeholder->setWordWrap(true);
    m_content = new QWidget(this);
    build();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_placeholder, 1);
    layout->addWidget(m_content, 1);
    m_content->hide();
    connect(&Theme::instance(), &Theme::changed, this, &JobDetail::refresh);
    connect(&m_control, &JobControl::readyChanged, this, [this] {
        if (m_job) {
            showState();
        }
    });
    connect(&m_control, &JobControl::ceremonyProgressed, this, [this](const QString& jobId) {
        if (m_job && QString::fromStdString(m_job->jobId) == jobId) {
            showState();
        }
    });
}

void JobDetail::build()
{
    m_title = plainLabel({}, m_content, Theme::font(1.25, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_identicon = new QLabel(m_content);
    m_address = new AddressView(m_content);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_identicon, 0, Qt::AlignTop);
    head->addWidget(m_address, 1);

    m_state = new ChipLabel(m_content);
    m_left = new ChipLabel(m_content);
    auto* chips = new QHBoxLayout;
    chips->setSpacing(8);
    chips->addWidget(m_state);
    chips->addWidget(m_left);
    chips->addStretch(1);

    m_advice = new QFrame(m_content);
    m_advice->setProperty("role", QStringLiteral("advice"));
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

    m_progress = new CeremonySteps(m_content);
    m_resultPart = new QWidget(m_content);
    m_result = new FactGrid(m_resultPart);
    auto* result = new QVBoxLayout(m_resultPart);
    result->setContentsMargins(0, 0, 0, 0);
    result->setSpacing(8);
    result->addWidget(sectionLabel(tr("Result"), m_resultPart));
    result->addWidget(m_result);
    result->addWidget(line(m_resultPart));
    m_facts = new FactGrid(m_content);
    m_steps = new QWidget(m_content);
    m_stepRows = new QVBoxLayout(m_steps);
    m_stepRows->setContentsMargins(0, 0, 0, 0);
    m_stepRows->setSpacing(6);

    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(12);
    content->addWidget(m_title);
    content->addLayout(head);
    content->addLayout(chips);
    content->addWidget(m_advice);
    content->addWidget(buildActions());
    content->addWidget(m_progress);
    content->addWidget(line(m_content));
    content->addWidget(m_resultPart);
    content->addWidget(m_facts);
    content->addWidget(line(m_content));
    content->addWidget(sectionLabel(tr("Time line"), m_content));
    content->addWidget(m_steps);
    content->addStretch(1);
}

QWidget* JobDetail::buildActions()
{
    auto* actions = new QWidget(m_content);
    m_review = new QPushButton(tr("Review …"), actions);
    m_review->setProperty("role", QStringLiteral("primary"));
    m_again = new QPushButton(tr("Open again …"), actions);
    m_again->setToolTip(plainToolTip(tr("Opens another ceremony, after a warning")));
    m_sendAgain = new QPushButton(tr("Send again"), actions);
    m_sendAgain->setToolTip(
        plainToolTip(tr("Sends the same signed transaction once more; nothing is signed")));
    m_reject = new QPushButton(tr("Reject …"), actions);
    m_toWallet = new QPushButton(tr("Show the wallet"), actions);
    m_toWallet->setProperty("role", QStringLiteral("flat"));
    auto* layout = new QHBoxLayout(actions);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_review);
    layout->addWidget(m_again);
    layout->addWidget(m_sendAgain);
    layout->addWidget(m_toWallet);
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

void JobDetail::setJob(std::int64_t id)
{
    if (id != m_id) {
        m_id = id;
        refresh();
    }
}

void JobDetail::refresh()
{
    const std::uint64_t generation = ++m_generation;
    if (m_id == 0) {
        m_content->hide();
        m_placeholder->show();
        m_loading = false;
        m_job.reset();
        return;
    }
    m_loading = true;
    m_reader.query(
        this,
        [id = m_id](Database& database) -> Result<Known> {
            const JobCatalog catalog(database);
            const std::vector<std::int64_t> ids = {id};
            auto rows = catalog.rows(ids);
            if (!rows || rows->empty()) {
                return rows ? failure(ErrorCode::NotFound,
                                      JobDetail::tr("This job is no longer in the profile."))
                            : failure(rows.error());
            }
            auto steps = catalog.steps(id);
            return steps ? Result<Known>(Known{std::move(rows->front()), std::move(*steps)})
                         : failure(steps.error());
        },
        [this, generation](Result<Known> known) {
            if (generation == m_generation) {
                take(std::move(known));
            }
        });
}

void JobDetail::take(Result<Known> known)
{
    m_loading = false;
    m_content->setVisible(known.has_value());
    m_placeholder->setVisible(!known.has_value());
    if (!known) {
        m_job.reset();
        m_placeholder->setText(known.error().sentence);
        return;
    }
    m_job = std::move(known->job);
    m_title->setText(jobSummary(*m_job));
    m_identicon->setPixmap(identicon(jobAddressBytes(*m_job), 32, devicePixelRatioF()));
    m_address->setAddress(visibleText(m_job->address));
    showState();
    showFacts();
    showResult();
    showSteps(known->steps);
}

void JobDetail::tick()
{
    if (m_job && m_job->state == JobState::Pending) {
        showState();
    }
}

void JobDetail::showState()
{
    const JobState state = stateNow(*m_job, m_clock.now());
    const StateText text = stateText(state);
    m_state->setState(text);
    const bool waits = state == JobState::Pending;
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
    m_again->setVisible(mayOpenAgain(state));
    m_sendAgain->setVisible(state == JobState::Signed && m_job->broadcast && !m_job->error.empty());
    m_sendAgain->setEnabled(ready);
    m_reject->setVisible(waits || mayOpenAgain(state));
    m_again->setEnabled(ready);
    m_reject->setEnabled(ready);
    const auto stage = m_control.stageOf(QString::fromStdString(m_job->jobId));
    m_progress->setVisible(running || mayOpenAgain(state));
    m_progress->show(ceremonySteps(*m_job, stage));
}

void JobDetail::showFacts()
{
    const Job& job = *m_job;
    m_facts->clear();
    m_facts->add(tr("Reason"), job.reason.empty() ? tr("none given") : visibleText(job.reason, true, 4000));
    m_facts->add(tr("Submitter"), submitterText(job));
    if (!job.remark.empty()) {
        m_facts->add(tr("Remark"), visibleText(job.remark, false, 200));
    }
    m_facts->add(tr("Broadcast"), !isTransaction(job.kind) ? tr("not a transaction")
                                  : job.broadcast          ? tr("yes, once it is signed")
                                                           : tr("no, only signed"));
    m_facts->add(tr("Came"), utcTime(job.createdAt), absoluteTime(job.createdAt));
    m_facts->add(tr("Expires"), utcTime(job.expiresAt), absoluteTime(job.expiresAt));
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

void JobDetail::showResult()
{
    const JobResultText text = resultText(*m_job);
    m_resultPart->setVisible(!text.isEmpty());
    m_result->clear();
    const auto add = [this](const QString& name, const QString& value) {
        if (!value.isEmpty()) {
            m_result->addCode(name, value);
        }
    };
    add(tr("Signature"), text.signature);
    add(tr("Hash"), text.hash);
    add(tr("Signed"), text.signedTransaction);
}

void JobDetail::showSteps(const std::vector<JobStep>& steps)
{
    while (QLayoutItem* item = m_stepRows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const JobStep& step : steps) {
        auto* row = new QWidget(m_steps);
        auto* chip = new ChipLabel(row);
        chip->setState(stateText(step.state));
        const QString note = visibleText(step.note, false, 400);
        QLabel* words = mutedLabel(note.isEmpty() ? utcTime(step.at) : utcTime(step.at) + u'\n' + note, row);
        words->setWordWrap(true);
        words->setToolTip(plainToolTip(absoluteTime(step.at)));
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(8);
        layout->addWidget(chip, 0, Qt::AlignTop);
        layout->addWidget(words, 1);
        m_stepRows->addWidget(row);
    }
}

}  // namespace countersign
