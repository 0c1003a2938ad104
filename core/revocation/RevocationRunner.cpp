#include "core/revocation/RevocationRunner.h"

#include "core/delegation/WalletCatalog.h"
#include "core/dynamic/RevocationAnswers.h"
#include "core/vault/Database.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::chrono::milliseconds ceremonyInterval{250};

}  // namespace

RevocationRunner::RevocationRunner(RevocationServices services, WalletJobs& jobs, QObject* parent)
    : QObject(parent),
      m_services(std::move(services)),
      m_jobs(jobs),
      m_steps(*m_services.database, *m_services.vault, *m_services.clock)
{
    m_ceremonyTimer.setSingleShot(true);
    m_ceremonyTimer.setInterval(ceremonyInterval);
    connect(&m_ceremonyTimer, &QTimer::timeout, this, &RevocationRunner::next);
}

RevocationRunner::~RevocationRunner() = default;

Result<RevocationPlan> RevocationRunner::plan(const RevocationRequest& request) const
{
    return planRevocation(*m_services.database, *m_services.vault, request);
}

Result<Revocation> RevocationRunner::begin(const RevocationRequest& request, RevocationPlan plan)
{
    auto revocation = m_steps.begin(request, std::move(plan), m_jobs);
    if (revocation && !revocation->id.empty()) {
        Q_EMIT changed(revocation->id);
    }
    return revocation;
}

Result<Revocation> RevocationRunner::load(const std::string& revocationId) const
{
    return m_steps.store().load(revocationId);
}

Result<std::vector<std::string>> RevocationRunner::unfinished() const
{
    return m_steps.store().unfinished();
}

void RevocationRunner::carryOut(std::vector<std::string> revocationIds, Callback<void> done)
{
    if (isRunning()) {
        return later([done = std::move(done)] {
            done(failure(ErrorCode::Busy, tr("Revocations are being carried out already.")));
        });
    }
    m_done = std::move(done);
    m_queue = std::move(revocationIds);
    m_asked.clear();
    m_singly.clear();
    m_failure = {};
    m_ceremonyDeadline = m_services.clock->now() + m_ceremonyPatience.count();
    later([this] { next(); });
}

void RevocationRunner::stop()
{
    if (!isRunning()) {
        return;
    }
    m_call.reset();
    m_queue.clear();
    later([this] { next(); });
}

void RevocationRunner::later(std::function<void()> work)
{
    QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection);
}

void RevocationRunner::note(const Status& status)
{
    if (!status && m_failure) {
        m_failure = status;
    }
}

void RevocationRunner::next()
{
    while (isRunning() && !m_call && !m_queue.empty()) {
        const std::string id = m_queue.front();
        const auto revocation = m_steps.store().load(id);
        bool waitsForCeremony = false;
        auto items = revocation ? workLocally(*revocation, waitsForCeremony)
                                : Result<std::vector<RevocationItem>>(failure(revocation.error()));
        if (items && !items->empty()) {
            return ask(*revocation, *std::move(items));
        }
        if (items && waitsForCeremony && m_services.clock->now() < m_ceremonyDeadline) {
            return m_ceremonyTimer.start();
        }
        note(items ? m_steps.endIfDone(id) : Status(failure(items.error())));
        Q_EMIT changed(id);
        m_queue.erase(m_queue.begin());
    }
    if (isRunning() && !m_call) {
        finish();
    }
}

void RevocationRunner::finish()
{
    // A reader can hold it up; whoever takes deliveries in does it again.
    (void)scrub(*m_services.database);
    const auto done = std::exchange(m_done, {});
    done(m_failure);
}

Result<std::vector<RevocationItem>> RevocationRunner::workLocally(const Revocation& revocation,
                                                                  bool& waitsForCeremony)
{
    std::vector<RevocationItem> toAsk;
    for (const RevocationItem& item : revocation.items) {
        if (item.isDone() || item.isHeld || toAsk.size() == RevocationApi::mostWalletsAtOnce) {
            continue;  // the next ones have their turn when these are answered
        }
        ASSIGN_OR_RETURN(const auto local, workLocally(revocation, item));
        waitsForCeremony = waitsForCeremony || local == Local::WaitsForCeremony;
        if (local == Local::Ask) {
            toAsk.push_back(item);
        }
    }
    return toAsk;
}

Result<RevocationRunner::Local> RevocationRunner::workLocally(const Revocation& revocation,
                                                              const RevocationItem& item)
{
    if (!item.isSettled() && m_asked.contains({revocation.id, item.walletId})) {
        return Local::Skip;
    }
    ASSIGN_OR_RETURN(const auto signing, m_jobs.isSigning(item.walletId));
    if (signing) {
        const QString sentence =
            tr("A ceremony of this wallet is under way. The wallet is revoked when its outcome is recorded.");
        if (item.sentence != sentence.toStdString()) {
            RETURN_IF_ERROR(m_steps.noteWaiting(revocation, item.walletId, sentence));
        }
        return Local::WaitsForCeremony;
    }
    if (item.isSettled() || (revocation.localFirst && item.destroyedAt == 0)) {
        RETURN_IF_ERROR(m_steps.destroy(revocation, item.walletId));
        Q_EMIT changed(revocation.id);
        if (item.isSettled()) {
            return Local::Skip;
        }
        // Read anew: the row says now that the material is gone.
        ASSIGN_OR_RETURN(const auto updated, m_steps.store().item(revocation.id, item.walletId));
        return workLocally(revocation, updated);
    }
    return beforeAsking(revocation, item);
}

Result<RevocationRunner::Local> RevocationRunner::beforeAsking(const Revocation& revocation,
                                                               const RevocationItem& item)
{
    ASSIGN_OR_RETURN(const auto history, WalletCatalog(*m_services.database).history(item.walletId));
    const auto known = std::ranges::find(history, item.eventId, &DelegationRecord::eventId);
    const bool isNewest = std::ranges::none_of(history, [&](const DelegationRecord& other) {
        return std::pair(other.delegatedAt, other.eventId) > std::pair(item.delegatedAt, item.eventId);
    });
    if (!isNewest) {
        RETURN_IF_ERROR(m_steps.hold(revocation, item.walletId));
        return Result<Local>(Local::Skip);
    }
    if (known != history.end() && known->state == "revoked" && item.destroyedAt == 0) {
        // The user, or another desk, was first: Dynamic has told of it.
        RevocationAnswer told;
        told.outcome = RevocationOutcome::Revoked;
        told.detail = QStringLiteral("wallet.delegation.revoked");
        RETURN_IF_ERROR(m_steps.handleAnswers(revocation, {{item, told}}));
        return Result<Local>(Local::Skip);
    }
    return item.tryAfter <= m_services.clock->now() ? Local::Ask : Local::Skip;
}

void RevocationRunner::ask(const Revocation& revocation, std::vector<RevocationItem> items)
{
    if (!m_api) {
        auto api = m_services.api();
        if (!api) {
            // Nobody can be asked: said with every wallet, and no reason to fail.
            std::vector<RevocationSteps::Answered> unasked;
            for (RevocationItem& item : items) {
                unasked.push_back({std::move(item),
                                   {.outcome = RevocationOutcome::Pending,
                                    .httpStatus = 0,
                                    .sentence = api.error().sentence,
                                    .detail = api.error().detail,
                                    .retryAfter = {},
                                    .serverTime = {}}});
            }
            return handle(revocation, unasked);
        }
        m_api = *std::move(api);
    }
    const auto single = std::ranges::find_if(items, [&](const RevocationItem& item) {
        return m_singly.contains({revocation.id, item.walletId});
    });
    if (items.size() == 1 || single != items.end()) {
        return askOne(revocation, single != items.end() ? *single : items.front());
    }
    askMany(revocation, std::move(items));
}

void RevocationRunner::askOne(const Revocation& revocation, const RevocationItem& item)
{
    m_call = m_api->revokeWallet(item.walletId, [this, revocation, item](const RevocationAnswer& answer) {
        handle(revocation, {{item, answer}});
    });
}

void RevocationRunner::askMany(const Revocation& revocation, std::vector<RevocationItem> items)
{
    std::vector<std::string> walletIds;
    for (const RevocationItem& item : items) {
        walletIds.push_back(item.walletId);
    }
    m_call = m_api->revokeWallets(
        walletIds, [this, revocation, items = std::move(items)](const BulkRevocationAnswer& answer) {
            handle(revocation, read(revocation, items, answer));
        });
}

/// A bulk answer settles what it says plainly. What it leaves open is asked about singly in the same run; a
/// wallet that it does not mention stays pending (design.md §9).
std::vector<RevocationSteps::Answered> RevocationRunner::read(const Revocation& revocation,
                                                              const std::vector<RevocationItem>& items,
                                                              const BulkRevocationAnswer& answer)
{
    std::vector<RevocationSteps::Answered> answers;
    const bool isWhole = answer.whole.outcome == RevocationOutcome::Revoked;
    const bool isPending = answer.whole.outcome == RevocationOutcome::Pending;
    const bool isOurToken = answer.whole.httpStatus == 401 || answer.whole.httpStatus == 403;
    for (const RevocationItem& item : items) {
        if (!isWhole && (isPending || isOurToken)) {
            answers.push_back({item, answer.whole});
            continue;
        }
        const auto result = std::ranges::find(answer.results, item.walletId, &BulkRevocationResult::walletId);
        if (isWhole && result == answer.results.end()) {
            RevocationAnswer missing = answer.whole;
            missing.outcome = RevocationOutcome::Pending;
            missing.sentence = tr("Dynamic's answer did not mention this wallet. It is asked again.");
            answers.push_back({item, missing});
            continue;
        }
        const bool isDecided = isWhole && (result->success || (result->status && *result->status != 404));
        if (!isDecided) {
            // One wallet can spoil the whole call (400, 404), and "failed" says too little.
            m_singly.insert({revocation.id, item.walletId});
            continue;
        }
        RevocationAnswer told = answer.whole;
        if (!result->success) {
            told.httpStatus = *result->status;
            // A status that speaks of success beside "success": false is no answer.
            told.outcome = revocationOutcomeOf(told.httpStatus) == RevocationOutcome::Revoked
                               ? RevocationOutcome::Pending
                               : revocationOutcomeOf(told.httpStatus);
            told.sentence = tr("Dynamic did not revoke this wallet: “%1”").arg(result->error);
        }
        answers.push_back({item, told});
    }
    return answers;
}

void RevocationRunner::handle(const Revocation& revocation,
                              const std::vector<RevocationSteps::Answered>& answers)
{
    for (const RevocationSteps::Answered& answered : answers) {
        m_asked.insert({revocation.id, answered.item.walletId});
    }
    note(m_steps.handleAnswers(revocation, answers));
    Q_EMIT changed(revocation.id);
    // Not from within the call's own callback, which would be destroyed.
    later([this] {
        m_call.reset();
        next();
    });
}

}  // namespace countersign
