#include "core/signing/JobDeskCore.h"

#include "core/crypto/Hmac.h"
#include "core/delegation/WalletCatalog.h"
#include "core/vault/Settings.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr int defaultConfirmations = 3;
constexpr int maxConfirmations = 1000;
constexpr std::string_view defaultRelayDomain = "relay.dynamicauth.com";
constexpr std::string_view approvalKeyPurpose = "approval";

void append(Bytes& message, BytesView field)
{
    // Lengths in front, so that no two sets of fields read alike.
    const std::string length = std::to_string(field.size()) + ':';
    message.insert(message.end(), length.begin(), length.end());
    message.insert(message.end(), field.begin(), field.end());
}

}  // namespace

JobDesk::Core::Core(JobParts given)
    : parts(std::move(given)),
      audit(*parts.database, *parts.vault, *parts.clock),
      store(*parts.database, audit, *parts.clock),
      intake(*parts.database, *parts.vault, *parts.clock),
      preparer(parts, store),
      reports(parts, store, audit)
{
    reports.setWorkingOn([this](const std::string& jobId) { return runs.count(jobId) != 0; });
}

QString JobDesk::Core::changedSentence()
{
    return tr("What would be signed has changed since it was shown. Look at it again.");
}

std::string JobDesk::Core::setting(std::string_view key) const
{
    const auto value = Settings(*parts.database).get(key);
    return value && *value ? **value : std::string();
}

int JobDesk::Core::confirmations() const
{
    const int value = QString::fromStdString(setting(settingKeys::rpcConfirmations)).toInt();
    return value >= 1 && value <= maxConfirmations ? value : defaultConfirmations;
}

EngineKind JobDesk::Core::engine(std::optional<EngineKind> wanted) const
{
    return wanted ? *wanted : engineKindFrom(setting(settingKeys::engine)).value_or(defaultEngine());
}

Status JobDesk::Core::mayApprove(const Job& job, bool again) const
{
    if (job.state == JobState::Interrupted && !again) {
        return failure(ErrorCode::Denied,
                       tr("A crash left the outcome of this job's ceremony unknown: its signature may exist "
                          "already. Only \"approve again\" (--again) opens another ceremony."));
    }
    const bool repeatable = job.state == JobState::Interrupted || job.state == JobState::Failed;
    if (job.state != JobState::Pending && !(repeatable && again)) {
        return failure(ErrorCode::Denied,
                       tr("The job is %1, so it cannot be approved.").arg(stateName(job.state)),
                       QString::fromStdString(job.jobId));
    }
    if (job.expiresAt <= parts.clock->now()) {
        return failure(ErrorCode::Denied,
                       tr("The job expired. Ask its submitter for a new one if it is still wanted."));
    }
    const auto usable = DelegationStore(*parts.database).currentEvent(job.walletId);
    if (!usable && usable.error().code == ErrorCode::NotFound) {
        return failure(ErrorCode::Denied, usable.error().sentence, usable.error().detail);
    }
    return usable.map([](const std::string&) {});
}

Status JobDesk::Core::checkBroadcastable(const Job& job, const ReadJob& read) const
{
    if (!job.broadcast) {
        return {};
    }
    if (const auto* request = std::get_if<EvmTransactionRequest>(&read.content)) {
        return parts.evmRpc(toDecimal(request->chainId)).map([](const auto&) {});
    }
    const auto* transaction = std::get_if<SolanaTransaction>(&read.content);
    if (transaction != nullptr) {
        for (const SolanaAddress& signer : transaction->missingSigners()) {
            if (toText(signer) != job.address) {
                return failure(
                    ErrorCode::InvalidInput,
                    tr("The transaction also needs the signature of %1 before it can be sent. Have it "
                       "signed there first, or ask for a job without broadcast.")
                        .arg(QString::fromStdString(toText(signer))));
            }
        }
    }
    return parts.solanaRpc().map([](const auto&) {});
}

Status JobDesk::Core::checkNonce(const Job& job, const SigningPlan& plan) const
{
    const bool filledNonce = std::any_of(job.filled.begin(), job.filled.end(),
                                         [](const FilledField& field) { return field.name == "nonce"; });
    if (!filledNonce || !plan.chainId || !plan.nonce) {
        return {};
    }
    const auto user = store.nonceUser(job.walletId, *plan.chainId, *plan.nonce, job.jobId);
    if (!user) {
        return failure(user.error());
    }
    if (*user) {
        return failure(ErrorCode::InvalidInput,
                       tr("Another job took the nonce meanwhile. Look at this one again."),
                       QString::fromStdString(**user));
    }
    return {};
}

Result<Bytes> JobDesk::Core::approvalMac(const Job& job, EngineKind engine, BytesView digest) const
{
    const auto key = parts.vault->deriveKey(approvalKeyPurpose);
    if (!key) {
        return failure(key.error());
    }
    Bytes message;
    for (const std::string_view field :
         {std::string_view(job.jobId), std::string_view(job.walletId), std::string_view(job.chain),
          std::string_view(job.address), toText(job.kind),
          std::string_view(job.broadcast ? "broadcast" : "sign"), toText(engine)}) {
        append(message, asBytes(field));
    }
    append(message, digest);
    const HmacSha256Tag tag = hmacSha256(key->view(), message);
    return Bytes(tag.begin(), tag.end());
}

Result<Job> JobDesk::Core::approve(const Job& seen, const Approval& approval)
{
    auto result = transact(*parts.database, [&]() -> Result<Job> {
        // Preparing takes no lock: another window may have filled in other values since.
        const auto job = store.load(seen.jobId);
        if (!job) {
            return job;
        }
        // A job that the relay has brought meanwhile needs a claim, which was not asked for.
        if (job->digest != seen.digest || job->origin != seen.origin) {
            return failure(ErrorCode::InvalidInput, changedSentence());
        }
        // Filling in and claiming take their time.
        if (auto still = mayApprove(*job, approval.again); !still) {
            return failure(still.error());
        }
        const auto read = readStoredJob(*job);
        const auto plan = read ? planOfStored(*job, *read) : failure(read.error());
        const auto free = plan ? checkNonce(*job, *plan) : failure(plan.error());
        if (!free) {
            return failure(free.error());
        }
        JobChange change;
        change.isApproval = true;
        change.engine = engine(approval.engine);
        change.approvedDigest = plan->digest;
        auto mac = approvalMac(*job, *change.engine, plan->digest);
        if (!mac) {
            return failure(mac.error());
        }
        change.approvalMac = *std::move(mac);
        if (approval.again) {
            return store.moveWithin(job->jobId, approvableAgainStates, JobState::Approved, change);
        }
        return store.moveWithin(job->jobId, approvableStates, JobState::Approved, change);
    });
    if (result) {
        // The approval is on disk; a head file that lags behind is adopted, or refused, by the next entry.
        (void)audit.sealHead();
    }
    return result;
}

Result<JobCeremony::Order> JobDesk::Core::orderFor(const Job& job) const
{
    const auto read = readStoredJob(job);
    if (!read) {
        return failure(read.error());
    }
    auto content = withFilled(read->content, job.filled);
    auto plan = content ? planOf(job.kind, *content) : failure(content.error());
    const auto approved = store.approval(job.jobId);
    const auto wallet = WalletCatalog(*parts.database).find(job.walletId);
    if (!plan || !approved || !wallet) {
        return failure(!plan ? plan.error() : !approved ? approved.error() : wallet.error());
    }
    const EngineKind kind = engine(job.engine);
    const auto mac = approvalMac(job, kind, plan->digest);
    if (!mac) {
        return failure(mac.error());
    }
    if (plan->digest != approved->digest || *mac != approved->mac) {
        return failure(ErrorCode::Corrupt, tr("What is stored is not what was approved. Nothing was signed."),
                       QString::fromStdString(job.jobId));
    }
    JobCeremony::Order order;
    order.job = job;
    order.plan = *std::move(plan);
    order.content = *std::move(content);
    order.addressBytes = read->addressBytes;
    order.shareSetId = wallet->shareSetId;
    order.relayDomain = setting(settingKeys::mpcRelayDomain);
    if (order.relayDomain.empty()) {
        order.relayDomain = defaultRelayDomain;
    }
    order.engine = kind;
    return order;
}

}  // namespace countersign
