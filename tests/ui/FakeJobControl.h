#pragma once

#include "ui/session/control/JobControl.h"

namespace countersign::testing {

/// Takes note of what is asked and answers when the test says so.
class FakeJobControl : public JobControl
{
    Q_OBJECT

public:
    bool isReady() const override { return ready; }
    void submit(QObject*, Bytes document, JobOrigin, Callback<Job> done) override
    {
        submitted.push_back(std::move(document));
        answer = std::move(done);
    }
    void prepare(QObject*, const QString&, bool refill, Callback<Job> done) override
    {
        prepares << refill;
        prepared = std::move(done);
    }
    void approve(QObject*, JobDesk::Approval approval, Callback<Job> done) override
    {
        approvals.push_back(std::move(approval));
        answer = std::move(done);
    }
    void reject(QObject*, const QString&, const QString& reason, Callback<Job> done) override
    {
        rejections << reason;
        answer = std::move(done);
    }
    void cancel(const QString& jobId) override { cancelled << jobId; }
    void lookUpToken(QObject*, const SplQuestion& question, Callback<SplFacts> done) override
    {
        questions.push_back(question);
        looked.push_back(std::move(done));
    }
    void checkEngine(QObject* context, EngineKind engine, Callback<void> done) override
    {
        const QString& obstacle = engine == EngineKind::Sdk ? sdkObstacle : enclaveObstacle;
        const Status status =
            obstacle.isEmpty() ? Status() : Status(failure(ErrorCode::Unsupported, obstacle));
        QMetaObject::invokeMethod(
            context, [status, done = std::move(done)] { done(status); }, Qt::QueuedConnection);
    }

    void setReady(bool now)
    {
        ready = now;
        Q_EMIT readyChanged();
    }
    void progress(const QString& jobId, CeremonyStage stage) { noteStage(jobId, stage); }
    void progress(const QString& jobId, const BroadcastProgress& progress) { noteProgress(jobId, progress); }

    bool ready = true;
    std::vector<Bytes> submitted;
    std::vector<JobDesk::Approval> approvals;
    QList<bool> prepares;
    QStringList rejections;
    QStringList cancelled;
    std::vector<SplQuestion> questions;
    std::vector<Callback<SplFacts>> looked;  ///< as many as questions
    QString sdkObstacle;                     ///< empty: the engine can be used
    QString enclaveObstacle;
    Callback<Job> prepared;
    Callback<Job> answer;
};

}  // namespace countersign::testing
