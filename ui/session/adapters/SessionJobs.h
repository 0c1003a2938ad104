#pragma once

#include "ui/session/control/JobControl.h"
#include "ui/session/worker/SessionWorker.h"

namespace countersign {

/// JobControl over the desk on the session's thread.
class SessionJobs : public JobControl
{
    Q_OBJECT

public:
    SessionJobs(SessionWorker& worker, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void submit(QObject* context, Bytes document, JobOrigin origin, Callback<Job> done) override;
    void prepare(QObject* context, const QString& jobId, bool refill, Callback<Job> done) override;
    void approve(QObject* context, JobDesk::Approval approval, Callback<Job> done) override;
    void reject(QObject* context, const QString& jobId, const QString& reason, Callback<Job> done) override;
    void cancel(const QString& jobId) override;
    void lookUpToken(QObject* context, const SplQuestion& question, Callback<SplFacts> done) override;
    void checkEngine(QObject* context, EngineKind engine, Callback<void> done) override;

private:
    template <typename T>
    using Ask = std::function<void(JobDesk&, Callback<T>)>;
    /// Asks on the worker's thread and brings the answer back here.
    template <typename T>
    void ask(QObject* context, Ask<T> question, Callback<T> done);

    SessionWorker& m_worker;
    bool m_ready = false;
};

}  // namespace countersign
