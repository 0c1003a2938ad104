#include "core/revocation/RevocationSteps.h"

#include "core/base/Random.h"
#include "core/base/encoding/Json.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inbox/delivery/MaterialDestruction.h"

#include <QCoreApplication>

#include <algorithm>
#include <span>

namespace countersign {

namespace {

/// How far ahead of ours Dynamic's clock is believed to be.
constexpr UnixMillis clockTolerance = 5LL * 60 * 1000;

struct RevocationStepsText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationStepsText)
};

/// So many wallets fit into one entry of the record.
constexpr std::size_t walletsAnEntry = 100;

Json begunDetail(const Revocation& revocation, std::span<const RevocationItem> items)
{
    Json wallets = Json::array();
    for (const RevocationItem& item : items) {
        Json wallet = {{"wallet", item.walletId}, {"event", item.eventId}, {"jobs", item.jobsStopped}};
        if (!item.onlyShareSet.empty()) {
            wallet["onlyShareSet"] = item.onlyShareSet;
        }
        wallets.push_back(std::move(wallet));
    }
    return {{"reason", revocation.reason},
            {"localFirst", revocation.localFirst},
            {"checkAfterwards", revocation.checkAfterwards},
            {"wallets", wallets}};
}

Json answeredDetail(const std::string& revocationId, const RevocationItem& item)
{
    Json detail = {
        {"revocation", revocationId}, {"event", item.eventId}, {"atDynamic", toText(item.outcome)}};
    detail["httpStatus"] = item.httpStatus == 0 ? Json() : Json(item.httpStatus);
    if (!item.detail.empty()) {
        detail["detail"] = item.detail;
    }
    return detail;
}

/// Over, without an answer of Dynamic's about it.
void settleUnasked(RevocationItem& item)
{
    item.outcome = RevocationOutcome::Absent;
    item.httpStatus = 0;
    item.answeredAt = 0;
    item.isHeld = false;
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
    revocation.checkAfterwards = request.checkAfterwards;
    revocation.startedAt = m_clock.now();
    revocation.items = std::move(plan.toEnd);
    RETURN_IF_ERROR(m_audit.commit([&](AuditTransaction& record) -> Status {
        for (const RevocationItem& item : revocation.items) {
            RETURN_IF_ERROR(refuseIfBegun(item));
        }
        for (std::size_t at = 0; at < revocation.items.size(); at += walletsAnEntry) {
            const auto some = std::span<const RevocationItem>(revocation.items)
                                  .subspan(at, std::min(walletsAnEntry, revocation.items.size() - at));
            RETURN_IF_ERROR(
                record.add("revocation.begun", revocation.id, dumpJson(begunDetail(revocation, some))));
        }
        return m_store.add(revocation);
    }));
    return revocation;
}

/// Another program of this profile may have begun the same meanwhile.
Status RevocationSteps::refuseIfBegun(const RevocationItem& item)
{
    ASSIGN_OR_RETURN(const auto pending, m_store.pendingFor(item.walletId));
    for (const std::string& id : pending) {
        ASSIGN_OR_RETURN(const auto known, m_store.item(id, item.walletId));
        if (known.covers(item)) {
            return failure(
                ErrorCode::Busy,
                RevocationStepsText::tr("The wallet is being revoked already. Look at \"revocations "
                                        "list\", and revoke again if something is left."),
                QString::fromStdString(item.walletId));
        }
    }
    return {};
}

/// What was held of the wallet's earlier delegations: Dynamic killed those share sets when it made the next,
/// which is over now, too.
Status RevocationSteps::settleHeld(AuditTransaction& record, const std::string& revocationId,
                                   const RevocationItem& ended)
{
    // A share set that ends alone ends nothing else.
    if (!ended.onlyShareSet.empty()) {
        return {};
    }
    ASSIGN_OR_RETURN(const auto pending, m_store.pendingFor(ended.walletId));
    for (const std::string& id : pending) {
        ASSIGN_OR_RETURN(auto held, m_store.item(id, ended.walletId));
        const bool isOlder =
            std::pair(held.delegatedAt, held.eventId) < std::pair(ended.delegatedAt, ended.eventId);
        if (!held.isHeld || id == revocationId || !isOlder) {
            continue;
        }
        settleUnasked(held);
        held.sentence.clear();
        held.detail = "delegated again; the newer delegation was ended by " + revocationId;
        held.destroyedAt = held.destroyedAt == 0 ? m_clock.now() : held.destroyedAt;
        const Json detail = {{"revocation", id}, {"atDynamic", "absent"}, {"detail", held.detail}};
        RETURN_IF_ERROR(record.add("revocation.answered", held.walletId, dumpJson(detail)));
        RETURN_IF_ERROR(m_store.update(id, held));
    }
    return {};
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

Status RevocationSteps::destroyWithin(AuditTransaction& record, const std::string& revocationId,
                                      RevocationItem& item, std::optional<UnixMillis> serverTime)
{
    if (item.destroyedAt == 0) {
        const Json detail = {{"revocation", revocationId}, {"event", item.eventId}};
        RETURN_IF_ERROR(record.add("material.destroyed", item.walletId, dumpJson(detail)));
        item.destroyedAt = m_clock.now();
    }
    // Also where it is destroyed already: the tombstone may cover more now.
    return destroyMaterial(
        m_database,
        {.walletId = item.walletId,
         .eventId = item.eventId,
         .delegatedAt = item.delegatedAt,
         .revocationId = revocationId,
         .coversUntil = coveredUntil(item, serverTime),
         .onlyShareSet = item.onlyShareSet.empty() ? std::nullopt : std::optional(item.onlyShareSet),
         .now = m_clock.now()});
}

Status RevocationSteps::handleAnswers(const std::string& revocationId, const std::vector<Answered>& answers)
{
    const auto write = [&](AuditTransaction& record) -> Status {
        for (const Answered& answered : answers) {
            RETURN_IF_ERROR(handleWithin(record, revocationId, answered));
        }
        return {};
    };
    // Dynamic has done it: that is kept although the record's head could not be written.
    return m_audit.commit(write, Sealing::OfWhatHappened);
}

Status RevocationSteps::handleWithin(AuditTransaction& record, const std::string& revocationId,
                                     const Answered& answered)
{
    const RevocationAnswer& answer = answered.answer;
    ASSIGN_OR_RETURN(auto item, m_store.item(revocationId, answered.item.walletId));
    // Another program of this profile asked too: what it was told first stands.
    if (item.isSettled()) {
        return {};
    }
    item.outcome = answer.outcome;
    if (answer.httpStatus != 0) {
        item.httpStatus = answer.httpStatus;
        item.answeredAt = m_clock.now();
    }
    item.sentence = answer.sentence.toStdString();
    item.detail = answer.detail.toStdString();
    item.tryAfter = answer.retryAfter ? m_clock.now() + answer.retryAfter->count() : 0;
    if (item.isSettled()) {
        const Json detail = answeredDetail(revocationId, item);
        RETURN_IF_ERROR(record.add("revocation.answered", item.walletId, dumpJson(detail)));
    }
    if (item.outcome == RevocationOutcome::Revoked || item.outcome == RevocationOutcome::Absent) {
        RETURN_IF_ERROR(destroyWithin(record, revocationId, item, answer.serverTime));
        RETURN_IF_ERROR(settleHeld(record, revocationId, item));
    }
    return m_store.update(revocationId, item);
}

Status RevocationSteps::destroy(const std::string& revocationId, const std::string& walletId)
{
    return m_audit.commit([&](AuditTransaction& record) -> Status {
        ASSIGN_OR_RETURN(auto item, m_store.item(revocationId, walletId));
        if (item.destroyedAt != 0) {
            return {};
        }
        RETURN_IF_ERROR(destroyWithin(record, revocationId, item, std::nullopt));
        return m_store.update(revocationId, item);
    });
}

Status RevocationSteps::hold(const std::string& revocationId, const std::string& walletId)
{
    return m_audit.record(
        "revocation.held", walletId, dumpJson(Json{{"revocation", revocationId}}), [&]() -> Status {
            ASSIGN_OR_RETURN(auto item, m_store.item(revocationId, walletId));
            if (item.isSettled()) {
                return {};
            }
            item.isHeld = true;
            item.sentence = RevocationStepsText::tr(
                                "The wallet was delegated again before Dynamic answered. Revoke it once "
                                "more if the new delegation is to end too; nothing is signed with it "
                                "until then.")
                                .toStdString();
            return m_store.update(revocationId, item);
        });
}

/// Whether the delegation has a share set that no later one of the wallet has.
Result<bool> RevocationSteps::isItsShareSetAlone(const RevocationItem& item) const
{
    if (item.shareSetIds.size() != 1) {
        return false;
    }
    ASSIGN_OR_RETURN(const auto history, WalletCatalog(m_database).history(item.walletId));
    return std::ranges::none_of(history, [&](const DelegationRecord& other) {
        return other.eventId != item.eventId &&
               (!other.shareSetId || *other.shareSetId == item.shareSetIds.front());
    });
}

Status RevocationSteps::release(const std::string& revocationId, const std::string& walletId)
{
    return m_audit.commit([&](AuditTransaction& record) -> Status {
        ASSIGN_OR_RETURN(auto item, m_store.item(revocationId, walletId));
        if (!item.isHeld || item.isSettled()) {
            return failure(ErrorCode::InvalidInput,
                           RevocationStepsText::tr("This wallet is not held in this revocation."),
                           QString::fromStdString(walletId));
        }
        item.isHeld = false;
        item.sentence.clear();
        item.tryAfter = 0;
        ASSIGN_OR_RETURN(const auto isAsked, isItsShareSetAlone(item));
        item.onlyShareSet = isAsked ? item.shareSetIds.front() : std::string();
        const Json detail = {{"revocation", revocationId}, {"event", item.eventId}, {"asked", isAsked}};
        RETURN_IF_ERROR(record.add("revocation.released", walletId, dumpJson(detail)));
        if (!isAsked) {
            settleUnasked(item);
            item.detail =
                "delegated again; Dynamic was not asked, as the two have no share sets of their own";
            RETURN_IF_ERROR(
                record.add("revocation.answered", walletId, dumpJson(answeredDetail(revocationId, item))));
            RETURN_IF_ERROR(destroyWithin(record, revocationId, item, std::nullopt));
        }
        return m_store.update(revocationId, item);
    });
}

Status RevocationSteps::noteCheck(const std::string& revocationId, const std::string& walletId,
                                  SigningCheck check, const QString& detail)
{
    const auto write = [&](AuditTransaction& record) -> Status {
        ASSIGN_OR_RETURN(auto item, m_store.item(revocationId, walletId));
        // Another program of this profile may have noted that it cannot try; what was tried says more.
        const bool saysMore = item.signingCheck == SigningCheck::NotTried && check != SigningCheck::NotTried;
        if (item.signingCheck != SigningCheck::NotChecked && !saysMore) {
            return {};
        }
        item.signingCheck = check;
        item.checkedAt = m_clock.now();
        item.checkDetail = detail.toStdString();
        const Json said = {
            {"revocation", revocationId}, {"signing", toText(check)}, {"detail", item.checkDetail}};
        RETURN_IF_ERROR(record.add("revocation.checked", walletId, dumpJson(said)));
        return m_store.update(revocationId, item);
    };
    return m_audit.commit(write, Sealing::OfWhatHappened);
}

Status RevocationSteps::noteWaiting(const std::string& revocationId, const std::string& walletId,
                                    const QString& sentence)
{
    return transact(m_database, [&]() -> Status {
        ASSIGN_OR_RETURN(auto item, m_store.item(revocationId, walletId));
        if (item.isSettled()) {
            return {};
        }
        item.sentence = sentence.toStdString();
        return m_store.update(revocationId, item);
    });
}

Status RevocationSteps::endIfDone(const std::string& revocationId)
{
    ASSIGN_OR_RETURN(const auto revocation, m_store.load(revocationId));
    if (revocation.endedAt != 0 || !revocation.isOver()) {
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
