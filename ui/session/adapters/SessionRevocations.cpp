#include "ui/session/adapters/SessionRevocations.h"

#include "core/base/ThreadCall.h"
#include "core/base/encoding/Hex.h"
#include "core/revocation/proof/RevocationProof.h"
#include "core/revocation/proof/RevocationProofPage.h"
#include "core/signing/reporting/DeskKey.h"
#include "core/vault/database/BackgroundWork.h"
#include "ui/session/worker/MarshalToThread.h"
#include "ui/session/worker/WorkerSignals.h"

#include <algorithm>

namespace countersign {

namespace {

Result<RevocationControl::Summaries> readSummaries(Database& database, const Vault& vault,
                                                   RevocationControl::Which which)
{
    const RevocationStore store(database, vault);
    ASSIGN_OR_RETURN(const auto ids,
                     which == RevocationControl::Which::All ? store.ids() : store.unfinished());
    RevocationControl::Summaries summaries;
    for (const std::string& id : ids) {
        const auto revocation = store.load(id);
        if (!revocation && revocation.error().code != ErrorCode::Corrupt) {
            return failure(revocation.error());
        }
        RevocationSummary summary = revocation ? RevocationSummary::of(*revocation) : RevocationSummary();
        if (!revocation) {
            summary.id = id;
            summary.damage = revocation.error();
        }
        summaries.push_back(std::move(summary));
    }
    if (which == RevocationControl::Which::GoingOn) {
        std::ranges::reverse(summaries);
    }
    return summaries;
}

Result<RevocationBegun> beginOn(SessionWorker& worker, const RevocationPreview& preview,
                                const RevocationControl::Order& order)
{
    RevocationResumer* const resumer = worker.revocations();
    if (resumer == nullptr) {
        return failure(ErrorCode::Locked,
                       SessionRevocations::tr("The profile is locked. Unlock it, then try again."));
    }
    RevocationRequest request;
    request.reason = order.reason;
    request.localFirst = order.localFirst;
    request.checkAfterwards = order.checkAfterwards;
    ASSIGN_OR_RETURN(const auto begun, resumer->runner().begin(request, preview.plan));
    RevocationBegun answer;
    answer.id = QString::fromStdString(begun.id);
    for (const std::string& earlier : revocationsOf(preview.plan, {})) {
        answer.goesOn << QString::fromStdString(earlier);
    }
    resumer->resume();
    return answer;
}

Result<RevocationControl::Proof> proofOf(Database& database, const Vault& vault, const Clock& clock,
                                         const std::string& id)
{
    ASSIGN_OR_RETURN(const auto revocation, RevocationStore(database, vault).load(id));
    AuditLog audit(database, vault, clock);
    RevocationControl::Proof proof;
    ASSIGN_OR_RETURN(proof.envelope, makeRevocationProof(database, vault, audit, clock, revocation));
    const auto seed = deskSeed(database, vault, audit, clock);
    if (!seed) {
        return failure(seed.error());
    }
    ASSIGN_OR_RETURN(const auto key, ed25519::publicKey(*seed));
    // What the page says is read from the envelope, after its signature was checked.
    ASSIGN_OR_RETURN(const auto statement, verifyRevocationProof(proof.envelope, key));
    proof.page = revocationProofPage(statement, proof.envelope, toHex(key));
    proof.envelope += '\n';
    return proof;
}

}  // namespace

RevocationSummary RevocationSummary::of(const Revocation& revocation)
{
    RevocationSummary summary;
    summary.id = revocation.id;
    summary.reason = revocation.reason;
    summary.localFirst = revocation.localFirst;
    summary.startedAt = revocation.startedAt;
    summary.endedAt = revocation.endedAt;
    summary.wallets = static_cast<std::int64_t>(revocation.items.size());
    for (const RevocationItem& item : revocation.items) {
        summary.revoked += item.outcome == RevocationOutcome::Revoked ? 1 : 0;
        summary.absent += item.outcome == RevocationOutcome::Absent ? 1 : 0;
        summary.refused += item.outcome == RevocationOutcome::Refused ? 1 : 0;
        if (item.isSettled()) {
            continue;
        }
        ++summary.pending;
        summary.tryAfter = std::max(summary.tryAfter, item.tryAfter);
        if (item.isHeld) {
            ++summary.held;
            if (summary.firstHeld.size() < mostHeldNamed) {
                summary.firstHeld.push_back(item);
            }
        } else if (summary.waitsFor.empty()) {
            summary.waitsFor = item.sentence;
        }
    }
    return summary;
}

SessionRevocations::SessionRevocations(SessionWorker& worker, const Clock& clock, QObject* parent)
    : RevocationControl(parent), m_worker(worker), m_clock(clock)
{
    connectAcross(m_worker, &SessionWorker::revocationChanged, this,
                  [this](const QString& id) { Q_EMIT changed(id); });
}

void SessionRevocations::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        Q_EMIT readyChanged();
    }
}

template <typename T>
void SessionRevocations::act(QObject* context, std::function<Result<T>(SessionWorker&)> work,
                             Callback<T> done)
{
    callOnThread(&m_worker,
                 [worker = &m_worker, work = std::move(work),
                  answer = marshalToThread<T>(this, context, std::move(done))] { answer(work(*worker)); });
}

template <typename T>
void SessionRevocations::inBackground(QObject* context, Database::Mode mode,
                                      std::function<Result<T>(Database&, const Vault&)> work,
                                      Callback<T> done)
{
    callOnThread(&m_worker, [worker = &m_worker, mode, work = std::move(work),
                             answer = marshalToThread<T>(this, context, std::move(done))] {
        const auto profile = worker->openProfile();
        if (!profile) {
            return answer(failure(profile.error()));
        }
        const auto outcome = std::make_shared<Result<T>>(failure(ErrorCode::Cancelled, {}));
        runInBackground(
            [vault = profile->vault, file = worker->paths().database(), mode, work, outcome] {
                auto database = Database::open(file, mode);
                *outcome = database ? work(**database, *vault) : Result<T>(failure(database.error()));
            },
            [answer, outcome] { answer(std::move(*outcome)); });
    });
}

void SessionRevocations::plan(QObject* context, const WalletSelection& selection,
                              const std::optional<std::string>& onlyShareSet,
                              Callback<RevocationPreviewPtr> done)
{
    inBackground<RevocationPreviewPtr>(
        context, Database::Mode::ReadOnly,
        [selection, onlyShareSet](Database& database, const Vault& vault) {
            return previewRevocation(database, vault, selection, onlyShareSet);
        },
        std::move(done));
}

void SessionRevocations::begin(QObject* context, RevocationPreviewPtr preview, const Order& order,
                               const Reauthentication::Grant& grant, Callback<RevocationBegun> done)
{
    act<RevocationBegun>(
        context,
        [preview = std::move(preview), order, grant,
         clock = &m_clock](SessionWorker& worker) -> Result<RevocationBegun> {
            if (!grant.isGoodAt(clock->now())) {
                return failure(ErrorCode::Denied, tr("It is too long ago that you confirmed who you are. "
                                                     "Confirm it anew."));
            }
            if (order.reason.empty() || order.reason.size() > RevocationRequest::mostReasonBytes) {
                return failure(ErrorCode::InvalidInput,
                               tr("A reason has 1 to 4000 bytes. It goes into the record."));
            }
            if (order.checkAfterwards && preview->plan.toEnd.size() > RevocationRequest::mostWalletsToCheck) {
                return failure(ErrorCode::InvalidInput, tr("At most %1 wallets can be checked afterwards.")
                                                            .arg(RevocationRequest::mostWalletsToCheck));
            }
            return beginOn(worker, *preview, order);
        },
        std::move(done));
}

void SessionRevocations::release(QObject* context, const QString& revocationId, const QString& walletId,
                                 Callback<void> done)
{
    act<void>(
        context,
        [id = revocationId.toStdString(), wallet = walletId.toStdString()](SessionWorker& worker) -> Status {
            RevocationResumer* const resumer = worker.revocations();
            if (resumer == nullptr) {
                return failure(ErrorCode::Locked, tr("The profile is locked. Unlock it, then try again."));
            }
            RETURN_IF_ERROR(resumer->runner().release(id, wallet));
            resumer->resume();
            return {};
        },
        std::move(done));
}

void SessionRevocations::load(QObject* context, const QString& revocationId, Callback<RevocationPtr> done)
{
    inBackground<RevocationPtr>(
        context, Database::Mode::ReadOnly,
        [id = revocationId.toStdString()](Database& database, const Vault& vault) -> Result<RevocationPtr> {
            ASSIGN_OR_RETURN(auto revocation, RevocationStore(database, vault).load(id));
            return std::make_shared<const Revocation>(std::move(revocation));
        },
        std::move(done));
}

void SessionRevocations::list(QObject* context, Which which, Callback<Summaries> done)
{
    inBackground<Summaries>(
        context, Database::Mode::ReadOnly,
        [which](Database& database, const Vault& vault) { return readSummaries(database, vault, which); },
        std::move(done));
}

void SessionRevocations::resume()
{
    callOnThread(&m_worker, [worker = &m_worker] {
        if (RevocationResumer* resumer = worker->revocations()) {
            resumer->resume();
        }
    });
}

void SessionRevocations::proof(QObject* context, const QString& revocationId, Callback<Proof> done)
{
    // The desk's key is made with the first proof.
    inBackground<Proof>(
        context, Database::Mode::ReadWrite,
        [id = revocationId.toStdString(), clock = &m_clock](Database& database, const Vault& vault) {
            return proofOf(database, vault, *clock, id);
        },
        std::move(done));
}

}  // namespace countersign
