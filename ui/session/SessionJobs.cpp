#include "ui/session/SessionJobs.h"

#include <QPointer>

namespace countersign {

SessionJobs::SessionJobs(SessionWorker& worker, QObject* parent) : JobControl(parent), m_worker(worker)
{
    connect(&m_worker, &SessionWorker::jobChanged, this, [this](const QString& jobId, bool running) {
        if (!running) {
            forgetStage(jobId);
        }
        Q_EMIT jobChanged(jobId);
    });
    connect(&m_worker, &SessionWorker::ceremonyProgressed, this,
            [this](const QString& jobId, CeremonyStage stage) { noteStage(jobId, stage); });
}

void SessionJobs::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

template <typename T>
void SessionJobs::ask(QObject* context, Ask<T> question, Answered<T> done)
{
    // The answer belongs to this thread: it is carried along unopened and called only here.
    auto answer = std::make_shared<Answered<T>>(std::move(done));
    const QPointer<QObject> guard(context);
    const auto bringBack = [this, guard, answer](Result<T> result) {
        auto carried = std::make_shared<Result<T>>(std::move(result));
        QMetaObject::invokeMethod(
            this,
            [guard, answer, carried] {
                if (guard) {
                    (*answer)(std::move(*carried));
                }
            },
            Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(
        &m_worker,
        [worker = &m_worker, question = std::move(question), bringBack] {
            JobDesk* desk = worker->desk();
            if (desk == nullptr) {
                bringBack(
                    failure(ErrorCode::Locked, tr("The profile is locked. Unlock it, then try again.")));
                return;
            }
            question(*desk, bringBack);
        },
        Qt::QueuedConnection);
}

void SessionJobs::submit(QObject* context, Bytes document, JobOrigin origin, Answered<Job> done)
{
    ask<Job>(
        context,
        [document = std::move(document), origin](JobDesk& desk, const Answered<Job>& answer) {
            answer(desk.submit(document, origin));
        },
        std::move(done));
}

void SessionJobs::prepare(QObject* context, const QString& jobId, bool refill, Answered<Job> done)
{
    ask<Job>(
        context,
        [id = jobId.toStdString(), refill](JobDesk& desk, Answered<Job> answer) {
            desk.prepare(id, refill, std::move(answer));
        },
        std::move(done));
}

void SessionJobs::approve(QObject* context, JobDesk::Approval approval, Answered<Job> done)
{
    ask<Job>(
        context,
        [approval = std::move(approval)](JobDesk& desk, Answered<Job> answer) {
            desk.approve(approval, std::move(answer));
        },
        std::move(done));
}

void SessionJobs::reject(QObject* context, const QString& jobId, const QString& reason, Answered<Job> done)
{
    ask<Job>(
        context,
        [id = jobId.toStdString(), words = reason.toStdString()](JobDesk& desk, const Answered<Job>& answer) {
            answer(desk.reject(id, words));
        },
        std::move(done));
}

void SessionJobs::cancel(const QString& jobId)
{
    QMetaObject::invokeMethod(
        &m_worker,
        [worker = &m_worker, id = jobId.toStdString()] {
            if (JobDesk* desk = worker->desk()) {
                desk->cancel(id);
            }
        },
        Qt::QueuedConnection);
}

void SessionJobs::lookUpToken(QObject* context, const SplQuestion& question, Answered<SplFacts> done)
{
    ask<SplFacts>(
        context,
        [question](JobDesk& desk, Answered<SplFacts> answer) {
            desk.lookUpToken(question, std::move(answer));
        },
        std::move(done));
}

}  // namespace countersign
