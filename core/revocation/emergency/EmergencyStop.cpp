#include "core/revocation/emergency/EmergencyStop.h"

#include "core/revocation/RevocationStore.h"
#include "core/revocation/proof/RevocationProof.h"

#include <utility>

namespace countersign {

EmergencyStop::EmergencyStop(RevocationServices services, RevocationRunner& runner, QObject* parent)
    : QObject(parent),
      m_services(std::move(services)),
      m_runner(runner),
      m_audit(*m_services.database, *m_services.vault, *m_services.clock)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(usualPatience);
    connect(&m_patience, &QTimer::timeout, &m_runner, &RevocationRunner::stop);
    connect(&m_runner, &RevocationRunner::changed, &m_patience, [this] {
        if (m_patience.isActive()) {
            m_patience.start();
        }
    });
}

void EmergencyStop::run(EmergencyRequest request, Callback<EmergencyReport> done)
{
    m_request = std::move(request);
    m_report = {};
    m_done = std::move(done);
    const Status frozen = freeze();
    if (m_request.scope == EmergencyRequest::Scope::FreezeOnly) {
        return finish(frozen ? Result<EmergencyReport>(std::move(m_report)) : failure(frozen.error()));
    }
    if (!frozen) {
        note(frozen.error());
    }
    revoke();
}

Status EmergencyStop::freeze()
{
    enter(EmergencyReport::Part::Freeze);
    auto frozen =
        freezeSigning(*m_services.database, *m_services.vault, m_audit, *m_services.clock, m_request.reason);
    leave(EmergencyReport::Part::Freeze);
    ASSIGN_OR_RETURN(m_report.freeze, std::move(frozen));
    return {};
}

void EmergencyStop::revoke()
{
    enter(EmergencyReport::Part::Revoke);
    const auto work = begin();
    if (!work) {
        note(work.error());
        return finish(std::move(m_report));
    }
    if (work->ids.empty()) {
        return conclude(*work);
    }
    m_patience.start();
    m_runner.carryOut(work->ids, [this, work = *work](const Status& carriedOut) {
        m_patience.stop();
        if (!carriedOut) {
            note(carriedOut.error());
        }
        conclude(work);
    });
}

Result<EmergencyStop::Work> EmergencyStop::begin()
{
    auto work = beginOnce();
    for (int plans = 1; !work && work.error().code == ErrorCode::Busy && plans < mostPlans; ++plans) {
        work = beginOnce();
    }
    return work;
}

Result<EmergencyStop::Work> EmergencyStop::beginOnce()
{
    Work work;
    if (m_request.scope == EmergencyRequest::Scope::Everything) {
        ASSIGN_OR_RETURN(m_request.wallets, walletsToRevoke(*m_services.database));
        if (m_request.wallets.empty()) {
            return work;
        }
    }
    const RevocationRequest request{.wallets = m_request.wallets, .reason = m_request.reason};
    ASSIGN_OR_RETURN(work.plan, m_runner.plan(request));
    ASSIGN_OR_RETURN(const auto begun, m_runner.begin(request, work.plan));
    work.newId = begun.id;
    work.ids = revocationsOf(work.plan, begun.id);
    return work;
}

Result<std::vector<RevocationItem>> EmergencyStop::itemsOf(const Work& work) const
{
    std::vector<RevocationItem> items;
    const RevocationStore store(*m_services.database, *m_services.vault);
    for (const auto& [pending, walletId] : work.plan.pending) {
        ASSIGN_OR_RETURN(auto item, store.item(pending, walletId));
        items.push_back(std::move(item));
    }
    if (!work.newId.empty()) {
        ASSIGN_OR_RETURN(const auto revocation, m_runner.load(work.newId));
        items.insert(items.end(), revocation.items.begin(), revocation.items.end());
    }
    items.insert(items.end(), work.plan.ended.begin(), work.plan.ended.end());
    return items;
}

void EmergencyStop::conclude(const Work& work)
{
    auto items = itemsOf(work);
    items ? void(m_report.items = *std::move(items)) : note(items.error());
    leave(EmergencyReport::Part::Revoke);
    if (!work.ids.empty()) {
        m_report.earlierIds.assign(work.ids.begin(), work.ids.end() - 1);
        prove(work.ids.back());
    }
    finish(std::move(m_report));
}

void EmergencyStop::prove(const std::string& revocationId)
{
    enter(EmergencyReport::Part::Proof);
    m_report.revocationId = revocationId;
    const auto revocation = m_runner.load(revocationId);
    auto proof = revocation ? makeRevocationProof(*m_services.database, *m_services.vault, m_audit,
                                                  *m_services.clock, *revocation)
                            : Result<std::string>(failure(revocation.error()));
    proof ? void(m_report.proof = *std::move(proof)) : note(proof.error());
    leave(EmergencyReport::Part::Proof);
}

void EmergencyStop::enter(EmergencyReport::Part part)
{
    m_timer.start();
    Q_EMIT reached(part);
}

void EmergencyStop::leave(EmergencyReport::Part part)
{
    m_report.durations.push_back({part, std::chrono::milliseconds(m_timer.elapsed())});
}

void EmergencyStop::note(const Error& error)
{
    if (!m_report.problem) {
        m_report.problem = error;
    }
}

void EmergencyStop::finish(Result<EmergencyReport> report)
{
    QMetaObject::invokeMethod(
        this,
        [this, report = std::move(report)] {
            if (const auto done = std::exchange(m_done, nullptr)) {
                done(report);
            }
        },
        Qt::QueuedConnection);
}

}  // namespace countersign
