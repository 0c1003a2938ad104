#include "ui/session/InspectionBench.h"

#include <utility>

namespace countersign {

namespace {
/// A refused token answers for 100,000 wallets at once: nobody reads all of that.
constexpr qint64 tellRunEveryMs = 100;
}  // namespace

InspectionBench::InspectionBench(const InspectionServices& services, QObject* parent)
    : QObject(parent), m_services(services), m_schedule(services), m_verifier(services), m_inspector(services)
{
    connect(&m_schedule.verifier(), &WalletVerifier::checked, this, &InspectionBench::answered);
    connect(&m_verifier, &WalletVerifier::checked, this, [this](const WalletCheck& check) {
        if (m_run) {
            ++m_run->verdicts[check.verdict];
        }
        Q_EMIT answered();
    });
    connect(&m_verifier, &WalletVerifier::progressed, this, &InspectionBench::noteProgress);
}

void InspectionBench::begin(InspectionRun::Kind kind, const std::string& walletId)
{
    m_schedule.verifier().stop();
    m_run = InspectionRun();
    m_run->kind = kind;
    m_run->walletId = walletId;
    Q_EMIT changed(*m_run);
}

void InspectionBench::verify(const std::string& walletId)
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

void InspectionBench::checkEnvironment()
{
    if (m_run) {
        return;
    }
    begin(InspectionRun::Kind::Environment);
    m_inspector.inspect(
        [this](const Result<EnvironmentCheck>& check) { end(check.map([](const EnvironmentCheck&) {})); });
}

void InspectionBench::stop()
{
    m_verifier.stop();
    m_inspector.stop();
}

void InspectionBench::noteProgress(const VerifyProgress& progress)
{
    if (!m_run) {
        return;
    }
    m_run->progress = progress;
    if (!m_sinceTold.isValid() || m_sinceTold.elapsed() >= tellRunEveryMs || progress.paused.count() > 0) {
        m_sinceTold.start();
        Q_EMIT changed(*m_run);
    }
}

void InspectionBench::end(const Status& status)
{
    InspectionRun ended = *std::exchange(m_run, std::nullopt);
    ended.isRunning = false;
    ended.progress.paused = {};
    if (!status) {
        ended.problem = status.error();
    }
    Q_EMIT changed(ended);
    Q_EMIT answered();
}

}  // namespace countersign
