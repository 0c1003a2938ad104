#include "core/revocation/RevocationSteps.h"

#include "core/base/Json.h"
#include "core/base/Random.h"
#include "core/inbox/MaterialDestruction.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

/// How far ahead of ours Dynamic's clock is believed to be.
constexpr UnixMillis clockTolerance = 5LL * 60 * 1000;

struct RevocationStepsText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationStepsText)
};

Json begunDetail(const Revocation& revocation)
{
    Json wallets = Json::array();
    for (const RevocationItem& item : revocation.items) {
        wallets.push_back({{"wallet", item.walletId}, {"event", item.eventId}, {"jobs", item.jobsStopped}});
    }
    return {{"reason", revocation.reason}, {"localFirst", revocation.localFirst}, {"wallets", wallets}};
}

Json answeredDetail(const Revocation& revocation, const RevocationItem& item)
{
    Json detail = {
        {"revocation", revocation.id}, {"event", item.eventId}, {"atDynamic", toText(item.outcome)}};
    detail["httpStatus"] = item.httpStatus == 0 ? Json() : Json(item.httpStatus);
    if (!item.detail.empty()) {
        detail["detail"] = item.detail;
    }
    return detail;
}

}  // namespace

Result<Revocation> RevocationSteps::begin(const RevocationRequest& request, RevocationPlan plan,
                                          WalletJobs& jobs)
{
    if (plan.toEnd.empty()) {
        return Revocation{};
    }
    const std::string why = RevocationStepsText::tr("The wallet is revoked: %1")
                                .arg(QString::fromStdString(request.reason))
                                .toStdString();
    for (RevocationItem& item : plan.toEnd) {
        ASSIGN_OR_RETURN(const auto stopped, jobs.stop(item.walletId, why));
        item.jobsStopped = stopped;
    }
    Revocation revocation;
    revocation.id = randomUuid();
    revocation.reason = request.reason;
    revocation.localFirst = request.localFirst;
    revocation.startedAt = m_clock.now();
    revocation.items = std::move(plan.toEnd);
    const Status begun =
        m_audit.record("revocation.begun", revocation.id, dumpJson(begunDetail(revocation)), [&]() -> Status {
            for (auto& [id, item] : plan.held) {
                // Dynamic killed that share set when it made the next one; its material went then.
                item.outcome = RevocationOutcome::Absent;
                item.isHeld = false;
                item.sentence.clear();
                item.detail = "delegated again; the newer delegation is ended by " + revocation.id;
                item.destroyedAt = m_clock.now();
                RETURN_IF_ERROR(m_store.update(id, item));
            }
            return m_store.add(revocation);
        });
    if (!begun) {
        return failure(begun.error());
    }
    for (const auto& [id, item] : plan.held) {
        RETURN_IF_ERROR(endIfDone(id));
    }
    return revocation;
}

/// What the tombstone covers. By Dynamic's clock alone: with ours, which may be ahead, a delegation that a
/// user makes right afterwards would be taken for revoked.
UnixMillis RevocationSteps::coveredUntil(const RevocationItem& item,
                                         std::optional<UnixMillis> serverTime) const
{
    if (!serverTime || *serverTime > m_clock.now() + clockTolerance) {
        return item.delegatedAt;
    }
    return std::max(item.delegatedAt, *serverTime);
}

Status RevocationSteps::destroyWithin(AuditTransaction& record, const Revocation& revocation,
                                      RevocationItem& item, std::optional<UnixMillis> serverTime)
{
    if (item.destroyedAt == 0) {
        const Json detail = {{"revocation", revocation.id}, {"event", item.eventId}};
        RETURN_IF_ERROR(record.add("material.destroyed", item.walletId, dumpJson(detail)));
        item.destroyedAt = m_clock.now();
    }
    // Also where it is destroyed already: the tombstone may cover more now.
    return destroyMaterial(m_database, {.walletId = item.walletId,
                                        .eventId = item.eventId,
                                        .revocationId = revocation.id,
                                        .coversUntil = coveredUntil(item, serverTime),
                                        .now = m_clock.now()});
}

Status RevocationSteps::handleAnswers(const Revocation& revocation, const std::vector<Answered>& answers)
{
    return m_audit.commit([&](AuditTransaction& record) -> Status {
        for (const Answered& answered : answers) {
            RETURN_IF_ERROR(handleWithin(record, revocation, answered));
        }
        return {};
    });
}

Status RevocationSteps::handleWithin(AuditTransaction& record, const Revocation& revocation,
                                     const Answered& answered)
{
    const RevocationAnswer& answer = answered.answer;
    ASSIGN_OR_RETURN(auto item, m_store.item(revocation.id, answered.item.walletId));
    // Another program of this profile asked too: what it was told first stands.
    if (item.isSettled()) {
        return {};
    }
    item.outcome = answer.outcome;
    item.httpStatus = answer.httpStatus;
    item.answeredAt = answer.httpStatus == 0 ? item.answeredAt : m_clock.now();
    item.sentence = answer.sentence.toStdString();
    item.detail = answer.detail.toStdString();
    item.tryAfter = answer.retryAfter ? m_clock.now() + answer.retryAfter->count() : 0;
    if (item.isSettled()) {
        const Json detail = answeredDetail(revocation, item);
        RETURN_IF_ERROR(record.add("revocation.answered", item.walletId, dumpJson(detail)));
    }
    if (item.outcome == RevocationOutcome::Revoked || item.outcome == RevocationOutcome::Absent) {
        RETURN_IF_ERROR(destroyWithin(record, revocation, item, answer.serverTime));
    }
    return m_store.update(revocation.id, item);
}

Status RevocationSteps::destroy(const Revocation& revocation, const std::string& walletId)
{
    return m_audit.commit([&](AuditTransaction& record) -> Status {
        ASSIGN_OR_RETURN(auto item, m_store.item(revocation.id, walletId));
        if (item.destroyedAt != 0) {
            return {};
        }
        RETURN_IF_ERROR(destroyWithin(record, revocation, item, std::nullopt));
        return m_store.update(revocation.id, item);
    });
}

Status RevocationSteps::hold(const Revocation& revocation, const std::string& walletId)
{
    return m_audit.record(
        "revocation.held", walletId, dumpJson(Json{{"revocation", revocation.id}}), [&]() -> Status {
            ASSIGN_OR_RETURN(auto item, m_store.item(revocation.id, walletId));
            item.isHeld = true;
            item.sentence = RevocationStepsText::tr(
                                "The wallet was delegated again before Dynamic answered. Revoke it once "
                                "more if the new delegation is to end too; nothing is signed with it "
                                "until then.")
                                .toStdString();
            return m_store.update(revocation.id, item);
        });
}

Status RevocationSteps::noteWaiting(const Revocation& revocation, const std::string& walletId,
                                    const QString& sentence)
{
    return transact(m_database, [&]() -> Status {
        ASSIGN_OR_RETURN(auto item, m_store.item(revocation.id, walletId));
        item.sentence = sentence.toStdString();
        return m_store.update(revocation.id, item);
    });
}

Status RevocationSteps::endIfDone(const std::string& revocationId)
{
    ASSIGN_OR_RETURN(const auto revocation, m_store.load(revocationId));
    if (revocation.endedAt != 0 || !revocation.isDone()) {
        return {};
    }
    Json counts = Json::object();
    for (const RevocationItem& item : revocation.items) {
        const std::string outcome(toText(item.outcome));
        counts[outcome] = counts.value(outcome, 0) + 1;
    }
    return m_audit.record("revocation.ended", revocationId, dumpJson(counts),
                          [&] { return m_store.end(revocation, m_clock.now()); });
}

}  // namespace countersign
