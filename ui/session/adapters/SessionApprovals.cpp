#include "ui/session/adapters/SessionApprovals.h"

#include "core/base/ThreadCall.h"
#include "ui/session/worker/MarshalToThread.h"
#include "ui/session/worker/StatementFile.h"
#include "ui/session/worker/StatementWork.h"
#include "ui/session/worker/WorkerSignals.h"

namespace countersign {

SessionApprovals::SessionApprovals(SessionWorker& worker, QObject* parent)
    : ApprovalControl(parent), m_worker(worker)
{
    connectAcross(m_worker, &SessionWorker::jobChanged, this,
                  [this](const QString&, bool) { Q_EMIT changed(); });
    // Statements arrive with the feed.
    connectAcross(m_worker, &SessionWorker::pageIngested, this, [this](const IngestReport& page) {
        if (page.received > 0) {
            Q_EMIT changed();
        }
    });
}

void SessionApprovals::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        setTally({});
        Q_EMIT readyChanged();
    }
}

template <typename T>
void SessionApprovals::ask(QObject* context, Ask<T> question, Callback<T> done)
{
    callOnThread(&m_worker, [worker = &m_worker, question = std::move(question),
                             answer = marshalToThread<T>(this, context, std::move(done))] {
        StatementWork* statements = worker->statements();
        if (statements == nullptr) {
            answer(failure(ErrorCode::Locked, tr("The profile is locked. Unlock it, then try again.")));
            return;
        }
        question(*statements, answer);
    });
}

void SessionApprovals::waiting(QObject* context, Callback<WaitingJobs> done)
{
    ask<WaitingJobs>(
        context,
        [](StatementWork& statements, Callback<WaitingJobs> answer) {
            statements.waiting(std::move(answer));
        },
        [this, done = std::move(done)](Result<WaitingJobs> waiting) {
            if (waiting && m_ready) {
                setTally(tallyOf(*waiting));
            }
            done(std::move(waiting));
        });
}

void SessionApprovals::standing(QObject* context, const QString& jobId, Callback<JobStanding> done)
{
    ask<JobStanding>(
        context,
        [id = jobId.toStdString()](StatementWork& statements, const Callback<JobStanding>& answer) {
            answer(statements.standing(id));
        },
        std::move(done));
}

void SessionApprovals::say(QObject* context, const StatementWish& wish, Callback<StatementSaid> done)
{
    ask<StatementSaid>(
        context,
        [wish](StatementWork& statements, Callback<StatementSaid> answer) {
            statements.say(wish, std::move(answer));
        },
        std::move(done));
}

void SessionApprovals::take(QObject* context, const QString& file, Callback<StatementTaken> done)
{
    ask<StatementTaken>(
        context,
        [file](StatementWork& statements, const Callback<StatementTaken>& answer) {
            const auto envelope = statementFile(file);
            answer(envelope ? statements.take(*envelope) : failure(envelope.error()));
        },
        std::move(done));
}

}  // namespace countersign
