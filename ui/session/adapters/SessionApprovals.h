#pragma once

#include "ui/session/control/ApprovalControl.h"
#include "ui/session/worker/SessionWorker.h"

#include <functional>

namespace countersign {

class StatementWork;

/// ApprovalControl over the statements on the session's thread.
class SessionApprovals : public ApprovalControl
{
    Q_OBJECT

public:
    SessionApprovals(SessionWorker& worker, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void waiting(QObject* context, Callback<WaitingJobs> done) override;
    void standing(QObject* context, const QString& jobId, Callback<JobStanding> done) override;
    void say(QObject* context, const StatementWish& wish, Callback<StatementSaid> done) override;
    void take(QObject* context, const QString& file, Callback<StatementTaken> done) override;

private:
    template <typename T>
    using Ask = std::function<void(StatementWork&, Callback<T>)>;
    template <typename T>
    void ask(QObject* context, Ask<T> question, Callback<T> done);

    SessionWorker& m_worker;
    bool m_ready = false;
};

}  // namespace countersign
