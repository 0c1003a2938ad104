#include "ui/session/adapters/SessionJobs.h"

#include "core/base/ThreadCall.h"
#include "ui/session/worker/MarshalToThread.h"
#include "ui/session/worker/WorkerSignals.h"

namespace countersign {

SessionJobs::SessionJobs(SessionWorker& worker, QObject* parent) : JobControl(parent), m_worker(worker)
{
    connectAcross(m_worker, &SessionWorker::jobChanged, this, [this](const QString& jobId, bool running) {
        if (!running) {
            forget(jobId);
        }
        Q_EMIT jobChanged(jobId);
    });
    connectAcross(
        m_worker, &SessionWorker::statementNotPosted, this,
        [this](const QString& jobId, const QString& why) { Q_EMIT statementNotPosted(jobId, why); });
    connectAcross(m_worker, &SessionWorker::ceremonyProgressed, this,
                  [this](const QString& jobId, CeremonyStage stage) {
                      if (m_ready) {
                          noteStage(jobId, stage);
                      }
                  });
    connectAcross(m_worker, &SessionWorker::broadcastProgressed, this,
                  [this](const QString& jobId, const BroadcastProgress& progress) {
                      if (m_ready) {
                          noteProgress(jobId, progress);
                      }
                  });
}

void SessionJobs::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        // A desk that is closed follows nothing any more.
        forgetAll();
        Q_EMIT readyChanged();
    }
}

template <typename T>
void SessionJobs::ask(QObject* context, Ask<T> question, Callback<T> done)
{
    callOnThread(&m_worker, [worker = &m_worker, question = std::move(question),
                             answer = marshalToThread<T>(this, context, std::move(done))] {
        JobDesk* desk = worker->desk();
        if (desk == nullptr) {
            answer(failure(ErrorCode::Locked, tr("The profile is locked. Unlock it, then try again.")));
            return;
        }
        question(*desk, answer);
    });
}

void SessionJobs::submit(QObject* context, Bytes document, JobOrigin origin, Callback<Job> done)
{
    ask<Job>(
        context,
        [document = std::move(document), origin](JobDesk& desk, const Callback<Job>& answer) {
            answer(desk.submit(document, origin));
        },
        std::move(done));
}

void SessionJobs::prepare(QObject* context, const QString& jobId, bool refill, Callback<Job> done)
{
    ask<Job>(
        context,
        [id = jobId.toStdString(), refill](JobDesk& desk, Callback<Job> answer) {
            desk.prepare(id, refill, std::move(answer));
        },
        std::move(done));
}

void SessionJobs::approve(QObject* context, JobDesk::Approval approval, Callback<Job> done)
{
    ask<Job>(
        context,
        [approval = std::move(approval)](JobDesk& desk, Callback<Job> answer) {
            desk.approve(approval, std::move(answer));
        },
        std::move(done));
}

void SessionJobs::reject(QObject* context, const QString& jobId, const QString& reason, Callback<Job> done)
{
    ask<Job>(
        context,
        [id = jobId.toStdString(), words = reason.toStdString()](JobDesk& desk, const Callback<Job>& answer) {
            answer(desk.reject(id, words));
        },
        std::move(done));
}

void SessionJobs::checkEngine(QObject* context, EngineKind engine, Callback<void> done)
{
    ask<void>(
        context, [engine](JobDesk& desk, const Callback<void>& answer) { answer(desk.checkEngine(engine)); },
        std::move(done));
}

void SessionJobs::cancel(const QString& jobId)
{
    callOnThread(&m_worker, [worker = &m_worker, id = jobId.toStdString()] {
        if (JobDesk* desk = worker->desk()) {
            desk->cancel(id);
        }
    });
}

void SessionJobs::lookUpToken(QObject* context, const SplQuestion& question, Callback<SplFacts> done)
{
    ask<SplFacts>(
        context,
        [question](JobDesk& desk, Callback<SplFacts> answer) {
            desk.lookUpToken(question, std::move(answer));
        },
        std::move(done));
}

}  // namespace countersign
