#include "ui/session/worker/InspectionRunner.h"

#include <utility>

namespace countersign {

namespace {
/// A refused token answers for 100,000 wallets at once: nobody reads all of that.
constexpr qint64 tellRunEveryMs = 100;
}  // namespace

InspectionRunner::InspectionRunner(const InspectionServices& services, Ingestor& ingestor,
                                   Reconciliation::Drain drain, QObject* parent)
    : QObject(parent),
      m_services(services),
      m_schedule(services),
      m_verifier(services),
      m_inspector(services),
      m_reconciliation(services, ingestor, std::move(drain))
{
    followMessages();
    connect(&m_schedule.verifier(), &WalletVerifier::checked, this, &InspectionRunner::answered);
    connect(&m_verifier, &WalletVerifier::checked, this, [this](const WalletCheck& check) {
        if (m_run) {
            ++m_run->verdicts[check.verdict];
            m_run->inPart += check.verdict == WalletVerdict::Ok && !check.detail.empty() ? 1 : 0;
        }
        Q_EMIT answered();
    });
    connect(&m_verifier, &WalletVerifier::progressed, this, &InspectionRunner::noteProgress);
}

void InspectionRunner::begin(InspectionRun::Kind kind, const std::string& walletId)
{
    m_schedule.setSuspended(true);
    m_run = InspectionRun();
    m_run->kind = kind;
    m_run->walletId = walletId;
    Q_EMIT changed(*m_run);
}

void InspectionRunner::verify(const std::string& walletId)
{
    if (m_run) {
        return;
    }
    begin(InspectionRun::Kind::Wallets, walletId);
    auto wallets = walletId.empty() ? walletsToVerify(*m_services.database)
                                    : Result<std::vector<std::string>>(std::vector{walletId});
    if (!wallets) {
        return end(failure(wallets.error()));
    }
    m_verifier.verify(*std::move(wallets), [this](const Status& done) { end(done); });
}

void InspectionRunner::checkEnvironment()
{
    if (m_run) {
        return;
    }
    begin(InspectionRun::Kind::Environment);
    m_inspector.inspect(
        [this](const Result<EnvironmentCheck>& check) { end(check.map([](const EnvironmentCheck&) {})); });
}

void InspectionRunner::reconcile(const Reconciliation::Options& options)
{
    if (m_run) {
        return;
    }
    begin(InspectionRun::Kind::Messages);
    m_reconciliation.reconcile(options, [this](const Result<ReconciliationReport>& report) {
        if (report) {
            m_run->report = std::make_shared<const ReconciliationReport>(*report);
        }
        end(report.map([](const ReconciliationReport&) {}));
    });
}

void InspectionRunner::followMessages()
{
    using Step = MessageProgress::Step;
    connect(&m_reconciliation, &Reconciliation::compared, this,
            [this](std::int64_t messages, std::int64_t missing) {
                MessageProgress progress;
                progress.messages = messages;
                progress.missing = missing;
                noteMessages(progress);
            });
    const auto noteStep = [this](Step step) {
        return [this, step](std::int64_t done, std::int64_t total) {
            MessageProgress progress = m_run ? m_run->messages : MessageProgress();
            progress.step = step;
            progress.done = done;
            progress.total = total;
            progress.paused = {};
            noteMessages(progress);
        };
    };
    connect(&m_reconciliation, &Reconciliation::redelivered, this, noteStep(Step::Redelivering));
    connect(&m_reconciliation, &Reconciliation::arrived, this, noteStep(Step::Arriving));
    connect(&m_reconciliation, &Reconciliation::paused, this, [this](std::chrono::milliseconds pause) {
        MessageProgress progress = m_run ? m_run->messages : MessageProgress();
        progress.paused = pause;
        noteMessages(progress);
    });
}

void InspectionRunner::noteMessages(const MessageProgress& progress)
{
    if (m_run) {
        m_run->messages = progress;
        tell(progress.paused.count() > 0);
    }
}

void InspectionRunner::stop()
{
    m_reconciliation.stop();
    m_verifier.stop();
    m_inspector.stop();
}

void InspectionRunner::noteProgress(const VerifyProgress& progress)
{
    if (!m_run) {
        return;
    }
    m_run->progress = progress;
    tell(progress.paused.count() > 0);
}

void InspectionRunner::tell(bool atOnce)
{
    if (atOnce || !m_sinceTold.isValid() || m_sinceTold.elapsed() >= tellRunEveryMs) {
        m_sinceTold.start();
        Q_EMIT changed(*m_run);
    }
}

void InspectionRunner::end(const Status& status)
{
    InspectionRun ended = *std::exchange(m_run, std::nullopt);
    ended.isRunning = false;
    m_schedule.setSuspended(false);
    ended.progress.paused = {};
    ended.messages.paused = {};
    if (!status) {
        ended.problem = status.error();
    }
    Q_EMIT changed(ended);
    Q_EMIT answered();
}

}  // namespace countersign
