#include "ui/session/adapters/SessionInspection.h"

#include "core/base/ThreadCall.h"
#include "ui/session/worker/InspectionRunner.h"
#include "ui/session/worker/WorkerSignals.h"

#include <chrono>

namespace countersign {

namespace {
constexpr std::chrono::milliseconds answersInterval{2000};
}

SessionInspection::SessionInspection(SessionWorker& worker, QObject* parent)
    : InspectionControl(parent), m_worker(worker)
{
    m_answered.setSingleShot(true);
    m_answered.setInterval(answersInterval);
    connect(&m_answered, &QTimer::timeout, this, &InspectionControl::answered);
    connectAcross(m_worker, &SessionWorker::inspectionChanged, this, &SessionInspection::take);
    connectAcross(m_worker, &SessionWorker::inspectionAnswered, this, [this] {
        if (!m_answered.isActive()) {
            m_answered.start();
        }
    });
}

void SessionInspection::setReady(bool ready)
{
    ready = ready && m_worker.canInspect();
    if (ready == m_ready) {
        return;
    }
    m_ready = ready;
    if (!ready) {
        setRun(std::nullopt);  // the lock has ended it
    }
    Q_EMIT readyChanged();
}

void SessionInspection::take(const InspectionRun& run)
{
    // What was on its way when the profile was locked tells nothing any more.
    if (!m_ready) {
        return;
    }
    setRun(run);
    if (!run.isRunning) {
        m_answered.stop();
        Q_EMIT answered();
    }
}

void SessionInspection::post(std::function<void(InspectionRunner&)> work)
{
    callOnThread(&m_worker, [worker = &m_worker, work = std::move(work)] {
        if (InspectionRunner* runner = worker->inspections()) {
            work(*runner);
        }
    });
}

void SessionInspection::begin(InspectionRun run, std::function<void(InspectionRunner&)> work)
{
    if (!mayBegin()) {
        return;
    }
    setRun(std::move(run));
    post(std::move(work));
}

void SessionInspection::verifyAll()
{
    begin({.kind = InspectionRun::Kind::Wallets}, [](InspectionRunner& runner) { runner.verify({}); });
}

void SessionInspection::verifyWallet(const QString& walletId)
{
    begin({.kind = InspectionRun::Kind::Wallets, .walletId = walletId.toStdString()},
          [id = walletId.toStdString()](InspectionRunner& runner) { runner.verify(id); });
}

void SessionInspection::checkEnvironment()
{
    begin({.kind = InspectionRun::Kind::Environment},
          [](InspectionRunner& runner) { runner.checkEnvironment(); });
}

void SessionInspection::reconcile(const Reconciliation::Options& options)
{
    begin({.kind = InspectionRun::Kind::Messages},
          [options](InspectionRunner& runner) { runner.reconcile(options); });
}

void SessionInspection::cancel()
{
    post([](InspectionRunner& runner) { runner.stop(); });
}

}  // namespace countersign
