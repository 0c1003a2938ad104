#include "core/revocation/RevocationRunner.h"

#include "core/delegation/WalletCatalog.h"
#include "core/dynamic/RevocationAnswers.h"
#include "core/vault/database/Database.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::chrono::milliseconds ceremonyInterval{250};

}  // namespace

RevocationRunner::RevocationRunner(RevocationServices services, WalletJobs& jobs, QObject* parent)
    : QObject(parent),
      m_services(std::move(services)),
      m_jobs(jobs),
      m_steps(*m_services.database, *m_services.vault, *m_services.clock),
      m_check(*m_services.database, *m_services.vault, *m_services.clock, m_services.signingApi)
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
    // What waits already for Dynamic is destroyed now, if that was asked for.
    for (const auto& [id, walletId] : plan.pending) {
        ASSIGN_OR_RETURN(const auto signing, m_jobs.isSigning(walletId));
        if (request.localFirst && !signing) {
            RETURN_IF_ERROR(m_steps.destroy(id, walletId));
        }
    }
    // Before it is begun: what is being revoked is not opened any more.
    for (const RevocationItem& item : request.checkAfterwards ? plan.toEnd : std::vector<RevocationItem>()) {
        RETURN_IF_ERROR(m_check.holdBack(item));
    }
    const std::vector<RevocationItem> held =
        request.checkAfterwards ? plan.toEnd : std::vector<RevocationItem>();
    auto revocation = m_steps.begin(request, std::move(plan), m_jobs);
    for (const RevocationItem& item : revocation ? std::vector<RevocationItem>() : held) {
        m_check.letGo(item);
    }
    if (revocation && !revocation->id.empty()) {
        Q_EMIT changed(revocation->id);
    }
    return revocation;
}

Status RevocationRunner::release(const std::string& revocationId, const std::string& walletId)
{
    if (isRunning()) {
        return failure(ErrorCode::Busy, tr("Revocations are being carried out. Try again in a moment."));
    }
    RETURN_IF_ERROR(m_steps.release(revocationId, walletId));
    Q_EMIT changed(revocationId);
    return {};
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
    m_checked.clear();
    m_failure = {};
    m_isSilent = false;
    m_current.reset();
    m_api.reset();  // another token may be set by now
    m_check.letOldGo();
    m_ceremonyDeadline = m_services.clock->now() + m_ceremonyPatience.count();
    later([this] { next(); });
}

void RevocationRunner::stop()
{
    if (!isRunning()) {
        return;
    }
    m_call.reset();
    m_check.stop();
    m_isChecking = false;
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
    while (isRunning() && !m_call && !m_isChecking && !m_queue.empty()) {
        const std::string id = m_queue.front();
        bool waitsForCeremony = false;
        const Status loaded = loadCurrent(id);
        auto items = loaded ? workLocally(waitsForCeremony)
                            : Result<std::vector<RevocationItem>>(failure(loaded.error()));
        if (items && !items->empty()) {
            return ask(id, *std::move(items));
        }
        if (items && checkNext()) {
            return;
        }
        m_current.reset();
        if (items && waitsForCeremony && m_services.clock->now() < m_ceremonyDeadline) {
            // The others are not kept waiting.
            std::rotate(m_queue.begin(), m_queue.begin() + 1, m_queue.end());
            return m_ceremonyTimer.start();
        }
        note(items ? m_steps.endIfDone(id) : Status(failure(items.error())));
        m_queue.erase(m_queue.begin());
        Q_EMIT changed(id);
    }
    if (isRunning() && !m_call && !m_isChecking) {
        finish();
    }
}

/// A revocation can have 100,000 wallets: it is read once, and then only what was answered.
Status RevocationRunner::loadCurrent(const std::string& revocationId)
{
    if (!m_current || m_current->id != revocationId) {
        ASSIGN_OR_RETURN(m_current, m_steps.store().load(revocationId));
        m_positions.clear();
        for (std::size_t at = 0; at < m_current->items.size(); ++at) {
            m_positions.emplace(m_current->items[at].walletId, at);
        }
    }
    return {};
}

Status RevocationRunner::readAgain(const std::string& walletId)
{
    ASSIGN_OR_RETURN(m_current->items.at(m_positions.at(walletId)),
                     m_steps.store().item(m_current->id, walletId));
    return {};
}

/// Begins the check of one wallet that is over; whether there was one.
bool RevocationRunner::checkNext()
{
    for (const RevocationItem& item :
         m_current->checkAfterwards ? m_current->items : std::vector<RevocationItem>()) {
        const Key key{m_current->id, item.walletId};
        if (!item.isDone() || item.signingCheck != SigningCheck::NotChecked ||
            !m_checked.insert(key).second) {
            continue;
        }
        if (item.outcome == RevocationOutcome::Refused) {
            m_check.letGo(item);
            noteCheck(key, {SigningCheck::NotTried, tr("Dynamic refused the revocation.")});
            continue;
        }
        m_isChecking = true;
        m_check.check(item, [this, key](const SigningRefusalCheck::Outcome& outcome) {
            noteCheck(key, outcome);
            // Not from within the call's own callback, which would be destroyed.
            later([this] {
                m_check.stop();
                m_isChecking = false;
                next();
            });
        });
        return true;
    }
    return false;
}

void RevocationRunner::noteCheck(const Key& key, const SigningRefusalCheck::Outcome& outcome)
{
    note(m_steps.noteCheck(key.first, key.second, outcome.check, outcome.detail));
    if (m_current && m_current->id == key.first) {
        note(readAgain(key.second));
    }
    Q_EMIT changed(key.first);
}

void RevocationRunner::finish()
{
    // A reader can hold it up; whoever takes deliveries in does it again.
    (void)scrub(*m_services.database);
    const auto done = std::exchange(m_done, {});
    done(m_failure);
}

Result<std::vector<RevocationItem>> RevocationRunner::workLocally(bool& waitsForCeremony)
{
    std::vector<RevocationItem> toAsk;
    const UnixMillis now = m_services.clock->now();
    // The pause is the environment's: who was not asked yet waits for it, too.
    const bool isPaused = std::ranges::any_of(m_current->items, [&](const RevocationItem& item) {
        return !item.isSettled() && item.tryAfter > now;
    });
    for (RevocationItem& item : m_current->items) {
        const bool isFull = isPaused || toAsk.size() == RevocationApi::mostWalletsAtOnce;
        const bool hasWorkHere = item.destroyedAt == 0 && (item.isSettled() || m_current->localFirst);
        if (item.isDone() || item.isHeld || (isFull && !hasWorkHere)) {
            continue;  // the next ones have their turn when these are answered
        }
        ASSIGN_OR_RETURN(const auto local, workLocally(item));
        waitsForCeremony = waitsForCeremony || local == Local::WaitsForCeremony;
        if (local == Local::Ask && !isFull) {
            toAsk.push_back(item);
        }
    }
    return toAsk;
}

Result<RevocationRunner::Local> RevocationRunner::workLocally(RevocationItem& item)
{
    const bool hasWorkHere = item.destroyedAt == 0 && (item.isSettled() || m_current->localFirst);
    const bool mayBeAsked = !m_isSilent && !m_asked.contains({m_current->id, item.walletId});
    if (!hasWorkHere && !mayBeAsked) {
        return Local::Skip;
    }
    ASSIGN_OR_RETURN(const auto signing, m_jobs.isSigning(item.walletId));
    if (signing) {
        const QString sentence =
            tr("A ceremony of this wallet is under way. The wallet is revoked when its outcome is recorded.");
        if (item.sentence != sentence.toStdString()) {
            RETURN_IF_ERROR(m_steps.noteWaiting(m_current->id, item.walletId, sentence));
            RETURN_IF_ERROR(readAgain(item.walletId));
        }
        return Local::WaitsForCeremony;
    }
    if (hasWorkHere) {
        RETURN_IF_ERROR(m_steps.destroy(m_current->id, item.walletId));
        RETURN_IF_ERROR(readAgain(item.walletId));
        Q_EMIT changed(m_current->id);
    }
    return item.isSettled() || !mayBeAsked ? Result<Local>(Local::Skip) : beforeAsking(item);
}

/// Whether the delegation that is to end is still the wallet's newest. That it is over by what was received
/// is no reason not to ask: only Dynamic's answer to us says that it is ended there, and a 404 costs nothing.
Result<RevocationRunner::Local> RevocationRunner::beforeAsking(RevocationItem& item)
{
    ASSIGN_OR_RETURN(const auto history, WalletCatalog(*m_services.database).history(item.walletId));
    const bool isNewest = std::ranges::none_of(history, [&](const DelegationRecord& other) {
        return std::pair(other.delegatedAt, other.eventId) > std::pair(item.delegatedAt, item.eventId);
    });
    // A call for one share set cannot end another one.
    if (!isNewest && item.onlyShareSet.empty()) {
        RETURN_IF_ERROR(m_steps.hold(m_current->id, item.walletId));
        RETURN_IF_ERROR(readAgain(item.walletId));
        return Local::Skip;
    }
    return Local::Ask;
}

void RevocationRunner::ask(const std::string& revocationId, std::vector<RevocationItem> items)
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
            return handle(revocationId, unasked);
        }
        m_api = *std::move(api);
    }
    const auto single = std::ranges::find_if(items, [&](const RevocationItem& item) {
        return m_singly.contains({revocationId, item.walletId}) || !item.onlyShareSet.empty();
    });
    if (items.size() == 1 || single != items.end()) {
        return askOne(revocationId, single != items.end() ? *single : items.front());
    }
    askMany(revocationId, std::move(items));
}

void RevocationRunner::askOne(const std::string& revocationId, const RevocationItem& item)
{
    const auto answered = [this, revocationId, item](const RevocationAnswer& answer) {
        handle(revocationId, {{item, answer}});
    };
    m_call = item.onlyShareSet.empty() ? m_api->revokeWallet(item.walletId, answered)
                                       : m_api->revokeShareSet(item.walletId, item.onlyShareSet, answered);
}

void RevocationRunner::askMany(const std::string& revocationId, std::vector<RevocationItem> items)
{
    std::vector<std::string> walletIds;
    for (const RevocationItem& item : items) {
        walletIds.push_back(item.walletId);
    }
    m_call = m_api->revokeWallets(
        walletIds, [this, revocationId, items = std::move(items)](const BulkRevocationAnswer& answer) {
            handle(revocationId, read(revocationId, items, answer));
        });
}

/// A bulk answer settles what it says plainly. What it leaves open is asked about singly in the same run; a
/// wallet that it does not mention stays pending (design.md §9).
std::vector<RevocationSteps::Answered> RevocationRunner::read(const std::string& revocationId,
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
        const bool isRevoked =
            isWhole && result->success &&
            revocationOutcomeOf(result->status.value_or(200)) == RevocationOutcome::Revoked;
        const bool isDecided =
            isRevoked || (isWhole && !result->success && result->status && *result->status != 404);
        if (!isDecided) {
            // One wallet can spoil the whole call (400, 404), and "failed" says too little.
            m_singly.insert({revocationId, item.walletId});
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

void RevocationRunner::handle(const std::string& revocationId,
                              const std::vector<RevocationSteps::Answered>& answers)
{
    for (const RevocationSteps::Answered& answered : answers) {
        m_asked.insert({revocationId, answered.item.walletId});
    }
    note(m_steps.handleAnswers(revocationId, answers));
    for (const RevocationSteps::Answered& answered : answers) {
        if (m_current && m_current->id == revocationId) {
            note(readAgain(answered.item.walletId));
        }
    }
    const bool nobodyAnswered =
        !answers.empty() && std::ranges::all_of(answers, [](const RevocationSteps::Answered& answered) {
            return answered.answer.outcome == RevocationOutcome::Pending && answered.answer.httpStatus == 0;
        });
    m_isSilent = m_isSilent || nobodyAnswered;
    Q_EMIT changed(revocationId);
    // Not from within the call's own callback, which would be destroyed.
    later([this] {
        m_call.reset();
        next();
    });
}

}  // namespace countersign
